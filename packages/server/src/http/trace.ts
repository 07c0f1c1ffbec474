import type { Clock } from '@opensovd/base'

/** Version 00, and later ones as far as they begin alike; ids of zeros are invalid [W3C Trace Context 3.2]. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/

export interface Trace {
  /** What the response carries: the caller's own `traceparent`, else its request id, else a new trace. */
  readonly header: string
  /** The valid trace context to hand on. */
  readonly traceparent: string
}

/** The trace a request belongs to. */
export function traceOf(traceparent: string | undefined, requestId: string | undefined, clock: Clock): Trace {
  if (traceparent !== undefined && TRACEPARENT.test(traceparent)) return { header: traceparent, traceparent }
  const fresh = newTraceparent(clock)
  const header = requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : fresh
  return { header, traceparent: fresh }
}

/** A new sampled trace, whose span id is the beginning of its trace id. */
function newTraceparent(clock: Clock): string {
  const spanId = hex16(clock)
  return `00-${spanId}${hex16(clock)}-${spanId}-01`
}

/** Sixteen hex digits, not all of them zero, from two draws: integers this small become text quickly. */
function hex16(clock: Clock): string {
  return hex8(clock) + hex8(clock)
}

function hex8(clock: Clock): string {
  return ((0x10000000 + clock.random() * 0x2fffffff) | 0).toString(16)
}
