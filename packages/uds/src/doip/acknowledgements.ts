import type { Clock } from '@opensovd/base'
import { formatAddress } from '../codec/address.ts'
import { DoipError } from '../errors.ts'

interface Pending {
  readonly settle: (error?: Error) => void
}

/**
 * Sent diagnostic messages that the entity has neither taken nor refused yet, by target, oldest first.
 */
export class Acknowledgements {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #pending = new Map<number, Pending[]>()

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** Resolves when `target` acknowledges the message just sent; rejects when it refuses, or says nothing in time. */
  wait(target: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const queue = this.#pending.get(target) ?? []
    this.#pending.set(target, queue)
    const cancel = this.#clock.after(this.#timeoutMs, () => pending.settle(this.#timeout(target)))
    const pending: Pending = {
      settle: (error) => {
        cancel()
        queue.splice(queue.indexOf(pending), 1)
        if (queue.length === 0) this.#pending.delete(target)
        if (error) reject(error)
        else resolve()
      },
    }
    queue.push(pending)
    return promise
  }

  /** Settles the oldest message to `target`; false when there is none. */
  settle(target: number, error?: Error): boolean {
    const [oldest] = this.#pending.get(target) ?? []
    oldest?.settle(error)
    return oldest !== undefined
  }

  /** The target of the only message under way; undefined when there are none or several. */
  get onlyTarget(): number | undefined {
    const [target, ...others] = this.#pending.keys()
    return others.length === 0 ? target : undefined
  }

  fail(error: Error): void {
    for (const queue of [...this.#pending.values()]) {
      for (const pending of [...queue]) pending.settle(error)
    }
  }

  #timeout(target: number): DoipError {
    const message = `${formatAddress(target)}: the entity did not acknowledge a diagnostic message within ${this.#timeoutMs} ms`
    return new DoipError('DOIP_ACKNOWLEDGE_TIMEOUT', message)
  }
}
