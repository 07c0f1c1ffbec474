import type { Debounce } from './fault-policy.ts'

/**
 * Debounces one fault: decides when its failures are confirmed. All times are of the monotonic clock.
 * `quiet → suspicious (fail) → confirmed (enough failures, or long enough)`; `reset` leads back to quiet, and so does
 * the end of the window of failures that were too few.
 */
export class FaultGovernor {
  readonly #debounce: Debounce
  /** The times that count: the latest failures of a window, or the first of a hold. */
  #failures: number[] = []

  constructor(debounce: Debounce) {
    this.#debounce = debounce
  }

  /** Takes a failure; says whether it is confirmed. */
  fail(nowMs: number): boolean {
    const debounce = this.#debounce
    switch (debounce.kind) {
      case 'none':
        return true
      case 'count':
        this.#failures = this.#failures.filter((atMs) => nowMs - atMs < debounce.windowMs)
        this.#failures.push(nowMs)
        if (this.#failures.length > debounce.failures) this.#failures.shift()
        return this.#failures.length >= debounce.failures
      case 'hold':
        if (this.#failures.length === 0) this.#failures.push(nowMs)
        return nowMs - (this.#failures[0] ?? nowMs) >= debounce.holdMs
    }
  }

  /** Forgets the failures: the test passed, or the fault was cleared. */
  reset(): void {
    this.#failures = []
  }

  /** When unconfirmed failures become something else without another report; `undefined` when they do not. */
  get dueMs(): number | undefined {
    const at = this.#failures.at(-1)
    return at === undefined ? undefined : at + spanOf(this.#debounce)
  }

  /** What they become at `dueMs`: a hold confirms them, a window forgets them. */
  get becomes(): 'confirmed' | 'forgotten' {
    return this.#debounce.kind === 'hold' ? 'confirmed' : 'forgotten'
  }
}

function spanOf(debounce: Debounce): number {
  switch (debounce.kind) {
    case 'none':
      return 0
    case 'count':
      return debounce.windowMs
    case 'hold':
      return debounce.holdMs
  }
}
