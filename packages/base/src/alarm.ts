import type { Clock } from './clock.ts'

/**
 * Calls `ring` once the time it is set to is reached. Setting it to a later time and clearing it cost next to nothing:
 * its timer runs on, and looks at the time again when it fires. Dispose it to be rid of the timer.
 */
export class Alarm implements Disposable {
  readonly #clock: Clock
  readonly #ring: () => void
  #dueMs = Number.POSITIVE_INFINITY
  #armedMs = Number.POSITIVE_INFINITY
  #cancelTimer = () => {}

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** @param dueMs on the monotonic clock; takes the place of any time before */
  set(dueMs: number): void {
    this.#dueMs = dueMs
    if (dueMs < this.#armedMs) this.#arm()
  }

  clear(): void {
    this.#dueMs = Number.POSITIVE_INFINITY
  }

  /** Clears it; it can be set again. */
  [Symbol.dispose](): void {
    this.clear()
    this.#cancelTimer()
    this.#armedMs = Number.POSITIVE_INFINITY
  }

  #arm(): void {
    this.#cancelTimer()
    this.#armedMs = this.#dueMs
    this.#cancelTimer = this.#clock.after(this.#dueMs - this.#clock.monotonic(), () => this.#onTimer())
  }

  #onTimer(): void {
    this.#armedMs = Number.POSITIVE_INFINITY
    if (this.#dueMs === Number.POSITIVE_INFINITY) return
    if (this.#clock.monotonic() < this.#dueMs) {
      this.#arm()
      return
    }
    this.clear()
    this.#ring()
  }
}
