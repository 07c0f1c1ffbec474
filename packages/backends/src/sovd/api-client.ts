import type { Clock, Json } from '@opensovd/base'
import type { BackendObserver, CallContext } from '@opensovd/core'
import { type Method, SovdError } from '@opensovd/sovd'
import type { HttpAnswer, HttpClient, HttpRequest } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { SharedReads } from '../http/shared-reads.ts'
import { answerError } from './answer-error.ts'
import { parseAnswer } from './json-answer.ts'
import { ShapeError } from './shape.ts'

export interface ApiClientOptions {
  /** Name of the backend. */
  readonly name: string
  /** Stands before every path; no slash at its end. */
  readonly base: string
  readonly http: HttpClient
  readonly clock: Clock
  readonly observe?: BackendObserver
  /** Is told after each request, but not after a probe, whether the server answered or how it failed to. */
  readonly onContact?: (failure: HttpFailure | undefined) => void
}

/** A successful answer. */
export interface JsonAnswer {
  readonly status: number
  /** Absent where the answer has no body. */
  readonly json: Json | undefined
  readonly location: string | undefined
}

export interface Change {
  readonly method: Method
  readonly path: string
  readonly body?: Json
}

/**
 * JSON requests to a SOVD server. Paths are below its base. All reject with a SovdError in the server's own words, or
 * one that says what was wrong with its answer, and with the signal's reason when that aborts.
 */
export class ApiClient {
  readonly #options: ApiClientOptions
  readonly #reads = new SharedReads<JsonAnswer>()

  constructor(options: ApiClientOptions) {
    this.#options = options
  }

  /** Reads. Equal reads at the same time are one, unless something was changed meanwhile. */
  async get<T>(path: string, context: CallContext, decode: (json: Json | undefined) => T): Promise<T> {
    const { signal, traceparent } = context
    const start = (sharedSignal: AbortSignal) =>
      this.#exchange({
        method: 'GET',
        path,
        signal: sharedSignal,
        ...(traceparent === undefined ? {} : { traceparent }),
      })
    const { json } = await this.#reads.read(path, start, signal)
    return this.#decode('GET', path, () => decode(json))
  }

  /** Reads, before all others, to find out how the server is. */
  async probe<T>(path: string, signal: AbortSignal, decode: (json: Json | undefined) => T): Promise<T> {
    const { json } = await this.#exchange({ method: 'GET', path, signal, urgent: true })
    return this.#decode('GET', path, () => decode(json))
  }

  /** Changes something: reads that begin after it see it. */
  async change<T>(change: Change, context: CallContext, decode: (answer: JsonAnswer) => T): Promise<T> {
    try {
      return await this.query(change, context, decode)
    } finally {
      this.#reads.forget()
    }
  }

  /** Asks something that takes a body to ask. */
  async query<T>(
    { method, path, body }: Change,
    { signal, traceparent }: CallContext,
    decode: (answer: JsonAnswer) => T,
  ): Promise<T> {
    const answer = await this.#exchange({
      method,
      path,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(traceparent === undefined ? {} : { traceparent }),
    })
    return this.#decode(method, path, () => decode(answer))
  }

  async #exchange(request: HttpRequest): Promise<JsonAnswer> {
    const { clock, observe, name } = this.#options
    const startMs = clock.monotonic()
    let outcome: 'ok' | SovdError['code'] = 'ok'
    try {
      return await this.#answerTo(request)
    } catch (error) {
      if (error instanceof SovdError) outcome = error.code
      throw error
    } finally {
      if (!request.signal.aborted) {
        observe?.({ backend: name, method: request.method, outcome, durationMs: clock.monotonic() - startMs })
      }
    }
  }

  async #answerTo(request: HttpRequest): Promise<JsonAnswer> {
    const { clock, name } = this.#options
    const answer = await this.#contact(request)
    const { status } = answer
    if (status < 200 || status > 299) throw answerError(peerOf(name), answer, clock)
    const json = this.#decode(request.method, request.path, () => parseAnswer(answer))
    return { status, json, location: answer.header('location') }
  }

  async #contact(request: HttpRequest): Promise<HttpAnswer> {
    const { http, base, onContact } = this.#options
    const report = request.urgent ? undefined : onContact
    try {
      const answer = await http.request({ ...request, path: base + request.path })
      report?.(undefined)
      return answer
    } catch (error) {
      if (error instanceof HttpFailure) report?.(error)
      throw error
    }
  }

  #decode<T>(method: Method, path: string, decode: () => T): T {
    try {
      return decode()
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error
      const text = `the answer of ${peerOf(this.#options.name)} to ${method} ${path} cannot be used: ${error.message}`
      throw new SovdError('bad-gateway', text, { cause: error })
    }
  }
}

/** How messages call a backend. */
export function peerOf(name: string): string {
  return `backend '${name}'`
}
