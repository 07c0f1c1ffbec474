/** On whose behalf something is done, and for how long. */
export interface CallContext {
  /** Aborts when the result is no longer wanted. */
  readonly signal: AbortSignal
  /** W3C trace context to pass on. */
  readonly traceparent?: string
}
