import type { Clock } from '@opensovd/base'

type State =
  | { readonly phase: 'closed'; readonly failures: number }
  | { readonly phase: 'open'; readonly untilMs: number }
  | { readonly phase: 'half-open'; readonly untilMs: number }

const HEALTHY: State = { phase: 'closed', failures: 0 }

export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly maxFailures: number
  readonly openMs: number
}

/**
 * Keeps calls from a peer that only costs time. `closed → open` after failures in a row; `open → half-open` when
 * the time is over, and then a single call is let through; its success closes the circuit, its failure opens it
 * again. A probe that comes to no verdict is followed by another.
 */
export class CircuitBreaker {
  readonly #clock: Clock
  readonly #options: CircuitBreakerOptions
  #state: State = HEALTHY

  constructor(clock: Clock, options: CircuitBreakerOptions) {
    this.#clock = clock
    this.#options = options
  }

  /** 0 when a call may go ahead, and then its verdict is owed; else the milliseconds until it makes sense to ask again. */
  admit(): number {
    if (this.#state.phase === 'closed') return 0
    const now = this.#clock.monotonic()
    const leftMs = this.#state.untilMs - now
    if (leftMs > 0) return leftMs
    this.#state = { phase: 'half-open', untilMs: now + this.#options.openMs }
    return 0
  }

  /** The peer answered, or there is another reason to believe that it will. */
  succeeded(): void {
    this.#state = HEALTHY
  }

  failed(): void {
    if (this.#state.phase === 'open') return
    const failures = this.#state.phase === 'closed' ? this.#state.failures + 1 : this.#options.maxFailures
    this.#state =
      failures < this.#options.maxFailures
        ? { phase: 'closed', failures }
        : { phase: 'open', untilMs: this.#clock.monotonic() + this.#options.openMs }
  }

  /** The call ended for a reason that says nothing of the peer. */
  undecided(): void {
    if (this.#state.phase === 'half-open') this.#state = { phase: 'open', untilMs: this.#clock.monotonic() }
  }
}
