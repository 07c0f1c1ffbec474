import type { RateLimit } from '@opensovd/server'
import type { Settings } from './settings/settings.ts'

/** How many requests callers may send; nothing where that is not limited. */
export function readRateLimit({
  enabled,
  max_requests,
  window_secs,
}: Settings['rate_limit']): Pick<RateLimit, 'maxRequests' | 'windowMs'> | undefined {
  return enabled ? { maxRequests: max_requests, windowMs: window_secs * 1000 } : undefined
}
