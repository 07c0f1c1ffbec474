/** The only way the libraries see time and chance, so that tests can move both. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. May jump; use it only for timestamps that people read. */
  now(): number
  /** Milliseconds on a clock that never goes back; the origin is arbitrary. */
  monotonic(): number
  /** Resolves after `ms`; rejects with the signal's reason as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `task` once after `ms`. Returns a function that cancels the call; calling it later does nothing. */
  after(ms: number, task: () => void): () => void
  /** A number in [0, 1). */
  random(): number
}

/** The `sleep` of a clock, built from its `after`. */
export function sleepWith(after: Clock['after'], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
