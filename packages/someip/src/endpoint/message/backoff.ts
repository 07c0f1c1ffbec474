export interface BackoffOptions {
  /** The first wait. Default: 100, as vsomeip. */
  readonly initialDelayMs?: number
  /** The longest wait. Default: 1600, as vsomeip. */
  readonly maxDelayMs?: number
}

/** Waits that double: 100, 200, 400, 800, 1600, 1600 … ms. */
export class Backoff {
  readonly #initialMs: number
  readonly #maxMs: number
  #nextMs: number

  constructor({ initialDelayMs = 100, maxDelayMs = 1600 }: BackoffOptions) {
    this.#initialMs = initialDelayMs
    this.#maxMs = maxDelayMs
    this.#nextMs = initialDelayMs
  }

  get maxMs(): number {
    return this.#maxMs
  }

  next(): number {
    const delay = this.#nextMs
    this.#nextMs = Math.min(this.#maxMs, delay * 2)
    return delay
  }

  reset(): void {
    this.#nextMs = this.#initialMs
  }
}
