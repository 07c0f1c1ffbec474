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

  /** Returns the function that gives the lock back, to be called once. Aborting leaves the queue. */
  acquire(mode: Mode, signal?: AbortSignal): Promise<() => void> {
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
          resolve(() => this.#release(mode))
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiters.push(waiter)
      this.#grant()
    })
  }

  #release(mode: Mode): void {
    if (mode === 'exclusive') this.#exclusive = false
    else this.#shared--
    this.#grant()
  }

  #grant(): void {
    for (let first = this.#waiters[0]; first && this.#isFree(first.mode); first = this.#waiters[0]) {
      this.#waiters.shift()
      if (first.mode === 'exclusive') this.#exclusive = true
      else this.#shared++
      first.grant()
    }
  }

  #isFree(mode: Mode): boolean {
    return !this.#exclusive && (mode === 'shared' || this.#shared === 0)
  }
}
