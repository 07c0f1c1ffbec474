import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { SovdError } from '@opensovd/sovd'
import type { Caller } from '../../caller.ts'
import { MemoryBackend } from '../../memory/memory-backend.ts'
import type { ObservedResource } from '../../observations/observed-resource.ts'
import type { SubscriptionRequest } from '../../observations/sampler.ts'
import type { TriggerStore } from '../../observations/trigger.ts'
import { openDiagnostics } from '../../open-diagnostics.ts'
import type { EventFormat } from '../event-format.ts'
import type { EventLimits } from '../event-limits.ts'

const decoder = new TextDecoder()

/** Events as plain objects that a test can compare. */
export const FORMAT: EventFormat = {
  value: (payload) => ({ data: JSON.stringify({ payload }) }),
  error: ({ code }) => ({ data: JSON.stringify({ error: code }) }),
  lost: (lost) => ({ data: JSON.stringify({ lost }) }),
  unknown: () => ({ data: JSON.stringify({ unknown: true }) }),
}

/** A domain over one component with a data item `soc`, and a clock that stands still. */
export async function observation(limits: Partial<EventLimits> = {}, triggerStore?: TriggerStore) {
  const clock = new FakeClock()
  const state = { value: 1 as unknown, reads: 0, error: undefined as SovdError | undefined }
  const entity = { kind: 'component', id: 'bms' } as const
  const component = { ...entity, name: 'Battery', connectionState: 'connected', facets: {} } as const
  let ids = 0
  const diagnostics = openDiagnostics({
    clock,
    log: silentLogger,
    createId: () => `id${++ids}`,
    backends: [new MemoryBackend('memory', [component])],
    events: limits,
    ...(triggerStore && { triggerStore }),
  })
  const { events: bus, locks, tree } = diagnostics
  const observed: ObservedResource = {
    uri: '/components/bms/data/soc',
    collection: 'data',
    isTemporary: false,
    source: {
      key: 'soc',
      about: { entity, collection: 'data' },
      async read() {
        state.reads++
        if (state.error) throw state.error
        return state.value
      },
    },
    payload: (data) => (data === undefined ? { id: 'soc' } : { id: 'soc', data }),
  }
  const subscribe = (request: Partial<SubscriptionRequest>, caller: Caller = {}) =>
    bus.subscriptions.create(
      entity,
      { observed, interval: 'normal', durationSeconds: 3600, format: FORMAT, ...request },
      caller,
    )
  const reading = (reader: ReturnType<typeof bus.subscriptions.read>) => ({
    /** The events since this was called last. */
    events() {
      let text = ''
      for (let bytes = reader.take(); bytes; bytes = reader.take()) text += decoder.decode(bytes)
      return [...text.matchAll(/^data: (.+)$/gm)].map(([, json = '']) => JSON.parse(json))
    },
    get isOver() {
      return reader.isOver
    },
    close: () => reader.close(),
  })
  const read = (id: string) => reading(bus.subscriptions.read(entity, id, {}, () => {}))
  const close = () => diagnostics[Symbol.asyncDispose]()
  return { bus, clock, close, entity, locks, tree, observed, read, reading, state, subscribe }
}
