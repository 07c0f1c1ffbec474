import type { EndpointAddress } from '../endpoint-address.ts'
import type { UdpCounters } from './counters.ts'

export interface Outgoing {
  readonly bytes: Uint8Array
  readonly to: EndpointAddress
}

/** Forgets what was taken when so many entries were. */
const COMPACT_AT = 1024

/** Datagrams on their way to the system, first in, first out. Counts them until the system has taken or refused them. */
export class SendQueue {
  readonly #counters: UdpCounters
  readonly #maxBytes: number
  readonly #entries: (Outgoing | undefined)[] = []
  #first = 0

  constructor(counters: UdpCounters, maxBytes: number) {
    this.#counters = counters
    this.#maxBytes = maxBytes
  }

  /** Waiting datagrams, those that were taken but not settled left out. */
  get length(): number {
    return this.#entries.length - this.#first
  }

  /** Returns false, and counts the datagram as dropped, when too much is waiting. */
  push(bytes: Uint8Array, to: EndpointAddress): boolean {
    if (this.#counters.queuedBytes + bytes.length > this.#maxBytes) {
      this.#counters.droppedDatagrams++
      this.#counters.droppedBytes += bytes.length
      return false
    }
    this.#counters.queuedBytes += bytes.length
    this.#entries.push({ bytes, to })
    return true
  }

  /** The datagram that is `index` places from the front. */
  peek(index: number): Outgoing | undefined {
    return this.#entries[this.#first + index]
  }

  /** Takes the first datagram, which is counted as waiting until it is settled. */
  take(): Outgoing | undefined {
    const entry = this.#entries[this.#first]
    if (entry === undefined) return undefined
    this.#entries[this.#first++] = undefined
    if (this.#first === this.#entries.length) {
      this.#entries.length = 0
      this.#first = 0
    } else if (this.#first >= COMPACT_AT && this.#first * 2 >= this.#entries.length) {
      this.#entries.splice(0, this.#first)
      this.#first = 0
    }
    return entry
  }

  /** Says what became of a datagram that was taken. */
  settle({ bytes }: Outgoing, isSent: boolean): void {
    this.#counters.queuedBytes -= bytes.length
    if (isSent) {
      this.#counters.sentDatagrams++
      this.#counters.sentBytes += bytes.length
    } else this.#counters.failedDatagrams++
  }

  /** Drops everything that waits. */
  clear(): void {
    for (let entry = this.take(); entry !== undefined; entry = this.take()) {
      this.#counters.queuedBytes -= entry.bytes.length
      this.#counters.droppedDatagrams++
      this.#counters.droppedBytes += entry.bytes.length
    }
  }
}
