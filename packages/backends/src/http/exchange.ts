import type { Dispatcher } from 'undici'

/** What an exchange knows of the connection it runs over. */
export interface Connection {
  /** Exchanges that it has served; 0 when there is none. */
  served: number
}

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]

const NO_HEADERS: Headers = {}
const CANCELLED = new Error('cancelled')

/** Thrown into an exchange whose answer is longer than allowed. */
export class OversizedAnswer extends Error {}

/** An answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number
  /** The body. */
  readonly bytes: Buffer
  /** The first value of a header, by its name in lower case. */
  header(name: string): string | undefined
}

/** Is told when an exchange is over: once, and not before its connection is free or gone. */
export interface ExchangeOwner {
  ended(exchange: Exchange): void
}

/**
 * One request on its way through the pool, and its answer.
 * `queued → sent → answering → over`; from each phase also straight to `over`, with an `error`.
 */
export class Exchange implements Dispatcher.DispatchHandler, HttpAnswer {
  phase: 'queued' | 'sent' | 'answering' | 'over' = 'queued'
  /** The phase it was in when it failed. */
  failedIn: 'queued' | 'sent' | 'answering' = 'queued'
  error: Error | undefined
  status = 0
  connection: Connection | undefined
  /** Of one that failed: whether its connection had served others before. */
  reused = false
  readonly #owner: ExchangeOwner
  readonly #maxBytes: number
  readonly #chunks: Buffer[] = []
  #size = 0
  #headers: Headers = NO_HEADERS
  #controller: Dispatcher.DispatchController | undefined
  #isCancelled = false

  constructor(owner: ExchangeOwner, maxBytes: number) {
    this.#owner = owner
    this.#maxBytes = maxBytes
  }

  get bytes(): Buffer {
    return this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#size)
  }

  header(name: string): string | undefined {
    const value = this.#headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  /** Ends the exchange with its connection; at once if it was sent, else when its turn to be sent comes. */
  cancel(): void {
    this.#isCancelled = true
    this.#controller?.abort(CANCELLED)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isCancelled) {
      controller.abort(CANCELLED)
      return
    }
    this.#controller = controller
    this.phase = 'sent'
  }

  onResponseStarted(): void {
    this.phase = 'answering'
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return
    this.status = status
    this.#headers = headers
    if (Number(headers['content-length']) > this.#maxBytes) controller.abort(new OversizedAnswer())
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > this.#maxBytes) controller.abort(new OversizedAnswer())
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (this.connection) this.connection.served++
    this.#end()
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.phase === 'over') return
    this.failedIn = this.phase
    this.error = error
    this.reused = this.connection !== undefined && this.connection.served > 0
    this.#end()
  }

  #end(): void {
    this.phase = 'over'
    this.#controller = undefined
    this.#owner.ended(this)
  }
}
