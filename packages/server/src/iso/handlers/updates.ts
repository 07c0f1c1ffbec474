import type { Json } from '@opensovd/base'
import type { Diagnostics } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { urisBelow } from '../uris.ts'
import { updateStatusView, updateView } from '../views/updates.ts'

type UpdateRoutes = Pick<
  IsoApi,
  | 'listUpdates'
  | 'registerUpdate'
  | 'readUpdate'
  | 'removeUpdate'
  | 'automateUpdate'
  | 'prepareUpdate'
  | 'executeUpdate'
  | 'readUpdateStatus'
>

export function updateHandlers({ updates }: Diagnostics, base: string) {
  const uriOf = urisBelow(base)
  const componentUri = (context: RequestContext) => (id: string) => uriOf(context, 'components', id)
  const statusOf = (id: string) => ({ location: `${base}/updates/${id}/status` })

  return handlersOf<UpdateRoutes>({
    listUpdates: async ({ query }) => {
      const { origin, 'target-version': version } = query
      const wanted = (await updates.list()).filter(
        (update) =>
          (origin === undefined || update.origin === origin) && (version === undefined || update.version === version),
      )
      return { items: wanted.map(({ id }) => id) }
    },

    registerUpdate: async ({ body }) => {
      const id = await updates.register(body as Json)
      return { body: { id }, location: `${base}/updates/${id}` }
    },

    readUpdate: async ({ params }, context) =>
      updateView(await updates.get(params.updatePackageId), componentUri(context)),
    removeUpdate: ({ params }) => updates.remove(params.updatePackageId),

    automateUpdate: async ({ params }) => {
      await updates.startAutomated(params.updatePackageId)
      return statusOf(params.updatePackageId)
    },

    prepareUpdate: async ({ params }) => {
      await updates.start(params.updatePackageId, 'prepare')
      return statusOf(params.updatePackageId)
    },

    executeUpdate: async ({ params }) => {
      await updates.start(params.updatePackageId, 'execute')
      return statusOf(params.updatePackageId)
    },

    readUpdateStatus: async ({ params }, context) =>
      updateStatusView(await updates.status(params.updatePackageId), componentUri(context)),
  })
}
