import type { Clock } from '@opensovd/base'
import type { NpduTiming } from '../../npdu/collector.ts'

interface Waiting {
  readonly message: Uint8Array
  readonly timing: NpduTiming
  readonly sinceMs: number
}

export interface WaitingMessagesOptions {
  readonly clock: Clock
  readonly maxBytes: number
  /** Messages that waited longer are dropped. */
  readonly maxAgeMs: number
  readonly onDrop: (message: Uint8Array) => void
}

/** Messages for a peer that is not connected yet. */
export class WaitingMessages {
  readonly #options: WaitingMessagesOptions
  /** Oldest first. */
  #messages: Waiting[] = []
  #bytes = 0

  constructor(options: WaitingMessagesOptions) {
    this.#options = options
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Returns false when too much is waiting. */
  add(message: Uint8Array, timing: NpduTiming): boolean {
    this.#dropOld()
    if (this.#bytes + message.length > this.#options.maxBytes) return false
    this.#messages.push({ message, timing, sinceMs: this.#options.clock.monotonic() })
    this.#bytes += message.length
    return true
  }

  /** Hands over what is not too old, oldest first. */
  release(send: (message: Uint8Array, timing: NpduTiming) => void): void {
    this.#dropOld()
    for (const { message, timing } of this.#takeAll()) send(message, timing)
  }

  /** Drops everything. */
  clear(): void {
    for (const { message } of this.#takeAll()) this.#options.onDrop(message)
  }

  #takeAll(): readonly Waiting[] {
    const all = this.#messages
    this.#messages = []
    this.#bytes = 0
    return all
  }

  #dropOld(): void {
    const oldestMs = this.#options.clock.monotonic() - this.#options.maxAgeMs
    let count = 0
    for (const { message, sinceMs } of this.#messages) {
      if (sinceMs >= oldestMs) break
      count++
      this.#bytes -= message.length
      this.#options.onDrop(message)
    }
    if (count > 0) this.#messages.splice(0, count)
  }
}
