import { instantOf } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'

/** How long a lock is to last; without either member, as long as locks do by default. */
export interface LockTerm {
  /** RFC 3339 time of the end. */
  readonly expires?: string
  readonly durationSeconds?: number
}

export interface LockTermLimits {
  readonly defaultSeconds: number
  readonly maxSeconds: number
}

/**
 * The milliseconds from `nowMs` that a term is long.
 * @throws SovdError `invalid-request` for what is no time, is over already, or is too long
 */
export function lockTermMs(term: LockTerm, limits: LockTermLimits, nowMs: number): number {
  const { expires, durationSeconds } = term
  if (expires !== undefined && durationSeconds !== undefined) {
    throw invalid('expires', 'a lock ends at a time or after a duration, not both')
  }
  if (expires !== undefined) return checked('expires', timeOf(expires) - nowMs, limits)
  return checked('duration', (durationSeconds ?? limits.defaultSeconds) * 1000, limits)
}

function timeOf(expires: string): number {
  const timeMs = instantOf(expires)
  if (!Number.isNaN(timeMs)) return timeMs
  throw invalid('expires', `expected an RFC 3339 time such as 2026-01-31T08:00:00Z, got ${JSON.stringify(expires)}`)
}

function checked(target: string, durationMs: number, { maxSeconds }: LockTermLimits): number {
  if (durationMs > 0 && durationMs <= maxSeconds * 1000) return durationMs
  if (durationMs > 0) throw invalid(target, `a lock lasts ${maxSeconds} s at most, not ${durationMs / 1000} s`)
  throw invalid(target, 'a lock cannot end before it begins')
}

function invalid(target: string, message: string): SovdError {
  return new SovdError('invalid-request', message, { target })
}
