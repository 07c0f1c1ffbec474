import type { Clock, Json } from '@opensovd/base'
import type { CallContext } from '@opensovd/core'
import { type Method, SovdError } from '@opensovd/sovd'
import type { StreamListener } from '../http/http-stream.ts'
import type { TransferAnswer, TransferRequest } from '../http/transfer.ts'
import { type EventTaker, watchEvents } from './event-watch.ts'
import { jsonOf, openTransfer } from './file-transfer.ts'
import { type JsonAnswer, JsonExchange, type JsonExchangeHost } from './json-exchange.ts'
import { ShapeError } from './shape.ts'

export interface BodyRequest {
  readonly method: Method
  /** Below the base. */
  readonly path: string
  readonly body?: Json
  /** In the place of a JSON body. */
  readonly bytes?: Uint8Array
  readonly headers?: readonly string[]
  readonly expectsBytes?: boolean
}

interface EventsRequest {
  readonly path: string
  readonly isEndless: boolean
  readonly headers?: readonly string[]
}

/**
 * JSON requests to a SOVD server. All reject with a SovdError in the server's own words, or with one that says what
 * was wrong with its answer, and with the signal's reason when that aborts.
 */
export class ApiClient {
  readonly #host: JsonExchangeHost
  /**
   * Reads that others may join, by path. Bounded by the requests that may be under way. No Map: the tables that a Map
   * has outgrown keep what they held from being collected, which costs more than all the rest of a read.
   */
  #reads: Record<string, JsonExchange> = Object.create(null)

  constructor(host: JsonExchangeHost) {
    this.#host = host
  }

  get clock(): Clock {
    return this.#host.clock
  }

  /** Reads. Equal reads at the same time are one, unless something was changed meanwhile. */
  get<T>(path: string, { signal, traceparent }: CallContext, decode: (json: Json | undefined) => T): Promise<T> {
    if (signal.aborted) return Promise.reject(signal.reason)
    let read = this.#reads[path]
    if (!read) {
      read = new JsonExchange(this.#host, { method: 'GET', path, traceparent }, (over) => {
        if (this.#reads[path] === over) delete this.#reads[path]
      })
      this.#reads[path] = read
    }
    return read.join(signal, ({ json }) => decode(json))
  }

  /** Reads, before all others, to find out how the server is. */
  probe<T>(path: string, signal: AbortSignal, decode: (json: Json | undefined) => T): Promise<T> {
    const request = { method: 'GET', path, urgent: true } as const
    return new JsonExchange(this.#host, request).join(signal, ({ json }) => decode(json))
  }

  /** Changes something: reads that begin after it see it. */
  async change<T>(request: BodyRequest, context: CallContext, decode: (answer: JsonAnswer) => T): Promise<T> {
    try {
      return await this.query(request, context, decode)
    } finally {
      this.#reads = Object.create(null)
    }
  }

  /** Exchanges bodies of any length; what an answer that is no success says is an error as with all requests. */
  async transfer(request: TransferRequest, { signal }: CallContext): Promise<TransferAnswer> {
    return openTransfer(this.#host, request, signal)
  }

  /** Sends a body of any length, and takes JSON: reads that begin after it see what it did. */
  async upload<T>(request: TransferRequest, context: CallContext, decode: (json: Json | undefined) => T): Promise<T> {
    try {
      return decode(await jsonOf(await this.transfer(request, context)))
    } finally {
      this.#reads = Object.create(null)
    }
  }

  /** Reads the changes that a stream tells until the signal aborts; then resolves. */
  watch(path: string, context: CallContext, onEvent: EventTaker): Promise<void> {
    return this.#events({ path, isEndless: true }, context, onEvent)
  }

  /**
   * Reads the events of a stream until it ends, or the signal aborts; then resolves.
   * @param lastEventId after which event to begin
   */
  follow(path: string, lastEventId: string, context: CallContext, onEvent: EventTaker): Promise<void> {
    const headers = lastEventId === '' ? [] : ['last-event-id', lastEventId]
    return this.#events({ path, isEndless: false, headers }, context, onEvent)
  }

  /**
   * The path below the base that a URI of the server leads to, whatever the server calls itself.
   * @param at the path of the document with the URI
   * @throws ShapeError for one that leads elsewhere
   */
  pathOf(uri: string, at: string): string {
    const { base } = this.#host
    const url = URL.parse(uri, `http://server${base}${at}`)
    const place = url ? `${url.pathname}${url.search}` : ''
    if (place.startsWith(`${base}/`)) return place.slice(base.length)
    throw new ShapeError(`${uri.slice(0, 200)} leads elsewhere`)
  }

  async #events(
    { path, isEndless, headers = [] }: EventsRequest,
    { signal }: CallContext,
    onEvent: EventTaker,
  ): Promise<void> {
    const { http, base, clock, peer } = this.#host
    if (!http.stream) throw new SovdError('not-implemented', `${peer} is not asked for events`)
    const open = (listener: StreamListener) => {
      const stream = http.stream?.(base + path, listener, headers)
      return { cancel: () => stream?.cancel() }
    }
    await watchEvents({ clock, peer, open, isEndless, onEvent }, signal)
  }

  /** Asks something that takes a body to ask. */
  query<T>(request: BodyRequest, { signal, traceparent }: CallContext, decode: (answer: JsonAnswer) => T): Promise<T> {
    return new JsonExchange(this.#host, { ...request, traceparent }).join(signal, decode)
  }
}
