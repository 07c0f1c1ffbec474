import type { Dispatcher } from 'undici'

/** Learns of an answer as it comes: any number of chunks, then exactly one end, unless it was cancelled. */
export interface StreamListener {
  /** The head is there: refuse it by cancelling. */
  onHead(status: number, contentType: string): void
  onChunk(chunk: Uint8Array): void
  /** @param error what cut it, if it did not end by itself */
  onEnd(error: Error | undefined): void
}

const CANCELLED = new Error('cancelled')

/** One answer that is told while it comes, of any length. */
export class HttpStream implements Dispatcher.DispatchHandler {
  readonly #listener: StreamListener
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false

  constructor(listener: StreamListener) {
    this.#listener = listener
  }

  /** Ends it with its connection; the listener hears no more. */
  cancel(): void {
    this.#isOver = true
    this.#controller?.abort(CANCELLED)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(CANCELLED)
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    if (status >= 200 && !this.#isOver) this.#listener.onHead(status, String(headers['content-type'] ?? ''))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (!this.#isOver) this.#listener.onChunk(chunk)
  }

  onResponseEnd(): void {
    this.#end(undefined)
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#end(error)
  }

  #end(error: Error | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#listener.onEnd(error)
  }
}
