import type { Caller } from '../caller.ts'

/** On whose behalf something is done, and for how long. */
export interface CallContext {
  /** Aborts when the result is no longer wanted. */
  readonly signal: AbortSignal
  /** Absent for what nobody asked for: work of our own. */
  readonly caller?: Caller
  /** W3C trace context to pass on. */
  readonly traceparent?: string
}
