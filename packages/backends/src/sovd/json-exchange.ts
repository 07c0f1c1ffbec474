import { type Clock, type Json, messageOf } from '@opensovd/base'
import type { BackendObserver } from '@opensovd/core'
import { type Method, SovdError } from '@opensovd/sovd'
import type { HttpAnswer } from '../http/exchange.ts'
import type { HttpListener } from '../http/http-call.ts'
import { type HttpRequest, OCTETS } from '../http/http-client.ts'
import type { HttpFailure } from '../http/http-failure.ts'
import type { StreamListener } from '../http/http-stream.ts'
import type { TransferAnswer, TransferRequest } from '../http/transfer.ts'
import { answerError } from './answer-error.ts'
import { parseAnswer } from './json-answer.ts'
import { ShapeError } from './shape.ts'

/** What sends requests: a client, or something before one. */
export interface HttpSender {
  /** The listener is told at once or later, unless the call is cancelled before. */
  start(request: HttpRequest, listener: HttpListener): { cancel(): void }
  /** Opens an answer without an end, where that is possible. */
  stream?(path: string, listener: StreamListener, headers?: readonly string[]): { cancel(): void }
  /** Exchanges bodies of any length, where that is possible. */
  transfer?(request: TransferRequest, signal: AbortSignal): Promise<TransferAnswer>
}

export interface JsonExchangeHost {
  /** Name of the backend. */
  readonly name: string
  /** How messages call it. */
  readonly peer: string
  /** Stands before every path; no slash at its end. */
  readonly base: string
  readonly http: HttpSender
  readonly clock: Clock
  /** The error for an answer that is no success; `answerError` unless told. */
  readonly errorOf?: (peer: string, answer: HttpAnswer, clock: Clock) => SovdError
  readonly observe?: BackendObserver
  /** Is told after each request, but not after an urgent one, whether the server answered or how it failed to. */
  readonly onContact?: (failure: HttpFailure | undefined) => void
}

export interface JsonRequest {
  readonly method: Method
  /** Below the base. */
  readonly path: string
  readonly body?: Json | undefined
  /** In the place of a JSON body. */
  readonly bytes?: Uint8Array
  readonly headers?: readonly string[]
  /** The answer is bytes; what it fails with is JSON all the same. */
  readonly expectsBytes?: boolean
  readonly traceparent?: string | undefined
  readonly urgent?: boolean
}

/** A successful answer. */
export interface JsonAnswer {
  readonly status: number
  /** Absent where the answer has no body. */
  readonly json: Json | undefined
  /** The body of an answer that is bytes. */
  readonly bytes?: Buffer
  readonly location: string | undefined
  /** For how long the server keeps what is at the location once that is over, where it says so [17978-3 7.3]. */
  readonly retainMs?: number
}

/** One request to the server, for all who wait for its answer. It begins with the first and ends with the last of them. */
export class JsonExchange implements HttpListener {
  readonly #host: JsonExchangeHost
  readonly #request: JsonRequest
  readonly #onOver: (exchange: JsonExchange) => void
  readonly #callers = new Set<Waiting>()
  #call: { cancel(): void } | undefined
  #startMs = 0

  /** @param onOver nobody can join any more */
  constructor(host: JsonExchangeHost, request: JsonRequest, onOver: (exchange: JsonExchange) => void = () => {}) {
    this.#host = host
    this.#request = request
    this.#onOver = onOver
  }

  /**
   * Waits for the answer.
   * @param signal ends the waiting of this caller, with its reason
   * @param decode makes the result; throws ShapeError for an answer that is not what it should be
   */
  join<T>(signal: AbortSignal, decode: (answer: JsonAnswer) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      this.#callers.add(new Caller(this, signal, decode, resolve, reject))
      if (this.#callers.size === 1) this.#begin()
    })
  }

  onAnswer(answer: HttpAnswer): void {
    if (!this.#request.urgent) this.#host.onContact?.(undefined)
    let success: JsonAnswer
    try {
      success = this.#read(answer)
    } catch (error) {
      this.#fail(this.explain(error))
      return
    }
    this.#succeed(success)
  }

  onFailure(failure: HttpFailure): void {
    if (!this.#request.urgent) this.#host.onContact?.(failure)
    this.#fail(failure)
  }

  /** A caller has gone. */
  leave(caller: Waiting): void {
    if (!this.#callers.delete(caller) || this.#callers.size > 0) return
    this.#onOver(this)
    this.#call?.cancel()
  }

  /** The error for an answer that cannot be used. */
  explain(error: unknown): unknown {
    if (!(error instanceof ShapeError)) return error
    const { method, path } = this.#request
    const text = `the answer of ${this.#host.peer} to ${method} ${path} cannot be used: ${messageOf(error)}`
    return new SovdError('bad-gateway', text, { cause: error })
  }

  #begin(): void {
    const { http, base, observe, clock } = this.#host
    const { method, path, body, bytes, headers, expectsBytes, traceparent, urgent } = this.#request
    const content = bytes ?? (body === undefined ? undefined : JSON.stringify(body))
    if (observe) this.#startMs = clock.monotonic()
    this.#call = http.start(
      {
        method,
        path: base + path,
        urgent: urgent === true,
        ...(content === undefined ? undefined : { body: content }),
        ...(expectsBytes ? { accept: `${OCTETS}, */*;q=0.5` } : undefined),
        ...(headers === undefined ? undefined : { headers }),
        ...(traceparent === undefined ? undefined : { traceparent }),
      },
      this,
    )
  }

  #read(answer: HttpAnswer): JsonAnswer {
    const { status } = answer
    const { peer, clock, errorOf = answerError } = this.#host
    if (status < 200 || status > 299) throw errorOf(peer, answer, clock)
    const location = answer.header('location')
    if (this.#request.expectsBytes) return { status, json: undefined, bytes: answer.bytes, location }
    if (location === undefined) return { status, json: parseAnswer(answer), location }
    return { status, json: parseAnswer(answer), location, ...retentionOf(answer) }
  }

  #succeed(answer: JsonAnswer): void {
    for (const caller of this.#callers) caller.succeed(answer)
    this.#end('ok')
  }

  #fail(reason: unknown): void {
    for (const caller of this.#callers) caller.fail(reason)
    this.#end(reason instanceof SovdError ? reason.code : 'internal-error')
  }

  #end(outcome: 'ok' | SovdError['code']): void {
    this.#onOver(this)
    const { name, observe, clock } = this.#host
    observe?.({ backend: name, method: this.#request.method, outcome, durationMs: clock.monotonic() - this.#startMs })
  }
}

function retentionOf(answer: HttpAnswer): { retainMs?: number } {
  const seconds = answer.header('x-sovd-retention-timeout')
  return seconds !== undefined && /^\d{1,9}$/.test(seconds) ? { retainMs: Number(seconds) * 1000 } : {}
}

interface Waiting {
  succeed(answer: JsonAnswer): void
  fail(reason: unknown): void
}

class Caller<T> implements Waiting {
  readonly #exchange: JsonExchange
  readonly #signal: AbortSignal
  readonly #decode: (answer: JsonAnswer) => T
  readonly #resolve: (value: T) => void
  readonly #reject: (reason: unknown) => void

  constructor(
    exchange: JsonExchange,
    signal: AbortSignal,
    decode: (answer: JsonAnswer) => T,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#exchange = exchange
    this.#signal = signal
    this.#decode = decode
    this.#resolve = resolve
    this.#reject = reject
    signal.addEventListener('abort', this)
  }

  succeed(answer: JsonAnswer): void {
    this.#signal.removeEventListener('abort', this)
    try {
      this.#resolve(this.#decode(answer))
    } catch (error) {
      this.#reject(this.#exchange.explain(error))
    }
  }

  fail(reason: unknown): void {
    this.#signal.removeEventListener('abort', this)
    this.#reject(reason)
  }

  /** The signal aborted. */
  handleEvent(): void {
    this.fail(this.#signal.reason)
    this.#exchange.leave(this)
  }
}
