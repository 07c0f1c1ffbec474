import { type Clock, withTimeout } from '@opensovd/base'

/** Values for one reader, in the order they came. */
export class Mailbox<T extends object> {
  readonly #values: T[] = []
  #failure: { readonly error: unknown } | undefined
  #reader: PromiseWithResolvers<T> | undefined

  put(value: T): void {
    if (this.#failure) return
    if (this.#reader) this.#reader.resolve(value)
    else this.#values.push(value)
    this.#reader = undefined
  }

  /** Ends the mailbox: the reader gets what was put before, then this error. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#reader?.reject(this.#failure.error)
    this.#reader = undefined
  }

  /** Waits for the next value; aborting rejects with the signal's reason and takes nothing. One call at a time. */
  take(signal?: AbortSignal): Promise<T> {
    const value = this.#values.shift()
    if (value !== undefined) return Promise.resolve(value)
    if (this.#failure) return Promise.reject(this.#failure.error)
    if (signal?.aborted) return Promise.reject(signal.reason)
    const reader = Promise.withResolvers<T>()
    this.#reader = reader
    if (!signal) return reader.promise
    const onAbort = () => {
      if (this.#reader === reader) this.#reader = undefined
      reader.reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    return reader.promise.finally(() => signal.removeEventListener('abort', onAbort))
  }

  /** Like `take`, but undefined when the clock's monotonic time reaches `dueMs` first. */
  async takeBefore(clock: Clock, dueMs: number): Promise<T | undefined> {
    const over = new Error('the time is over')
    try {
      return await withTimeout(
        clock,
        dueMs - clock.monotonic(),
        () => over,
        undefined,
        (ends) => this.take(ends),
      )
    } catch (error) {
      if (error === over) return undefined
      throw error
    }
  }
}
