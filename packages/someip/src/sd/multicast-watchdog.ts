import type { Clock } from '@opensovd/base'

/** Timers may fire a little too early. */
const EARLIEST_MS = 1

/** Notices when nothing comes by multicast any more: the membership in the group may have been lost on the way. */
export class MulticastWatchdog {
  readonly #clock: Clock
  readonly #silenceMs: number
  readonly #onSilence: () => void
  #heardMs = 0

  /** @param silenceMs how long it may be silent; `onSilence` is called again after each such time */
  constructor(clock: Clock, silenceMs: number, onSilence: () => void) {
    this.#clock = clock
    this.#silenceMs = silenceMs
    this.#onSilence = onSilence
  }

  heard(): void {
    this.#heardMs = this.#clock.monotonic()
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.heard()
    for (;;) {
      const remainingMs = this.#heardMs + this.#silenceMs - this.#clock.monotonic()
      if (remainingMs >= EARLIEST_MS) await this.#clock.sleep(remainingMs, signal)
      else {
        this.#onSilence()
        this.heard()
      }
    }
  }
}
