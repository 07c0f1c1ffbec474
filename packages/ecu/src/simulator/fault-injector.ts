import { toHex } from '@opensovd/base/bytes'
import type { FaultDescription, FaultEffect } from '../description/schema/simulation.ts'

/** Faults that an ECU may have at once. */
const MAX_FAULTS = 1000

interface ArmedFault {
  readonly fault: FaultDescription
  seen: number
  struck: number
}

/** Decides which requests go wrong, and how. */
export class FaultInjector {
  readonly #faults = new Map<string, ArmedFault>()
  readonly #random: () => number

  constructor(faults: readonly FaultDescription[], random: () => number) {
    this.#random = random
    for (const fault of faults) this.arm(fault)
  }

  /** The faults that are armed, with the number of requests that each has struck. */
  get armed(): readonly (FaultDescription & { readonly struck: number })[] {
    return [...this.#faults.values()].map(({ fault, struck }) => ({ ...fault, struck }))
  }

  /**
   * Adds a fault; one with the same id is replaced, and counts anew.
   * @throws RangeError when there are too many
   */
  arm(fault: FaultDescription): void {
    if (this.#faults.size >= MAX_FAULTS && !this.#faults.has(fault.id)) {
      throw new RangeError(`at most ${MAX_FAULTS} faults can be armed`)
    }
    this.#faults.set(fault.id, { fault, seen: 0, struck: 0 })
  }

  /** False when there is no such fault. */
  disarm(id: string): boolean {
    return this.#faults.delete(id)
  }

  disarmAll(): void {
    this.#faults.clear()
  }

  /** What happens to a request, of the effects in question; undefined when it goes well. The first fault decides. */
  strike(request: Uint8Array, isInQuestion: (effect: FaultEffect) => boolean): FaultEffect | undefined {
    if (this.#faults.size === 0) return undefined
    const hex = toHex(request)
    for (const armed of this.#faults.values()) {
      const { effect } = armed.fault
      if (isInQuestion(effect) && this.#strikes(armed, hex)) return effect
    }
    return undefined
  }

  #strikes(armed: ArmedFault, hex: string): boolean {
    const { request, skip, times = Number.POSITIVE_INFINITY, probability } = armed.fault
    if (!hex.startsWith(request.toLowerCase()) || armed.struck >= times) return false
    armed.seen++
    if (armed.seen <= skip || this.#random() >= probability) return false
    armed.struck++
    return true
  }
}
