import type { Clock } from './clock.ts'

/** Something that began and must end in time. Linked in the order of beginning, which is the order of expiry. */
interface Begun {
  readonly dueMs: number
  readonly expire: () => void
  earlier: Begun | undefined
  later: Begun | undefined
}

export type Deadline = Begun

/**
 * Ends things that all may take the same time. They expire in the order they began in, so one timer for the oldest
 * is enough, and one that ends in time costs next to nothing: links, because a `Map` of things that come and go
 * makes work for the garbage collector.
 */
export class Deadlines {
  readonly timeoutMs: number
  readonly #clock: Clock
  #oldest: Begun | undefined
  #newest: Begun | undefined
  #cancelTimer: (() => void) | undefined

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.timeoutMs = timeoutMs
  }

  /** Calls `expire` once the time is up, unless it is ended before. */
  begin(expire: () => void): Deadline {
    const dueMs = this.#clock.monotonic() + this.timeoutMs
    const begun: Begun = { dueMs, expire, earlier: this.#newest, later: undefined }
    if (this.#newest) this.#newest.later = begun
    else this.#oldest = begun
    this.#newest = begun
    if (!this.#cancelTimer) this.#arm(this.timeoutMs)
    return begun
  }

  /** Ending twice, or after the time is up, does nothing. */
  end(deadline: Deadline): void {
    const { earlier, later } = deadline
    if (earlier) earlier.later = later
    else if (this.#oldest === deadline) this.#oldest = later
    if (later) later.earlier = earlier
    else if (this.#newest === deadline) this.#newest = earlier
    deadline.earlier = undefined
    deadline.later = undefined
  }

  /** Forgets everything that has begun. */
  [Symbol.dispose](): void {
    this.#oldest = undefined
    this.#newest = undefined
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #arm(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#expire())
  }

  #expire(): void {
    this.#cancelTimer = undefined
    const now = this.#clock.monotonic()
    for (let oldest = this.#oldest; oldest; oldest = this.#oldest) {
      if (oldest.dueMs > now) {
        this.#arm(oldest.dueMs - now)
        return
      }
      this.end(oldest)
      oldest.expire()
    }
  }
}
