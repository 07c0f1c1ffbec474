import type { Clock } from '@opensovd/base'
import type { Alarm } from './alarm.ts'

/** Between two looks at what is not there: at first, by how much more each time, give or take, and at most. */
const RETRY = { firstMs: 1000, growth: 1.5, jitter: 0.1, maxMs: 5000 }

export interface Pauses {
  readonly clock: Clock
  /** Ends a pause before its time. */
  readonly alarm: Alarm
  /** Between two looks, whatever happens. */
  readonly shortestMs: number
  /** Between two looks while all is as it should be. */
  readonly refreshMs: number
}

/**
 * Looks at something again and again until the signal aborts; then resolves. What is not as it should be is looked at
 * more often, though less so the longer it lasts.
 * @param look resolves to whether all is as it should be; what it rejects with ends the looking
 */
export async function keepLooking(
  { clock, alarm, shortestMs, refreshMs }: Pauses,
  look: (signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  let retryMs = RETRY.firstMs
  while (!signal.aborted) {
    try {
      const isAsItShould = await look(signal)
      const jitter = 1 + RETRY.jitter * (2 * clock.random() - 1)
      const pauseMs = isAsItShould ? refreshMs : Math.min(retryMs * jitter, RETRY.maxMs)
      retryMs = isAsItShould ? RETRY.firstMs : Math.min(retryMs * RETRY.growth, RETRY.maxMs)
      await alarm.pause(clock, shortestMs, pauseMs, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}
