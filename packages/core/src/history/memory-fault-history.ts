import { type FaultHistory, type FaultHistoryCounters, isWanted, type PastFaultQuery } from './fault-history.ts'
import type { PastFault } from './past-fault.ts'

const MAX_RECORDS = 10_000

/** A history that ends with the process, of the latest records only. */
export class MemoryFaultHistory implements FaultHistory {
  readonly counters: FaultHistoryCounters = { recorded: 0, dropped: 0 }
  readonly #maxRecords: number
  #records: PastFault[] = []

  constructor(maxRecords: number = MAX_RECORDS) {
    this.#maxRecords = maxRecords
  }

  append(past: PastFault): void {
    this.counters.recorded++
    this.#records.push(past)
    if (this.#records.length >= 2 * this.#maxRecords) this.#records = this.#kept()
  }

  async *read(query: PastFaultQuery, signal: AbortSignal): AsyncGenerator<PastFault> {
    for (const past of this.#kept()) {
      signal.throwIfAborted()
      if (isWanted(past, query)) yield past
    }
  }

  #kept(): PastFault[] {
    return this.#records.slice(-this.#maxRecords)
  }
}
