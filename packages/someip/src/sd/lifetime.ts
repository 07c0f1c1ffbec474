import { INFINITE_TTL } from './wire/entry.ts'

/** How long an entry with this TTL lives here, in milliseconds; Infinity for one without an end. */
export function lifetimeMs(ttlSeconds: number, factor: number, graceMs: number): number {
  return ttlSeconds === INFINITE_TTL ? Number.POSITIVE_INFINITY : ttlSeconds * factor * 1000 + graceMs
}
