import type { Clock } from '@opensovd/base'

/** Longest time a timer of Node can wait is about 24 days; lifetimes reach 194 days, and more with a factor. */
const LONGEST_TIMER_MS = 24 * 60 * 60 * 1000

/** Timers may fire a little too early. */
const EARLIEST_MS = 1

/** Calls back for each item whose time is over. As many as the owner puts in. */
export class Deadlines<T> implements Disposable {
  readonly #clock: Clock
  readonly #onExpired: (item: T) => void
  readonly #dueMs = new Map<T, number>()
  #timer: { readonly dueMs: number; readonly cancel: () => void } | undefined

  constructor(clock: Clock, onExpired: (item: T) => void) {
    this.#clock = clock
    this.#onExpired = onExpired
  }

  /** Sets or moves the end of `item`; Infinity: never. */
  set(item: T, lifetimeMs: number): void {
    if (lifetimeMs === Number.POSITIVE_INFINITY) {
      this.#dueMs.delete(item)
      return
    }
    const dueMs = this.#clock.monotonic() + lifetimeMs
    this.#dueMs.set(item, dueMs)
    this.#startTimer(dueMs)
  }

  delete(item: T): void {
    this.#dueMs.delete(item)
    if (this.#dueMs.size === 0) this[Symbol.dispose]()
  }

  /** Forgets all items without calling back. */
  [Symbol.dispose](): void {
    this.#dueMs.clear()
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** A timer that fires too early only sets the next one, so it stays when its item gets more time. */
  #startTimer(dueMs: number): void {
    if (this.#timer !== undefined && this.#timer.dueMs <= dueMs) return
    this.#timer?.cancel()
    const waitMs = Math.min(LONGEST_TIMER_MS, dueMs - this.#clock.monotonic())
    const cancel = this.#clock.after(waitMs, () => this.#expire())
    this.#timer = { dueMs, cancel }
  }

  #expire(): void {
    this.#timer = undefined
    const nowMs = this.#clock.monotonic()
    const expired: T[] = []
    let nextMs = Number.POSITIVE_INFINITY
    for (const [item, dueMs] of this.#dueMs) {
      if (dueMs - nowMs < EARLIEST_MS) expired.push(item)
      else nextMs = Math.min(nextMs, dueMs)
    }
    for (const item of expired) this.#dueMs.delete(item)
    if (nextMs !== Number.POSITIVE_INFINITY) this.#startTimer(nextMs)
    for (const item of expired) this.#onExpired(item)
  }
}
