import type { Diagnostics } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { areaView } from '../views/entities.ts'

type AreaRoutes = Pick<NativeApi, 'listAreas' | 'getArea'>

export function areaHandlers({ tree }: Diagnostics) {
  return handlersOf<AreaRoutes>({
    listAreas: () => {
      tree.requireKind('area')
      return { items: tree.list('area').map(areaView), partial: tree.failures() }
    },
    getArea: ({ params }) => areaView(tree.get('area', params.areaId)),
  })
}
