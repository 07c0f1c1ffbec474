import { type Clock, isNestedDeeper, messageOf } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'

export interface Answer {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, if it is JSON. */
  readonly json: unknown
}

export interface Request {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Do not wait for the end of the body. */
  readonly stream?: true
}

/** The server did not answer at all. */
export class NoAnswer extends Error {}

export interface ClientOptions {
  /** Address of the API, without a slash at the end. */
  readonly base: string
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** The time of the system if absent. */
  readonly clock?: Clock
  readonly signal: AbortSignal
}

const MAX_DEPTH = 200

/** Sends requests to the server under test. */
export class Client {
  readonly base: string
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.base = options.base
    this.#options = options
  }

  /** A client of the same server whose paths are below another address. @param token to send with every request */
  at(base: string, token?: string): Client {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return new Client({ ...this.#options, base, headers: { ...this.#options.headers, ...headers } })
  }

  /** @throws the signal's reason when that aborts */
  pause(ms: number): Promise<void> {
    const { clock = systemClock, signal } = this.#options
    return clock.sleep(ms, signal)
  }

  /**
   * @param path below the base, or a whole address
   * @throws NoAnswer when there is none in time
   */
  async send(method: string, path: string, { body, headers = {}, stream }: Request = {}): Promise<Answer> {
    const { timeoutMs, signal } = this.#options
    const url = /^https?:/.test(path) ? path : this.base + path
    const isText = typeof body === 'string' || body instanceof Uint8Array
    const done = new AbortController()
    try {
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
          ...this.#options.headers,
          ...headers,
        },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
        signal: AbortSignal.any([signal, done.signal, AbortSignal.timeout(timeoutMs)]),
      })
      const text = stream && response.ok ? '' : await response.text()
      return { method, path, status: response.status, headers: response.headers, text, json: jsonOf(response, text) }
    } catch (error) {
      signal.throwIfAborted()
      throw new NoAnswer(`${method} ${path}: ${messageOf((error instanceof Error && error.cause) || error)}`)
    } finally {
      done.abort()
    }
  }
}

function jsonOf({ headers }: Response, text: string): unknown {
  if (!/^application\/([\w.-]+\+)?json/.test(headers.get('content-type') ?? '') || text === '') return undefined
  if (isNestedDeeper(text, MAX_DEPTH)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
