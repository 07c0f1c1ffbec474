import { AppError, type Clock } from '@opensovd/base'
import type { Method } from '@opensovd/sovd'
import { CircuitBreaker } from './circuit-breaker.ts'
import { ConcurrencyLimit } from './concurrency-limit.ts'
import { type Connections, openConnections, type TlsOptions } from './connections.ts'
import { HttpCall, type HttpCallHost, type HttpListener } from './http-call.ts'
import { HttpStream, type StreamListener } from './http-stream.ts'
import { childOf } from './trace-context.ts'
import { type TransferAnswer, type TransferRequest, transfer } from './transfer.ts'

export interface HttpClientOptions {
  /** How messages call the peer. */
  readonly peer: string
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string
  /** A socket in the file system, where the origin's host is a mere name. */
  readonly socketPath?: string
  /** From the moment a request is made to the last byte of its answer. */
  readonly timeoutMs: number
  /** Requests, and so connections, at the same time. */
  readonly maxConcurrency: number
  /** Requests that wait for others to end. */
  readonly maxWaiting?: number
  readonly maxResponseBytes?: number
  readonly bearerToken?: string
  readonly tls?: TlsOptions
}

export interface HttpRequest {
  readonly method: Method
  /** Path and query. */
  readonly path: string
  /** JSON text, or bytes. */
  readonly body?: string | Uint8Array
  /** Of the answer; JSON unless told. */
  readonly accept?: string
  /** Names in lower case and their values in turn, beside those of every request. */
  readonly headers?: readonly string[]
  /** Of the request that this one is part of. */
  readonly traceparent?: string
  /**
   * Goes before those that wait, and through an open circuit, on which its outcome has no effect: for finding out
   * how the peer is.
   */
  readonly urgent?: boolean
}

const DEFAULTS = { maxWaiting: 1024, maxResponseBytes: 8 * 1024 * 1024 }

/** A host that is there takes a connection within this time. */
const MAX_CONNECT_MS = 3000

/** The media type of bytes of which nothing is known [RFC 2046 4.5.1]. */
export const OCTETS = 'application/octet-stream'

const CIRCUIT = { maxFailures: 5, openMs: 2000 }

/** Visible characters only, so that a token cannot add headers. */
const TOKEN = /^[\x21-\x7e]+$/

/** Requests to one peer, over a pool of connections. */
export class HttpClient implements AsyncDisposable {
  readonly #connections: Connections
  readonly #host: HttpCallHost
  /** Never changed: the HTTP library only reads them. */
  readonly #headers: string[]

  /** @throws AppError `invalid-option` for a token that is no token */
  constructor(clock: Clock, options: HttpClientOptions) {
    const { peer, origin, socketPath, timeoutMs, maxConcurrency, bearerToken, tls } = options
    if (bearerToken !== undefined && !TOKEN.test(bearerToken)) {
      throw new AppError('invalid-option', `the bearer token for ${peer} has characters that a token cannot have`)
    }
    this.#headers = ['accept', 'application/json', ...(bearerToken ? ['authorization', `Bearer ${bearerToken}`] : [])]
    this.#connections = openConnections({
      origin,
      ...(socketPath === undefined ? {} : { socketPath }),
      maxConnections: maxConcurrency,
      connectTimeoutMs: Math.min(timeoutMs, MAX_CONNECT_MS),
      ...(tls ? { tls } : {}),
    })
    this.#host = {
      peer,
      clock,
      timeoutMs,
      maxResponseBytes: options.maxResponseBytes ?? DEFAULTS.maxResponseBytes,
      connections: this.#connections,
      limit: new ConcurrencyLimit(maxConcurrency, options.maxWaiting ?? DEFAULTS.maxWaiting),
      breaker: new CircuitBreaker(clock, CIRCUIT),
    }
  }

  /** Sends a request and collects its answer. A GET that met a dead connection is sent once more. */
  start(request: HttpRequest, listener: HttpListener): HttpCall {
    const { method, path, body = null, urgent = false } = request
    const call = new HttpCall(this.#host, {
      dispatch: { method, path, body, headers: this.#headersOf(request) },
      urgent,
      listener,
    })
    call.begin()
    return call
  }

  /**
   * Opens an answer without an end, beside all other requests, without their limits and their effect on the circuit.
   * @param more headers: names in lower case and their values in turn
   */
  stream(path: string, listener: StreamListener, more: readonly string[] = []): HttpStream {
    const stream = new HttpStream(listener)
    const headers = ['accept', 'text/event-stream', ...more, ...this.#headers.slice(2)]
    this.#connections.streams.dispatch({ method: 'GET', path, headers }, stream)
    return stream
  }

  /**
   * Exchanges bodies of any length, beside all other requests, without their limits and their effect on the circuit.
   * The time for an answer is what may pass without any progress.
   * @throws as `transfer` does
   */
  transfer(request: TransferRequest, signal: AbortSignal): Promise<TransferAnswer> {
    const { peer, clock, timeoutMs: idleMs } = this.#host
    const headers = [...this.#headers.slice(2), ...request.headers]
    return transfer({ peer, clock, idleMs, pool: this.#connections.transfers }, { ...request, headers }, signal)
  }

  /** Forgets failures: the peer is known to be well again. */
  recover(): void {
    this.#host.breaker.succeeded()
  }

  /** Ends what is in flight and closes the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { pool, fresh, streams, transfers } = this.#connections
    await Promise.all([pool, fresh, streams, transfers].map((each) => each.destroy()))
  }

  #headersOf({ body, accept, headers, traceparent }: HttpRequest): string[] {
    const trace = traceparent === undefined ? undefined : childOf(traceparent, this.#host.clock)
    if (body === undefined && accept === undefined && headers === undefined && trace === undefined) return this.#headers
    const [name = '', json = '', ...rest] = this.#headers
    return [
      name,
      accept ?? json,
      ...rest,
      ...(headers ?? []),
      ...(body === undefined || headers?.includes('content-type')
        ? []
        : ['content-type', typeof body === 'string' ? 'application/json' : OCTETS]),
      ...(trace === undefined ? [] : ['traceparent', trace]),
    ]
  }
}
