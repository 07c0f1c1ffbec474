import type { Clock } from '@opensovd/base'
import { collectData, type Diagnostics } from '@opensovd/core'
import { type NativeApi, partialMember } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { catalogView } from '../views/catalog.ts'
import type { ServerIdentity } from './discovery.ts'

type CatalogRoutes = Pick<NativeApi, 'getDataCatalog'>

export function catalogHandlers({ tree, catalog }: Diagnostics, { serverVersion }: ServerIdentity, clock: Clock) {
  return handlersOf<CatalogRoutes>({
    getDataCatalog: async (_call, context) => {
      const { components, partial } = await collectData(tree, context)
      return {
        '@odata.context': '$metadata#schema/data-catalog' as const,
        schemaVersion: catalog.schemaVersion,
        ontologyRef: catalog.ontologyRef,
        serverVersion,
        generatedAt: new Date(clock.now()).toISOString(),
        components: components.map(({ component, items }) => catalogView(component, items)),
        ...partialMember(partial),
      }
    },
  })
}
