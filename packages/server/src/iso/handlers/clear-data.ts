import type { ClearDataType, Diagnostics } from '@opensovd/core'
import { genericError, type IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, entityAt } from '../entities.ts'
import { urisBelow } from '../uris.ts'

type ClearDataRoutes = Pick<
  IsoApi,
  'readClearData' | 'clearCachedData' | 'clearLearnedData' | 'clearClientDefinedResources' | 'readClearDataStatus'
>

export function clearDataHandlers({ tree, clearData }: Diagnostics, base: string) {
  const uriOf = urisBelow(base)
  const start = (path: EntityPath, type: ClearDataType) => {
    clearData.start(entityAt(tree, path), type)
    const { entityCollection, entityId } = path
    return { location: `${base}/${entityCollection}/${entityId}/clear-data/status` }
  }

  return handlersOf<ClearDataRoutes>({
    readClearData: ({ params }, context) => {
      const { entityCollection, entityId } = params
      const uri = (name: string) => uriOf(context, entityCollection, entityId, 'clear-data', name)
      const types = clearData.types(entityAt(tree, params))
      return { status: uri('status'), ...Object.fromEntries(types.map((type) => [type, uri(type)])) }
    },
    clearCachedData: ({ params }) => start(params, 'cached-data'),
    clearLearnedData: ({ params }) => start(params, 'learned-data'),
    clearClientDefinedResources: ({ params }) => start(params, 'client-defined-resources'),

    readClearDataStatus: ({ params }) => {
      const { state, type, startedAt, progress, error } = clearData.status(entityAt(tree, params))
      return {
        status: state,
        ...(type === undefined ? {} : { type }),
        ...(startedAt === undefined ? {} : { last_started: startedAt }),
        ...(progress === undefined ? {} : { progress }),
        ...(error === undefined ? {} : { error: genericError({ code: 'internal-error', message: error }) }),
      }
    },
  })
}
