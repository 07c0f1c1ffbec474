import { isJsonObject, type JsonObject } from '@opensovd/base'
import type { CallContext, CommunicationLog, CommunicationLogFacet, RecordedContent } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { OCTETS } from '../../http/http-client.ts'
import type { ApiClient } from '../api-client.ts'
import { isMissing } from '../fallback.ts'
import type { JsonAnswer } from '../json-exchange.ts'
import { idIn, segment } from '../path.ts'
import { choiceOf, defined, listOf, objectOf, requiredText, ShapeError, textOf } from '../shape.ts'
import { relayRecords } from './relayed-records.ts'

/** What is to be read is begun to be read within this time. */
const MAX_UNREAD_MS = 10_000

/** Recordings that the server of the entity at `path` makes [17978-3 7.22]. */
export function isoCommunicationLogs(api: ApiClient, path: string): CommunicationLogFacet {
  const collection = `${path}/communication-logs`
  const one = (id: string) => `${collection}/${segment(id)}`
  const find = <T>(id: string, context: CallContext, decode: (body: JsonObject) => T) =>
    api.get(one(id), context, (json) => decode(objectOf(json)))
  const recordedAt = (id: string, context: CallContext) =>
    find(id, context, (body) => ({
      isStreamed: body.stream === true,
      path: api.pathOf(requiredText(body, 'log'), one(id)),
    }))
  let retainMs: number | undefined

  return {
    get retainMs() {
      return retainMs
    },
    list: (context) => api.get(collection, context, (json) => listOf({ items: json ?? null }, 'items', view)),
    async create({ format, config = {} }, context) {
      const query = format ? '?stream=true' : ''
      const request = { method: 'POST', path: collection + query, body: config } as const
      const created = await api.change(request, context, (answer) => {
        retainMs = answer.retainMs
        return createdLog(answer)
      })
      return typeof created === 'string' ? find(created, context, view) : created
    },
    get: async (id, context) => find(id, context, view),
    control: async (id, action, context) =>
      api.change({ method: 'PUT', path: one(id), body: { action } }, context, () => {}),
    delete: async (id, withContent, context) => {
      const query = withContent ? '?delete_log=true' : ''
      await api.change({ method: 'DELETE', path: one(id) + query }, context, () => {})
    },
    async content(id, context) {
      const { isStreamed, path: place } = await recordedAt(id, context).catch((error: unknown) => {
        // A log that is deleted has no document any more; what it kept is left where servers like ours have it.
        if (isMissing(error)) return { isStreamed: false, path: `${one(id)}/log` }
        throw error
      })
      if (isStreamed) throw new SovdError('conflict', `communication log '${id}' is told as it happens, and not kept`)
      return contentAt(api, place, context)
    },
    async records(id, context) {
      const { isStreamed, path: place } = await recordedAt(id, context)
      if (!isStreamed) throw new SovdError('conflict', `communication log '${id}' is kept, and not told as it happens`)
      return { read: (reading, onReady) => relayRecords(api, place, reading, onReady) }
    },
  }
}

const STATES = ['active', 'inactive'] as const

function view(body: JsonObject): CommunicationLog {
  const status = choiceOf(body, 'status', STATES)
  if (!status) throw new ShapeError(`status is none of ${STATES.join(', ')}`)
  return defined<CommunicationLog>({
    id: requiredText(body, 'id'),
    isActive: status === 'active',
    isStreamed: body.stream === true,
    config: body.config,
    activatedAt: textOf(body, 'activated'),
    deactivatedAt: textOf(body, 'deactivated'),
  })
}

/** The log, or at least its id, from a server that says no more. */
function createdLog({ json, location }: JsonAnswer): CommunicationLog | string {
  if (isJsonObject(json) && json.status !== undefined) return view(json)
  const id = (isJsonObject(json) ? textOf(json, 'id') : undefined) ?? idIn(location ?? '', 'communication-logs')
  if (id === undefined) throw new ShapeError('it names no log, neither in id nor in Location')
  return id
}

/** @throws SovdError what the server refuses with */
async function contentAt(api: ApiClient, path: string, context: CallContext): Promise<RecordedContent> {
  const unread = new AbortController()
  const cancel = api.clock.after(MAX_UNREAD_MS, () => unread.abort(new SovdError('gateway-timeout', 'nobody read it')))
  const signal = AbortSignal.any([context.signal, unread.signal])
  try {
    const request = { method: 'GET', path, headers: ['accept', '*/*'] } as const
    const { header, body } = await api.transfer(request, { ...context, signal })
    return {
      contentType: header('content-type') ?? OCTETS,
      open() {
        cancel()
        return body
      },
    }
  } catch (error) {
    cancel()
    throw error
  }
}
