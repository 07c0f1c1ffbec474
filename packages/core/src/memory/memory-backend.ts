import { Listeners, untilAborted } from '@opensovd/base'
import type { Entity } from '../entities/entity.ts'
import type { Backend, BackendSnapshot } from '../ports/backend.ts'

/** A backend whose entities live in this process. Always up. */
export class MemoryBackend implements Backend {
  readonly name: string
  #snapshot: BackendSnapshot
  readonly #changed = new Listeners<void>(() => {})

  constructor(name: string, entities: readonly Entity[] = []) {
    this.name = name
    this.#snapshot = { status: { phase: 'up' }, entities }
  }

  get snapshot(): BackendSnapshot {
    return this.#snapshot
  }

  /** Yields other entities from now on. */
  replace(entities: readonly Entity[]): void {
    this.#snapshot = { status: { phase: 'up' }, entities }
    this.#changed.notify()
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener)
  }

  run(signal: AbortSignal): Promise<void> {
    return untilAborted(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
