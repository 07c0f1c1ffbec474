/**
 * Reads in flight, by what they read: whoever wants the same joins, and only when all have gone is the read ended.
 * Bounded by the reads that may be in flight.
 */
export class SharedReads<T> {
  readonly #inFlight = new Map<string, SharedRead<T>>()

  /**
   * Joins the read of `key` that is in flight, or starts one.
   * @param start begins the read, which ends when its signal aborts
   * @param signal ends the waiting of this caller
   */
  read(key: string, start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const running = this.#inFlight.get(key)
    if (running) return running.join(signal)
    const read: SharedRead<T> = new SharedRead(start, () => {
      if (this.#inFlight.get(key) === read) this.#inFlight.delete(key)
    })
    this.#inFlight.set(key, read)
    return read.join(signal)
  }

  /** Reads from now on start afresh: what is in flight may have been overtaken by a write. */
  forget(): void {
    this.#inFlight.clear()
  }
}

class SharedRead<T> {
  readonly #controller = new AbortController()
  readonly #outcome: Promise<T>
  readonly #onEnd: () => void
  #callers = 0

  /** @param onEnd nobody can join any more; may be called twice */
  constructor(start: (signal: AbortSignal) => Promise<T>, onEnd: () => void) {
    this.#outcome = start(this.#controller.signal)
    this.#onEnd = onEnd
    this.#outcome.then(onEnd, onEnd)
  }

  join(signal: AbortSignal): Promise<T> {
    this.#callers++
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(signal.reason)
        this.#leave(signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#outcome.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  #leave(reason: unknown): void {
    this.#callers--
    if (this.#callers > 0) return
    this.#onEnd()
    this.#controller.abort(reason)
  }
}
