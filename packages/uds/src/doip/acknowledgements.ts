import { type Clock, type Deadline, Deadlines } from '@opensovd/base'
import { formatAddress } from '../codec/address.ts'
import { DoipError } from '../errors.ts'

interface Pending {
  readonly deadline: Deadline
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/**
 * Sent diagnostic messages that the entity has neither taken nor refused yet, by target, oldest first.
 */
export class Acknowledgements implements Disposable {
  readonly #deadlines: Deadlines
  readonly #pending = new Map<number, Pending[]>()

  constructor(clock: Clock, timeoutMs: number) {
    this.#deadlines = new Deadlines(clock, timeoutMs)
  }

  /** Resolves when `target` acknowledges the message just sent; rejects when it refuses, or says nothing in time. */
  wait(target: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const deadline = this.#deadlines.begin(() => this.settle(target, this.#timeout(target)))
      const pending = { deadline, resolve, reject }
      const queue = this.#pending.get(target)
      if (queue) queue.push(pending)
      else this.#pending.set(target, [pending])
    })
  }

  /** Settles the oldest message to `target`; false when there is none. */
  settle(target: number, error?: Error): boolean {
    const queue = this.#pending.get(target)
    const oldest = queue?.shift()
    if (!queue || !oldest) return false
    if (queue.length === 0) this.#pending.delete(target)
    this.#deadlines.end(oldest.deadline)
    if (error) oldest.reject(error)
    else oldest.resolve()
    return true
  }

  /** The target of the only message under way; undefined when there are none or several. */
  get onlyTarget(): number | undefined {
    const [target, ...others] = this.#pending.keys()
    return others.length === 0 ? target : undefined
  }

  fail(error: Error): void {
    for (const target of [...this.#pending.keys()]) while (this.settle(target, error));
  }

  [Symbol.dispose](): void {
    this.#deadlines[Symbol.dispose]()
  }

  #timeout(target: number): DoipError {
    const message = `${formatAddress(target)}: the entity did not acknowledge a diagnostic message within ${this.#deadlines.timeoutMs} ms`
    return new DoipError('DOIP_ACKNOWLEDGE_TIMEOUT', message)
  }
}
