import { type Clock, type Logger, messageOf, raceSignal, withTimeout } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { replacing } from '../catalog/replacing.ts'
import { type Fault, type FaultFacet, type FaultList, faultListOf } from '../facets/faults.ts'
import { clearerOf } from '../faults/clearer.ts'
import type { FeatureFlags } from '../features/feature-flags.ts'
import type { CallContext } from '../ports/call-context.ts'
import type { FaultHistory } from './fault-history.ts'
import type { PastEntity } from './past-fault.ts'

export interface ClearingRecord {
  readonly clock: Clock
  readonly log: Logger
  readonly features: FeatureFlags
  readonly history: FaultHistory
}

/** How long a source is waited for that is asked what it is about to clear. */
const LOOK_LIMIT_MS = 2000
/** What a request saw is not asked for again within this time. */
const FRESH_MS = 2000
/** Faults of one clearing that are recorded. */
const MAX_RECORDED = 10_000

interface Seen {
  readonly faults: readonly Fault[]
  /** On the monotonic clock. */
  readonly untilMs: number
}

/**
 * A fault memory of which is recorded what is cleared, once the source has confirmed it and while the feature
 * `history` is on. The faults are read before, unless the same request just did; when that fails or takes too long,
 * they are cleared all the same, and nothing is recorded.
 */
export function recordedFaults(entity: PastEntity, own: FaultFacet, record: ClearingRecord): FaultFacet {
  const { clock, log, features, history } = record
  const { listPartly, clear, clearAll } = own
  const seen = new WeakMap<CallContext, Seen>()

  const remember = <T extends FaultList>(context: CallContext, list: T): T => {
    seen.set(context, { faults: list.faults, untilMs: clock.monotonic() + FRESH_MS })
    return list
  }

  const look = async (context: CallContext): Promise<readonly Fault[]> => {
    if (!features.isOn('history')) return []
    const known = seen.get(context)
    if (known && clock.monotonic() < known.untilMs) return known.faults
    const late = () => new SovdError('gateway-timeout', `no answer within ${LOOK_LIMIT_MS / 1000} s`)
    try {
      const list = await withTimeout(clock, LOOK_LIMIT_MS, late, context.signal, (signal) =>
        raceSignal(faultListOf(own, { ...context, signal }), signal),
      )
      return remember(context, list).faults
    } catch (error) {
      context.signal.throwIfAborted()
      const { kind, id } = entity
      log.warn('faults are cleared that could not be read for the history', { kind, id, error: messageOf(error) })
      return []
    }
  }

  const keep = (cleared: readonly Fault[], context: CallContext): void => {
    const known = seen.get(context)
    if (known) seen.set(context, { ...known, faults: known.faults.filter((fault) => !cleared.includes(fault)) })
    if (!features.isOn('history')) return
    const by = clearerOf(context.caller)
    const event = { atMs: clock.now(), event: 'cleared', reason: 'cleared', ...(by && { by }), entity } as const
    for (const { environmentData: _, ...fault } of cleared.slice(0, MAX_RECORDED)) history.append({ ...event, fault })
  }

  return replacing(own, {
    list: async (context) => remember(context, { faults: await own.list(context) }).faults,
    ...(listPartly && { listPartly: async (context) => remember(context, await listPartly.call(own, context)) }),
    ...(clear && {
      clear: async (id, context) => {
        const cleared = (await look(context)).filter((fault) => fault.id === id)
        await clear.call(own, id, context)
        keep(cleared, context)
      },
    }),
    ...(clearAll && {
      clearAll: async (context) => {
        const cleared = await look(context)
        await clearAll.call(own, context)
        keep(cleared, context)
      },
    }),
  })
}
