import type { Clock } from '@opensovd/base'
import { type CallContext, type Diagnostics, type Entity, facetOf } from '@opensovd/core'
import { ENTITY_ID, type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { dataFeed } from '../feeds/data-feed.ts'
import { faultFeed } from '../feeds/fault-feed.ts'
import { keepaliveEvent } from '../views/events.ts'

type EventRoutes = Pick<NativeApi, 'subscribeFaults' | 'subscribeData'>

export function eventHandlers({ tree, events }: Diagnostics, clock: Clock) {
  return handlersOf<EventRoutes>({
    subscribeFaults: ({ params, query }, context) => {
      const component = tree.get('component', params.componentId)
      facetOf(component, 'faults')
      const options = { lastEventId: lastEventIdOf(query, context) }
      const key = `faults ${component.id}`
      return { read: (onReady) => events.streams.read(key, () => faultFeed(events, component), options, onReady) }
    },

    subscribeData: async ({ params, query }, context) => {
      const component = tree.get('component', params.componentId)
      const ids = await readableIds(component, query.ids, context)
      const withFaults = query.ids === undefined && component.facets.faults !== undefined
      const options = { lastEventId: lastEventIdOf(query, context), beat: beatOf(component, clock) }
      const key = `data ${component.id} ${query.ids === undefined ? '*' : ''} ${ids.join(',')}`
      const create = () => dataFeed({ events, clock, component, ids, withFaults })
      return { read: (onReady) => events.streams.read(key, create, options, onReady) }
    },
  })
}

/** A client that reconnects by itself sends the header, whatever was in its first request. */
function lastEventIdOf(query: { readonly lastEventId?: string }, context: RequestContext): string {
  return context.lastEventId || (query.lastEventId ?? '')
}

/** Every second sign of life is an event. */
function beatOf(component: Entity, clock: Clock): () => string {
  let beats = 0
  return () => {
    if (++beats % 2 === 1) return ':\n\n'
    const { name, data } = keepaliveEvent(component, clock.now())
    return `event: ${name}\ndata: ${data}\n\n`
  }
}

/**
 * The wanted items, or all that can be read.
 * @throws SovdError `invalid-request` for what is no list of ids, or cannot be read; `not-found`
 */
async function readableIds(
  component: Entity,
  wanted: string | undefined,
  context: CallContext,
): Promise<readonly string[]> {
  const items = await facetOf(component, 'data').list(context)
  const readable = new Set(items.filter(({ access }) => access !== 'writeOnly').map(({ id }) => id))
  if (wanted === undefined) return [...readable]
  const ids = [...new Set(wanted.split(','))].sort()
  for (const id of ids) {
    if (!ENTITY_ID.test(id)) {
      throw new SovdError('invalid-request', `ids: expected ids separated by commas, got ${JSON.stringify(wanted)}`, {
        target: 'ids',
      })
    }
    if (readable.has(id)) continue
    if (items.some((item) => item.id === id)) {
      throw new SovdError('invalid-request', `ids: data '${id}' cannot be read`, { target: 'ids' })
    }
    throw new SovdError('not-found', `Data '${id}' not found for component '${component.id}'`, { target: id })
  }
  return ids
}
