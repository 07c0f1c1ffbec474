import type { ReportedFault } from './reported-fault.ts'

/** Bounds the environment data of all faults together. */
export class EnvironmentBudget {
  readonly #maxLength: number
  #length = 0

  constructor(maxLength: number) {
    this.#maxLength = maxLength
  }

  /** The new state of a fault as it can be kept: without its environment data if there is no room for that. */
  keep(before: ReportedFault | undefined, after: ReportedFault): ReportedFault {
    const others = this.#length - lengthOf(before)
    const fits = others + lengthOf(after) <= this.#maxLength
    const { environment: _, ...bare } = after
    const kept = fits ? after : bare
    this.#length = others + lengthOf(kept)
    return kept
  }

  /** Gives back what a fault took that is gone. */
  release(fault: ReportedFault): void {
    this.#length -= lengthOf(fault)
  }
}

function lengthOf(fault: ReportedFault | undefined): number {
  return fault?.environment?.length ?? 0
}
