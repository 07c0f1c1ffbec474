import type { Json } from '@opensovd/base'
import { type Diagnostics, type Entity, type LifecycleRequest, unsupported } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { type EntityPath, entityAt } from '../entities.ts'
import { urisBelow } from '../uris.ts'

type StatusRoutes = Pick<
  IsoApi,
  'readStatus' | 'startEntity' | 'restartEntity' | 'forceRestartEntity' | 'shutDownEntity' | 'forceShutDownEntity'
>

interface StatusCall {
  readonly params: EntityPath
  readonly body: { readonly parameters?: unknown }
}

export function statusHandlers({ tree }: Diagnostics, base: string) {
  const uriOf = urisBelow(base)
  const handle =
    (request: LifecycleRequest) =>
    async ({ params, body }: StatusCall, context: RequestContext) => {
      const entity = entityAt(tree, params)
      const { lifecycle } = entity.facets
      if (!lifecycle?.requests.includes(request)) throw unsupported(entity, `status/${request}`)
      await lifecycle.request(request, body.parameters as Json | undefined, context)
      const { entityCollection, entityId } = params
      return { location: `${base}/${entityCollection}/${entityId}/status` }
    }

  return handlersOf<StatusRoutes>({
    readStatus: async ({ params }, context) => {
      const entity = entityAt(tree, params)
      const { entityCollection, entityId } = params
      const requests = entity.facets.lifecycle?.requests ?? []
      const uris = requests.map((request) => [request, uriOf(context, entityCollection, entityId, 'status', request)])
      return { status: await statusOf(entity, context), ...Object.fromEntries(uris) }
    },
    startEntity: handle('start'),
    restartEntity: handle('restart'),
    forceRestartEntity: handle('force-restart'),
    shutDownEntity: handle('shutdown'),
    forceShutDownEntity: handle('force-shutdown'),
  })
}

/** What cannot tell is ready if it can be reached. */
async function statusOf({ facets, connectionState }: Entity, context: RequestContext) {
  if (connectionState !== 'connected') return 'notReady'
  return facets.lifecycle ? facets.lifecycle.status(context) : 'ready'
}
