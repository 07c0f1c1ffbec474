/** Something that wants a slot. `start` must not throw. */
export interface Waiter {
  start(): void
}

/** Lets a limited number run at the same time and a limited number wait, first come, first served. */
export class ConcurrencyLimit {
  readonly #maxRunning: number
  readonly #maxWaiting: number
  readonly #waiting: Waiter[] = []
  readonly #urgent: Waiter[] = []
  #running = 0
  #filling = false

  constructor(maxRunning: number, maxWaiting: number) {
    this.#maxRunning = maxRunning
    this.#maxWaiting = maxWaiting
  }

  /**
   * Starts the waiter now or when its turn comes. Whoever was started owes a `leave`.
   * @param urgent goes before all others, and waits however many wait
   * @returns false when too many are waiting already
   */
  enter(waiter: Waiter, urgent: boolean): boolean {
    if (this.#running < this.#maxRunning) {
      this.#running++
      waiter.start()
      return true
    }
    if (urgent) this.#urgent.push(waiter)
    else if (this.#waiting.length < this.#maxWaiting) this.#waiting.push(waiter)
    else return false
    return true
  }

  /** Gives up waiting. */
  withdraw(waiter: Waiter): void {
    for (const queue of [this.#urgent, this.#waiting]) {
      const at = queue.indexOf(waiter)
      if (at >= 0) queue.splice(at, 1)
    }
  }

  /** Gives the slot back. */
  leave(): void {
    this.#running--
    // A waiter may leave before its start returns: the loop, not recursion, then serves the next.
    if (this.#filling) return
    this.#filling = true
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#running++
      next.start()
    }
    this.#filling = false
  }

  #next(): Waiter | undefined {
    if (this.#running >= this.#maxRunning) return undefined
    return this.#urgent.shift() ?? this.#waiting.shift()
  }
}
