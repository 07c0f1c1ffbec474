type Mode = 'shared' | 'exclusive'

interface Waiter {
  readonly mode: Mode
  readonly grant: () => void
}

/** A lock that several shared holders or one exclusive holder have; first come, first served. */
export class SharedLock {
  readonly #waiters: Waiter[] = []
  #shared = 0
  #exclusive = false

  get waiting(): number {
    return this.#waiters.length
  }

  /** Takes the lock if nobody has to be waited for; returns whether it did. */
  tryAcquire(mode: Mode): boolean {
    if (this.#waiters.length > 0 || !this.#isFree(mode)) return false
    this.#take(mode)
    return true
  }

  /** Resolves once the lock is taken. Aborting leaves the queue. */
  acquire(mode: Mode, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        reject(signal?.reason)
        this.#grant()
      }
      const waiter: Waiter = {
        mode,
        grant: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiters.push(waiter)
      this.#grant()
    })
  }

  /** Gives back what was taken, once. */
  release(mode: Mode): void {
    if (mode === 'exclusive') this.#exclusive = false
    else this.#shared--
    this.#grant()
  }

  #grant(): void {
    for (let first = this.#waiters[0]; first && this.#isFree(first.mode); first = this.#waiters[0]) {
      this.#waiters.shift()
      this.#take(first.mode)
      first.grant()
    }
  }

  #take(mode: Mode): void {
    if (mode === 'exclusive') this.#exclusive = true
    else this.#shared++
  }

  #isFree(mode: Mode): boolean {
    return !this.#exclusive && (mode === 'shared' || this.#shared === 0)
  }
}
