import type { Clock } from '@opensovd/base'
import { NpduCollector, type NpduTiming } from '../../npdu/collector.ts'
import type { EndpointAddress } from '../endpoint-address.ts'

export interface NpduTargetsOptions {
  readonly clock: Clock
  readonly maxDatagramBytes: number
  readonly depart: (datagram: Uint8Array, to: EndpointAddress) => void
}

/** Requests from many addresses make many targets; those that nothing waits for are forgotten, oldest first. */
const MAX_TARGETS = 1024

/** The nPDU collectors of one socket, one for each target. */
export class NpduTargets implements Disposable {
  readonly #options: NpduTargetsOptions
  /** Bounded by MAX_TARGETS. */
  readonly #collectors = new Map<string, NpduCollector>()
  #waitingBytes = 0

  constructor(options: NpduTargetsOptions) {
    this.#options = options
  }

  /** Bytes of messages that have not departed. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Takes a message, which must not be changed afterwards. Returns false when there are too many targets. */
  send(message: Uint8Array, to: EndpointAddress, timing: NpduTiming): boolean {
    const collector = this.#collectors.get(to.key) ?? this.#open(to)
    if (collector === undefined) return false
    this.#waitingBytes += message.length
    if (collector.send(message, timing)) return true
    this.#waitingBytes -= message.length
    return false
  }

  /** Sends everything that waits. */
  flush(): void {
    for (const collector of this.#collectors.values()) collector.flush()
  }

  /** Forgets everything that waits. */
  [Symbol.dispose](): void {
    for (const collector of this.#collectors.values()) collector[Symbol.dispose]()
    this.#collectors.clear()
    this.#waitingBytes = 0
  }

  #open(to: EndpointAddress): NpduCollector | undefined {
    if (this.#collectors.size >= MAX_TARGETS && !this.#forgetIdle()) return undefined
    const { clock, maxDatagramBytes, depart } = this.#options
    const collector = new NpduCollector({
      clock,
      maxDatagramBytes,
      maxQueuedBytes: Number.POSITIVE_INFINITY,
      depart: (datagram) => {
        this.#waitingBytes -= datagram.length
        depart(datagram, to)
      },
    })
    this.#collectors.set(to.key, collector)
    return collector
  }

  #forgetIdle(): boolean {
    for (const [key, collector] of this.#collectors) {
      if (collector.queuedBytes > 0) continue
      collector[Symbol.dispose]()
      this.#collectors.delete(key)
      return true
    }
    return false
  }
}
