import type { Clock } from '@opensovd/base'
import type { FaultManager } from '../faults/fault-manager.ts'
import type { FeatureFlags } from '../features/feature-flags.ts'
import { componentOf, type PastFault } from './past-fault.ts'

/** Absent members do not restrict. */
export interface PastFaultQuery {
  readonly componentId?: string
  /** Times in milliseconds since 1970; both ends belong to it. */
  readonly fromMs?: number
  readonly toMs?: number
}

/** Keeps what happened to faults, as long as there is room and it is not too old. */
export interface FaultHistory {
  /** Does not throw: what cannot be kept is counted. */
  append(past: PastFault): void
  /** The oldest first, in the order in which they came; reads no faster than they are taken. */
  read(query: PastFaultQuery, signal: AbortSignal): AsyncIterable<PastFault>
  readonly counters: FaultHistoryCounters
}

/** Since the start. */
export interface FaultHistoryCounters {
  recorded: number
  /** Records that could not be kept. */
  dropped: number
}

export function isWanted(past: PastFault, { componentId, fromMs, toMs }: PastFaultQuery): boolean {
  const { atMs } = past
  if (componentId !== undefined && componentOf(past) !== componentId) return false
  return (fromMs === undefined || atMs >= fromMs) && (toMs === undefined || atMs <= toMs)
}

/** Records what happens to reported faults, while the feature `history` is on. */
export function recordFaults(
  faults: FaultManager,
  history: FaultHistory,
  features: FeatureFlags,
  clock: Clock,
): () => void {
  features.provide('history')
  return faults.onChange((event) => {
    if (!features.isOn('history')) return
    const { environment: _, ...fault } = event.fault
    const why = event.kind === 'cleared' ? { reason: event.reason, ...(event.by && { by: event.by }) } : {}
    history.append({ atMs: clock.now(), event: event.kind, ...why, fault })
  })
}
