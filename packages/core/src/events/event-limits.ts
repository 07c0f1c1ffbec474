import type { RingLimits } from './event-ring.ts'

/** How often things are looked at, and how much of them is kept. */
export interface EventLimits {
  /** Between two looks at the data, and at the faults, that somebody reads the changes of. */
  readonly dataPollMs: number
  readonly faultPollMs: number
  /** What each stream keeps, for readers that are slow or were cut off. */
  readonly ring: RingLimits
  /** How long a stream that nobody reads is remembered, for readers that come back. */
  readonly retainMs: number
  /** When a reader that was cut off is to come back. */
  readonly retryMs: number
  /** Readers of all streams together. */
  readonly maxReaders: number
  /** What the intervals of cyclic subscriptions are. */
  readonly intervalsMs: { readonly fast: number; readonly normal: number; readonly slow: number }
  readonly maxSubscriptions: number
  readonly maxTriggers: number
  /** How long a subscription or a trigger may be wanted for. */
  readonly maxDurationSeconds: number
}

const DEFAULTS: EventLimits = {
  dataPollMs: 1000,
  faultPollMs: 1000,
  ring: { maxEvents: 1000, maxBytes: 1024 * 1024 },
  retainMs: 60_000,
  retryMs: 2000,
  maxReaders: 10_000,
  intervalsMs: { fast: 50, normal: 200, slow: 500 },
  maxSubscriptions: 10_000,
  maxTriggers: 1000,
  maxDurationSeconds: 86_400,
}

export function eventLimits(limits: Partial<EventLimits> = {}): EventLimits {
  return { ...DEFAULTS, ...limits }
}
