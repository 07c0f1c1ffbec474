import type { Clock } from '@opensovd/base'

/** An ECU or a group of them. */
export interface TesterPresentTarget {
  readonly isIdle: boolean
  /** On the monotonic clock. */
  readonly lastRequestMs: number
  sendTesterPresent(signal?: AbortSignal): Promise<void>
}

/** Half of S3server (5 s) and some: S3client of ISO 14229-2. */
export const TESTER_PRESENT_INTERVAL_MS = 2000

/**
 * Sends 3E 80 whenever nothing was sent for `intervalMs`, until the signal aborts. A request under way keeps the
 * session alive by itself.
 * @throws what sending throws: the session is lost then, and there is nothing left to keep
 */
export async function keepTesterPresent(
  target: TesterPresentTarget,
  clock: Clock,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const dueInMs = target.lastRequestMs + intervalMs - clock.monotonic()
    if (dueInMs <= 0 && target.isIdle) await target.sendTesterPresent(signal)
    else await clock.sleep(dueInMs > 0 ? dueInMs : intervalMs, signal)
  }
}
