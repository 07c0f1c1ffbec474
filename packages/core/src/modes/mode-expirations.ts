import type { Clock, Logger } from '@opensovd/base'
import { type EntityRef, keyOf } from '../locks/lock.ts'
import { type Change, Undoing } from '../locks/undoing.ts'

export interface ModeExpirationsOptions {
  readonly clock: Clock
  readonly log: Logger
}

interface Pending {
  readonly change: Change
  readonly cancel: () => void
}

/**
 * Modes that go back to what they were supposed to be after a while [17978-3 7.16]. Whoever changes such a mode
 * meanwhile decides anew: it does not go back any more, or later. What fails is tried again a few times.
 * Bounded by the modes that entities have.
 */
export class ModeExpirations implements AsyncDisposable {
  readonly #clock: Clock
  readonly #pending = new Map<string, Pending>()
  readonly #undoing: Undoing

  constructor(options: ModeExpirationsOptions) {
    this.#clock = options.clock
    this.#undoing = new Undoing(options)
  }

  /** Undoes a change after a time, in place of what was arranged for it before. */
  arrange(change: Change, afterMs: number): void {
    const key = keyFor(change.entity, change.name)
    this.#pending.get(key)?.cancel()
    const cancel = this.#clock.after(afterMs, () => {
      this.#pending.delete(key)
      this.#undoing.undo([change])
    })
    this.#pending.set(key, { change, cancel })
  }

  /**
   * To be called before a mode is changed: it does not go back any more. Resolves when it is not doing so.
   * @param signal ends the waiting
   */
  async supersede(entity: EntityRef, name: string, signal: AbortSignal): Promise<void> {
    const key = keyFor(entity, name)
    this.#pending.get(key)?.cancel()
    this.#pending.delete(key)
    await this.#undoing.supersede(entity, name, signal)
  }

  /** Lets all modes go back that were to do so, and waits a little for that: nobody could do it later. */
  async [Symbol.asyncDispose](): Promise<void> {
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { cancel } of pending) cancel()
    this.#undoing.undo(pending.map(({ change }) => change))
    await this.#undoing[Symbol.asyncDispose]()
  }
}

function keyFor(entity: EntityRef, name: string): string {
  return `${keyOf(entity)} ${name}`
}
