import type { Clock, Logger } from '@opensovd/base'

const EVERY_MS = 10_000

/** Tells the log of those who were refused, however many they are: now and then, with how many there were. */
export class Refusals {
  readonly #clock: Clock
  readonly #log: Logger
  #count = 0
  #toldAtMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  tell(why: string, from: string): void {
    this.#count += 1
    const nowMs = this.#clock.monotonic()
    if (nowMs - this.#toldAtMs < EVERY_MS) return
    this.#log.warn('a vehicle was refused', { why, from, refused: this.#count })
    this.#toldAtMs = nowMs
    this.#count = 0
  }
}
