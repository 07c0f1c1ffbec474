import type { Clock } from '@opensovd/base'

/** However many things are due, they are looked at no more often than this. */
const MIN_PAUSE_MS = 20
/** The longest that a timer can be set for is not much more than 24 days. */
const MAX_PAUSE_MS = 24 * 60 * 60 * 1000

/** Calls back for each thing whose time has come, with one timer for all of them. */
export class Agenda<T> implements Disposable {
  readonly #clock: Clock
  readonly #onDue: (thing: T) => void
  readonly #dueMs = new Map<T, number>()
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined

  /** @param onDue called with things that are off the agenda by then */
  constructor(clock: Clock, onDue: (thing: T) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Sets the monotonic time at which a thing is due; `undefined` takes it off. */
  set(thing: T, dueMs: number | undefined): void {
    if (dueMs === undefined) {
      this.#dueMs.delete(thing)
      return
    }
    this.#dueMs.set(thing, dueMs)
    if (!this.#timer || dueMs < this.#timer.atMs) this.#arm(dueMs)
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#dueMs.clear()
  }

  #arm(dueMs: number): void {
    this.#timer?.cancel()
    const nowMs = this.#clock.monotonic()
    const atMs = Math.min(Math.max(dueMs, nowMs + MIN_PAUSE_MS), nowMs + MAX_PAUSE_MS)
    this.#timer = { atMs, cancel: this.#clock.after(atMs - nowMs, () => this.#look()) }
  }

  #look(): void {
    this.#timer = undefined
    const nowMs = this.#clock.monotonic()
    let next = Number.POSITIVE_INFINITY
    for (const [thing, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) next = Math.min(next, dueMs)
      else {
        this.#dueMs.delete(thing)
        this.#onDue(thing)
      }
    }
    if (next < Number.POSITIVE_INFINITY) this.#arm(next)
  }
}
