/** Ends the work on one request. Few handlers want its signal, so that is made for the first one that does. */
export class RequestAbort {
  #controller: AbortController | undefined
  #reason: { readonly error: unknown } | undefined
  #onAbort = () => {}

  get isAborted(): boolean {
    return this.#reason !== undefined
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason) this.#controller.abort(this.#reason.error)
    return this.#controller.signal
  }

  /** One listener, which replaces the one before. */
  onAbort(listener: () => void): void {
    this.#onAbort = listener
  }

  abort(error: unknown): void {
    if (this.#reason) return
    this.#reason = { error }
    this.#onAbort()
    this.#controller?.abort(error)
  }
}
