/**
 * Owns background work and what must be closed. `close` aborts `signal`, waits for the work and then
 * disposes in reverse order of adoption; closing twice is the same as closing once.
 */
export class Scope implements AsyncDisposable {
  readonly #controller = new AbortController()
  readonly #resources = new AsyncDisposableStack()
  readonly #work = new Set<Promise<void>>()
  readonly #onFailure: (error: unknown) => void
  #closing: Promise<void> | undefined

  /** @param onFailure is told of each task that failed for another reason than the scope's end. */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure
  }

  /** Aborts when the scope closes. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Starts `task` in the background; it must end soon after the signal aborts. */
  run(task: (signal: AbortSignal) => Promise<void>): void {
    const running = task(this.signal)
      .catch((error: unknown) => {
        if (!this.signal.aborted) this.#onFailure(error)
      })
      .finally(() => this.#work.delete(running))
    this.#work.add(running)
  }

  /** Closes `resource` when the scope closes, and returns it. */
  adopt<T extends AsyncDisposable | Disposable>(resource: T): T {
    return this.#resources.use(resource)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#controller.abort(new DOMException('the scope was closed', 'AbortError'))
    await Promise.all(this.#work)
    await this.#resources.disposeAsync()
  }
}
