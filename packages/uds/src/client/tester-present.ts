import type { Clock } from '@opensovd/base'

/** An ECU or a group of them. */
export interface TesterPresentTarget {
  readonly isIdle: boolean
  /** On the monotonic clock. */
  readonly lastRequestMs: number
  sendTesterPresent(signal?: AbortSignal): Promise<void>
}

export interface TesterPresentOptions {
  readonly clock: Clock
  readonly intervalMs: number
  readonly onRefusal: (error: unknown) => void
}

/** Half of S3server (5 s) and some: S3client of ISO 14229-2. */
export const TESTER_PRESENT_INTERVAL_MS = 2000

/**
 * Sends 3E 80 whenever nothing was sent for `intervalMs`, until the signal aborts. A request under way keeps the
 * session alive by itself. One that the network refuses is followed by the next, which may still be in time.
 * @param onRefusal is told of the first of several refusals in a row
 */
export async function keepTesterPresent(
  target: TesterPresentTarget,
  { clock, intervalMs, onRefusal }: TesterPresentOptions,
  signal: AbortSignal,
): Promise<void> {
  let isRefused = false
  const send = async () => {
    try {
      await target.sendTesterPresent(signal)
      isRefused = false
    } catch (error) {
      if (!isRefused && !signal.aborted) onRefusal(error)
      isRefused = true
    }
  }
  while (!signal.aborted) {
    const dueInMs = target.lastRequestMs + intervalMs - clock.monotonic()
    if (dueInMs <= 0 && target.isIdle) await send()
    else await clock.sleep(dueInMs > 0 ? dueInMs : intervalMs, signal)
  }
}
