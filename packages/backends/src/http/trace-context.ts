import type { Clock } from '@opensovd/base'

/** Version, trace id, parent id and flags; ids of zeros and version ff are invalid [W3C Trace Context 3.2]. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-|$)/

/** The trace context of a call made on behalf of another: same trace, new parent. Undefined if `traceparent` is invalid. */
export function childOf(traceparent: string, clock: Clock): string | undefined {
  const match = TRACEPARENT.exec(traceparent)
  if (!match || (match[1] === '00' && traceparent.length > 55)) return undefined
  return `00-${match[2]}-${randomHex(clock)}${randomHex(clock)}-${match[3]}`
}

/** Eight hex digits that are not all zero. */
function randomHex(clock: Clock): string {
  return (1 + Math.floor(clock.random() * 0xffffffff)).toString(16).padStart(8, '0')
}
