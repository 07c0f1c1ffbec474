import type { Clock } from '@opensovd/base'
import { type CallContext, type Diagnostics, type Entity, facetOf } from '@opensovd/core'
import { ENTITY_ID, type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { dataFeed } from '../feeds/data-feed.ts'
import { faultFeed } from '../feeds/fault-feed.ts'
import { keepaliveEvent } from '../views/events.ts'

type OnReady = () => void

type EventRoutes = Pick<
  NativeApi,
  | 'subscribeFaults'
  | 'subscribeData'
  | 'subscribeAppFaults'
  | 'subscribeAppData'
  | 'subscribeFunctionFaults'
  | 'subscribeFunctionData'
>

interface Wanted {
  readonly lastEventId?: string
  readonly ids?: string
}

export function eventHandlers({ tree, events }: Diagnostics, clock: Clock) {
  const faultsOf = (entity: Entity, query: Wanted, context: RequestContext) => {
    facetOf(entity, 'faults')
    const options = { lastEventId: lastEventIdOf(query, context) }
    const key = `faults ${entity.kind} ${entity.id}`
    return { read: (onReady: OnReady) => events.streams.read(key, () => faultFeed(events, entity), options, onReady) }
  }
  const dataOf = async (entity: Entity, query: Wanted, context: RequestContext) => {
    const ids = await readableIds(entity, query.ids, context)
    const withFaults = query.ids === undefined && entity.facets.faults !== undefined
    const options = { lastEventId: lastEventIdOf(query, context), beat: beatOf(entity, clock) }
    const key = `data ${entity.kind} ${entity.id} ${query.ids === undefined ? '*' : ''} ${ids.join(',')}`
    const create = () => dataFeed({ events, clock, component: entity, ids, withFaults })
    return { read: (onReady: OnReady) => events.streams.read(key, create, options, onReady) }
  }

  return handlersOf<EventRoutes>({
    subscribeFaults: ({ params, query }, context) =>
      faultsOf(tree.get('component', params.componentId), query, context),
    subscribeData: ({ params, query }, context) => dataOf(tree.get('component', params.componentId), query, context),
    subscribeAppFaults: ({ params, query }, context) => faultsOf(tree.get('app', params.appId), query, context),
    subscribeAppData: ({ params, query }, context) => dataOf(tree.get('app', params.appId), query, context),
    subscribeFunctionFaults: ({ params, query }, context) =>
      faultsOf(tree.get('function', params.functionId), query, context),
    subscribeFunctionData: ({ params, query }, context) =>
      dataOf(tree.get('function', params.functionId), query, context),
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
    throw new SovdError('not-found', `Data '${id}' not found for ${component.kind} '${component.id}'`, { target: id })
  }
  return ids
}
