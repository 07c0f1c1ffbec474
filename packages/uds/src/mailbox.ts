import type { Clock } from '@opensovd/base'

type Reader<T> = Pick<PromiseWithResolvers<T>, 'resolve' | 'reject'>

/** Values for one reader, in the order they came. */
export class Mailbox<T extends object> {
  readonly #values: T[] = []
  #failure: { readonly error: unknown } | undefined
  #reader: Reader<T> | undefined

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
    const value = this.#values.shift()
    if (value !== undefined) return value
    if (this.#failure) throw this.#failure.error
    const reader = Promise.withResolvers<T | undefined>()
    this.#reader = reader
    const cancel = clock.after(dueMs - clock.monotonic(), () => {
      if (this.#reader === reader) this.#reader = undefined
      reader.resolve(undefined)
    })
    try {
      return await reader.promise
    } finally {
      cancel()
    }
  }
}
