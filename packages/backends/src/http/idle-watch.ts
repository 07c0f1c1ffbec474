import type { Clock } from '@opensovd/base'

/** Aborts when somebody who is waited for does nothing for too long. */
export class IdleWatch {
  readonly #clock: Clock
  readonly #idleMs: number
  readonly #late: () => Error
  readonly #controller = new AbortController()
  #cancel = () => {}

  /** @param late what it aborts with */
  constructor(clock: Clock, idleMs: number, late: () => Error) {
    this.#clock = clock
    this.#idleMs = idleMs
    this.#late = late
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** From now on, something is expected. */
  begin(): void {
    this.#cancel()
    this.#cancel = this.#clock.after(this.#idleMs, () => this.#controller.abort(this.#late()))
  }

  /** Nothing is expected any more. */
  rest(): void {
    this.#cancel()
  }
}
