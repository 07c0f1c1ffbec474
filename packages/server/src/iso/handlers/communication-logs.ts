import type { Json } from '@opensovd/base'
import type { CommunicationLog, Diagnostics } from '@opensovd/core'
import { ByteContent, type IsoApi } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { type EntityPath, entityAt } from '../entities.ts'
import { urisBelow } from '../uris.ts'
import { ENVELOPES } from '../views/events.ts'

type CommunicationLogRoutes = Pick<
  IsoApi,
  | 'listCommunicationLogs'
  | 'createCommunicationLog'
  | 'readCommunicationLog'
  | 'controlCommunicationLog'
  | 'deleteCommunicationLog'
  | 'downloadCommunicationLog'
  | 'streamCommunicationLog'
>

const EXTENSIONS: Readonly<Record<string, string>> = { 'application/x-ndjson': '.ndjson' }

export function communicationLogHandlers({ tree, communicationLogs }: Diagnostics, base: string) {
  const uriOf = urisBelow(base)
  const logsAt = (path: EntityPath) => communicationLogs.at(entityAt(tree, path))
  const view = (log: CommunicationLog, { entityCollection, entityId }: EntityPath, context: RequestContext) => {
    const place = log.isStreamed ? 'events' : 'log'
    return {
      id: log.id,
      status: log.isActive ? ('active' as const) : ('inactive' as const),
      stream: log.isStreamed,
      log: uriOf(context, entityCollection, entityId, 'communication-logs', log.id, place),
      ...(log.activatedAt === undefined ? {} : { activated: log.activatedAt }),
      ...(log.deactivatedAt === undefined ? {} : { deactivated: log.deactivatedAt }),
      ...(log.config === undefined ? {} : { config: log.config }),
    }
  }

  return handlersOf<CommunicationLogRoutes>({
    listCommunicationLogs: async ({ params }, context) =>
      (await logsAt(params).list(context)).map((log) => view(log, params, context)),

    createCommunicationLog: async ({ params, query, body }, context) => {
      const config = body as Json
      const hasConfig = JSON.stringify(config) !== '{}'
      const request = {
        ...(query.stream === 'true' ? { format: ENVELOPES } : {}),
        ...(hasConfig ? { config } : {}),
      }
      const log = await logsAt(params).create(request, context)
      const { entityCollection, entityId } = params
      const location = `${base}/${entityCollection}/${entityId}/communication-logs/${log.id}`
      return { body: view(log, params, context), location }
    },

    readCommunicationLog: async ({ params }, context) =>
      view(await logsAt(params).get(params.communicationLogId, context), params, context),

    controlCommunicationLog: ({ params, body }, context) =>
      logsAt(params).control(params.communicationLogId, body.action, context),

    deleteCommunicationLog: ({ params, query }, context) =>
      logsAt(params).delete(params.communicationLogId, query.delete_log === 'true', context),

    downloadCommunicationLog: async ({ params }, context) => {
      const id = params.communicationLogId
      const { contentType, size, open } = await logsAt(params).content(id, context)
      const fileName = `${params.entityId}-${id}${EXTENSIONS[contentType] ?? ''}`
      return new ByteContent({ contentType, ...(size === undefined ? {} : { size }), fileName, open })
    },

    streamCommunicationLog: async ({ params }, context) => {
      const { lastEventId = '' } = context
      const records = await logsAt(params).records(params.communicationLogId, context)
      return { read: (onReady) => records.read({ format: ENVELOPES, lastEventId }, onReady) }
    },
  })
}
