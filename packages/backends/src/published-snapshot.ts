import { isDeepStrictEqual } from 'node:util'
import { Listeners, type Logger, messageOf } from '@opensovd/base'
import type { BackendSnapshot, BackendStatus, Entity } from '@opensovd/core'

/** What is known of a source, and who wants to know when that changes. */
export class PublishedSnapshot {
  readonly #changed: Listeners<void>
  #current: BackendSnapshot

  /** @param entities what is known before the source was tried */
  constructor(log: Logger, entities: readonly Entity[] = []) {
    this.#changed = new Listeners((error) => log.error('a listener failed', { error: messageOf(error) }))
    this.#current = { status: { phase: 'untried' }, entities }
  }

  get current(): BackendSnapshot {
    return this.#current
  }

  /** Calls `listener` after each change. Returns a function that ends it. */
  onChange(listener: () => void): () => void {
    return this.#changed.add(listener)
  }

  /** Takes the place of what was known, unless that is the same. */
  publish(status: BackendStatus, entities: readonly Entity[]): void {
    const snapshot = { status, entities }
    if (isDeepStrictEqual(snapshot, this.#current)) return
    this.#current = snapshot
    this.#changed.notify()
  }
}
