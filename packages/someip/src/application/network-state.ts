import { Listeners } from '@opensovd/base'

/**
 * Whether the applications of a host can reach others: `suspended` on their own wish, `offline` while the address of the
 * host is not there. They use each other's services in any state but `closed`.
 */
export type NetworkState = 'running' | 'suspended' | 'offline' | 'closed'

/** Puts together what is wished and what is possible. */
export class NetworkStatus {
  readonly #listeners: Listeners<NetworkState>
  #isSuspended = false
  #isUp = true
  #isClosed = false

  constructor(onFailure: (error: unknown) => void) {
    this.#listeners = new Listeners(onFailure)
  }

  get state(): NetworkState {
    if (this.#isClosed) return 'closed'
    if (this.#isSuspended) return 'suspended'
    return this.#isUp ? 'running' : 'offline'
  }

  /** Called with each change. Returns a function that removes the callback. */
  onChange(callback: (state: NetworkState) => void): () => void {
    return this.#listeners.add(callback)
  }

  suspended(isSuspended: boolean): void {
    this.#change(() => {
      this.#isSuspended = isSuspended
    })
  }

  network(isUp: boolean): void {
    this.#change(() => {
      this.#isUp = isUp
    })
  }

  closed(): void {
    this.#change(() => {
      this.#isClosed = true
    })
  }

  #change(change: () => void): void {
    const before = this.state
    change()
    if (this.state !== before) this.#listeners.notify(this.state)
  }
}
