import type { Clock } from './clock.ts'

/**
 * Runs `task` with a signal that aborts with `reason()` after `ms`, or with the outer signal's reason when
 * that aborts first.
 */
export async function withTimeout<T>(
  clock: Clock,
  ms: number,
  reason: () => Error,
  signal: AbortSignal | undefined,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal?.reason)
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  const cancel = clock.after(ms, () => controller.abort(reason()))
  try {
    return await task(controller.signal)
  } finally {
    cancel()
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts; `promise` itself runs on. */
export function raceSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
