import type { Clock } from '@opensovd/base'

/**
 * Ends things that all may take the same time. They expire in the order they began in, so one timer for the
 * oldest is enough, and one that ends in time costs next to nothing.
 */
export class Deadlines {
  readonly timeoutMs: number
  readonly #clock: Clock
  readonly #begun = new Map<() => void, number>()
  #cancelTimer: (() => void) | undefined

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.timeoutMs = timeoutMs
  }

  /** Calls `expire` once the time is up, unless it is ended before. */
  begin(expire: () => void): void {
    this.#begun.set(expire, this.#clock.monotonic() + this.timeoutMs)
    if (!this.#cancelTimer) this.#arm(this.timeoutMs)
  }

  end(expire: () => void): void {
    this.#begun.delete(expire)
  }

  /** Forgets everything that has begun. */
  [Symbol.dispose](): void {
    this.#begun.clear()
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #arm(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#expire())
  }

  #expire(): void {
    this.#cancelTimer = undefined
    const now = this.#clock.monotonic()
    for (const [expire, dueMs] of this.#begun) {
      if (dueMs > now) {
        this.#arm(dueMs - now)
        return
      }
      this.#begun.delete(expire)
      expire()
    }
  }
}
