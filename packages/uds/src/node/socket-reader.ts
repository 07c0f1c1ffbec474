import type { Socket } from 'node:net'

/** Chunks that wait for the reader; with more, the socket is not read. */
const MAX_WAITING = 4

/**
 * What arrives at a socket, for one reader, who gets a chunk in the turn of the event loop in which it came. Reading
 * begins with the first `next`. Ends when the socket does; rejects when it breaks.
 */
export class SocketReader implements AsyncIterableIterator<Uint8Array, void> {
  readonly #socket: Socket
  readonly #chunks: Uint8Array[] = []
  #reader: PromiseWithResolvers<IteratorResult<Uint8Array, void>> | undefined
  #end: { readonly error?: Error } | undefined
  #isReading = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('end', () => this.#finish({}))
    socket.on('error', (error) => this.#finish({ error }))
    socket.on('close', () => this.#finish({}))
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, void>> {
    const value = this.#chunks.shift()
    if (value) {
      if (this.#socket.isPaused()) this.#socket.resume()
      return Promise.resolve({ done: false, value })
    }
    if (this.#end?.error) return Promise.reject(this.#end.error)
    if (this.#end) return Promise.resolve({ done: true, value: undefined })
    this.#reader = Promise.withResolvers()
    if (!this.#isReading) this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#isReading = true
    return this.#reader.promise
  }

  #take(chunk: Uint8Array): void {
    if (this.#reader) {
      this.#reader.resolve({ done: false, value: chunk })
      this.#reader = undefined
      return
    }
    this.#chunks.push(chunk)
    if (this.#chunks.length >= MAX_WAITING) this.#socket.pause()
  }

  #finish(end: { readonly error?: Error }): void {
    this.#end ??= end
    if (this.#end.error) this.#reader?.reject(this.#end.error)
    else this.#reader?.resolve({ done: true, value: undefined })
    this.#reader = undefined
  }
}
