import { Listeners, type Logger, messageOf } from '@opensovd/base'
import type { Backend, BackendSnapshot } from '@opensovd/core'

/** A backend that is opened in the background: until then it is untried and has no entities. */
export class LateBackend implements Backend {
  readonly name: string
  readonly #open: (signal: AbortSignal) => Promise<Backend>
  readonly #changed: Listeners<void>
  readonly #untried: BackendSnapshot = { status: { phase: 'untried' }, entities: [] }
  #opened: Backend | undefined
  #isClosed = false

  /** @param open must not leave anything open when the signal has aborted */
  constructor(name: string, log: Logger, open: (signal: AbortSignal) => Promise<Backend>) {
    this.name = name
    this.#open = open
    this.#changed = new Listeners((error) => log.error('a listener failed', { error: messageOf(error) }))
  }

  get snapshot(): BackendSnapshot {
    return this.#opened?.snapshot ?? this.#untried
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener)
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      const backend = await this.#open(signal)
      if (this.#isClosed) return await backend[Symbol.asyncDispose]()
      this.#opened = backend
      backend.onChange(() => this.#changed.notify())
      this.#changed.notify()
      await backend.run(signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#opened?.[Symbol.asyncDispose]()
  }
}
