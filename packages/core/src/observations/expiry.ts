import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { EventLimits } from '../events/event-limits.ts'

/**
 * When something is over that is to last so long from now on, in milliseconds since 1970.
 * @param named how people call it, and where its duration stands in a request
 * @throws SovdError `invalid-request` for a duration that cannot be
 */
export function expiryAfter(
  seconds: number,
  { clock, limits }: { readonly clock: Clock; readonly limits: Pick<EventLimits, 'maxDurationSeconds'> },
  named: { readonly what: string; readonly target: string },
): number {
  const { maxDurationSeconds } = limits
  if (seconds >= 1 && seconds <= maxDurationSeconds) return clock.now() + seconds * 1000
  const message = `${named.what} lasts from 1 to ${maxDurationSeconds} s, not ${seconds} s`
  throw new SovdError('invalid-request', message, { target: named.target })
}
