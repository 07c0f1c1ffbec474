import { type Clock, Listeners } from '@opensovd/base'
import type { InterfaceAddress, Network } from './network.ts'

export interface InterfaceMonitorOptions {
  readonly network: Network
  readonly clock: Clock
  /** Default: 1000. */
  readonly pollMs?: number
  /** Told of a listener that threw. */
  readonly onFailure: (error: unknown) => void
}

/** An address of an interface came up or went down. */
export interface InterfaceEvent {
  readonly kind: 'up' | 'down'
  readonly interface: InterfaceAddress
}

/** Looks again and again which addresses this host has; the system tells Node.js of no change. */
export class InterfaceMonitor implements Disposable {
  readonly #network: Network
  readonly #clock: Clock
  readonly #pollMs: number
  readonly #listeners: Listeners<InterfaceEvent>
  #known: ReadonlyMap<string, InterfaceAddress>
  #cancel: () => void = () => {}
  #isOpen = true

  constructor({ network, clock, pollMs = 1000, onFailure }: InterfaceMonitorOptions) {
    this.#network = network
    this.#clock = clock
    this.#pollMs = pollMs
    this.#listeners = new Listeners(onFailure)
    this.#known = this.#look()
    this.#wait()
  }

  /** What is up, as of the last look. */
  get interfaces(): readonly InterfaceAddress[] {
    return [...this.#known.values()]
  }

  /** Whether an interface with this canonical address is up, as of the last look. */
  isUp(address: string): boolean {
    return this.interfaces.some((one) => one.address === address)
  }

  /** Calls `listener` with every change from now on. Returns a function that ends this. */
  onChange(listener: (event: InterfaceEvent) => void): () => void {
    return this.#listeners.add(listener)
  }

  /** Resolves once an interface with this canonical address is up; rejects with the signal's reason when it aborts. */
  async whenUp(address: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.isUp(address)) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = () => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const remove = this.onChange((event) => {
      if (event.kind === 'up' && event.interface.address === address) resolve()
    })
    try {
      await promise
    } finally {
      remove()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  [Symbol.dispose](): void {
    this.#isOpen = false
    this.#cancel()
  }

  #wait(): void {
    if (!this.#isOpen) return
    this.#cancel = this.#clock.after(this.#pollMs, () => {
      this.#compare()
      this.#wait()
    })
  }

  #compare(): void {
    const before = this.#known
    this.#known = this.#look()
    for (const [key, one] of before) {
      if (!this.#known.has(key)) this.#listeners.notify({ kind: 'down', interface: one })
    }
    for (const [key, one] of this.#known) {
      if (!before.has(key)) this.#listeners.notify({ kind: 'up', interface: one })
    }
  }

  #look(): ReadonlyMap<string, InterfaceAddress> {
    return new Map(this.#network.interfaces().map((one) => [`${one.name} ${one.address}`, one]))
  }
}
