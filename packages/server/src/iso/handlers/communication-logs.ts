import type { Json } from '@opensovd/base'
import type { CommunicationLog, Diagnostics } from '@opensovd/core'
import { ByteContent, type ByteRange, type IsoApi } from '@opensovd/sovd'
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

export function communicationLogHandlers({ tree, communicationLogs }: Diagnostics, base: string) {
  const uriOf = urisBelow(base)
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
    listCommunicationLogs: ({ params }, context) =>
      communicationLogs.list(entityAt(tree, params)).map((log) => view(log, params, context)),

    createCommunicationLog: ({ params, query, body }, context) => {
      const config = body as Json
      const hasConfig = JSON.stringify(config) !== '{}'
      const log = communicationLogs.create(entityAt(tree, params), {
        ...(query.stream === 'true' ? { format: ENVELOPES } : {}),
        ...(hasConfig ? { config } : {}),
      })
      const { entityCollection, entityId } = params
      const location = `${base}/${entityCollection}/${entityId}/communication-logs/${log.id}`
      return { body: view(log, params, context), location }
    },

    readCommunicationLog: ({ params }, context) =>
      view(communicationLogs.get(entityAt(tree, params), params.communicationLogId), params, context),

    controlCommunicationLog: ({ params, body }) => {
      const entity = entityAt(tree, params)
      if (body.action === 'activate') communicationLogs.activate(entity, params.communicationLogId)
      else communicationLogs.deactivate(entity, params.communicationLogId)
    },

    deleteCommunicationLog: ({ params, query }) =>
      communicationLogs.delete(entityAt(tree, params), params.communicationLogId, query.delete_log === 'true'),

    downloadCommunicationLog: ({ params }) => {
      const id = params.communicationLogId
      const content = Buffer.concat(communicationLogs.content(entityAt(tree, params), id))
      return new ByteContent({
        contentType: 'application/x-ndjson',
        size: content.length,
        fileName: `${params.entityId}-${id}.ndjson`,
        open: (range) => partOf(content, range),
      })
    },

    streamCommunicationLog: ({ params }, { lastEventId = '' }) => {
      const entity = entityAt(tree, params)
      const id = params.communicationLogId
      communicationLogs.get(entity, id)
      return { read: (onReady) => communicationLogs.read(entity, id, { lastEventId }, onReady) }
    },
  })
}

async function* partOf(content: Uint8Array, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  yield range ? content.subarray(range.start, range.end) : content
}
