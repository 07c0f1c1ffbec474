import { Readable } from 'node:stream'
import { type Clock, messageOf } from '@opensovd/base'
import type { Method } from '@opensovd/sovd'
import type { Pool } from 'undici'
import { connectFailure, exchangeFailure, HttpFailure } from './http-failure.ts'
import { IdleWatch } from './idle-watch.ts'

export interface TransferRequest {
  readonly method: Method
  /** Path and query. */
  readonly path: string
  /** Names in lower case and their values in turn, beside those of every request. */
  readonly headers: readonly string[]
  /** Is read as fast as the peer takes it. */
  readonly body?: AsyncIterable<Uint8Array>
}

/** An answer whose body comes as fast as it is read; it has to be read to its end, or returned from. */
export interface TransferAnswer {
  readonly status: number
  /** The first value of a header, by its name in lower case. */
  header(name: string): string | undefined
  readonly body: AsyncIterable<Uint8Array>
}

export interface TransferHost {
  /** How messages call the peer. */
  readonly peer: string
  readonly clock: Clock
  /** The peer may let wait so long for each next thing that it has to do. */
  readonly idleMs: number
  readonly pool: Pool
}

/**
 * One exchange with bodies of any length, none of which is ever held as a whole.
 * @param signal ends it, also within the body of the answer
 * @throws HttpFailure; what reading the body of the request throws; the signal's reason
 */
export async function transfer(
  host: TransferHost,
  { method, path, headers, body }: TransferRequest,
  signal: AbortSignal,
): Promise<TransferAnswer> {
  const { peer, clock, idleMs, pool } = host
  const late = () => new HttpFailure('timeout', 'gateway-timeout', `${peer} did nothing for ${idleMs} ms`)
  const watch = new IdleWatch(clock, idleMs, late)
  const either = AbortSignal.any([signal, watch.signal])
  const source = body && new Source(body, watch)
  const explain = (error: unknown, isAnswering: boolean): unknown => {
    if (source?.error !== undefined) return source.error
    if (either.aborted) return either.reason
    if (!(error instanceof Error)) return new HttpFailure('protocol', 'bad-gateway', `${peer}: ${messageOf(error)}`)
    return isRefused(error) ? connectFailure(peer, error) : exchangeFailure(peer, error, isAnswering)
  }
  watch.begin()
  try {
    const answer = await pool.request({
      method,
      path,
      headers: [...headers],
      signal: either,
      ...(source && { body: Readable.from(source.read(), { objectMode: false }) }),
    })
    watch.rest()
    const { statusCode, headers: received } = answer
    return {
      status: statusCode,
      header: (name) => [received[name]].flat()[0],
      body: bodyOf(answer.body, watch, (error) => explain(error, true)),
    }
  } catch (error) {
    watch.rest()
    throw explain(error, false)
  }
}

const REFUSED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

function isRefused(error: Error): boolean {
  return 'code' in error && REFUSED.includes(String(error.code))
}

/** The body of a request: while it is read from its source, nothing is expected of the peer. */
class Source {
  readonly #body: AsyncIterable<Uint8Array>
  readonly #watch: IdleWatch
  /** What the source itself ended with. */
  error: unknown

  constructor(body: AsyncIterable<Uint8Array>, watch: IdleWatch) {
    this.#body = body
    this.#watch = watch
  }

  async *read(): AsyncGenerator<Uint8Array> {
    try {
      this.#watch.rest()
      for await (const chunk of this.#body) {
        this.#watch.begin()
        yield chunk
        this.#watch.rest()
      }
      this.#watch.begin()
    } catch (error) {
      this.error = error
      throw error
    }
  }
}

async function* bodyOf(
  body: Readable,
  watch: IdleWatch,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    watch.begin()
    for await (const chunk of body) {
      watch.rest()
      yield chunk
      watch.begin()
    }
  } catch (error) {
    throw explain(error)
  } finally {
    watch.rest()
    body.destroy()
  }
}
