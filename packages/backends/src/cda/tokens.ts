import { type Clock, type Json, messageOf } from '@opensovd/base'
import type { HttpAnswer } from '../http/exchange.ts'
import type { HttpClient } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { parseAnswer } from '../sovd/json-answer.ts'
import { numberOf, objectOf, requiredText, ShapeError, textOf } from '../sovd/shape.ts'
import { cdaError } from './cda-error.ts'

export interface TokensOptions {
  readonly peer: string
  /** Path and query of the login. */
  readonly path: string
  readonly clientId: string
  readonly clientSecret: string
  readonly clock: Clock
  readonly http: HttpClient
}

interface Token {
  readonly text: string
  /** On the monotonic clock: from then on it is not used any more. */
  readonly staleMs: number
}

/** Visible characters only, so that a token cannot add headers. */
const TOKEN = /^[\x21-\x7e]+$/
/** `expires_in` is seconds by its name, but the adapter tells the second since 1970: what is above this is that. */
const ABSOLUTE_SECONDS = 1e9
/** A token is not used for so long before its end, nor in the last half of a shorter life. */
const MARGIN_MS = 10_000

/** The token of the gateway at an adapter. Whoever needs one while the gateway logs in waits for that login. */
export class Tokens {
  readonly #options: TokensOptions
  #token: Token | undefined
  #login: Promise<string> | undefined

  constructor(options: TokensOptions) {
    this.#options = options
  }

  /** The token, if there is one that can be used. */
  get current(): string | undefined {
    const token = this.#token
    return token && token.staleMs > this.#options.clock.monotonic() ? token.text : undefined
  }

  /**
   * Another token than one that was refused.
   * @param urgent goes before requests that wait
   * @throws HttpFailure when the adapter does not answer, or refuses the login
   */
  renew(refused: string | undefined, urgent: boolean): Promise<string> {
    const { current } = this
    if (current !== undefined && current !== refused) return Promise.resolve(current)
    this.#login ??= this.#logIn(urgent).finally(() => {
      this.#login = undefined
    })
    return this.#login
  }

  #logIn(urgent: boolean): Promise<string> {
    const { http, path, clientId, clientSecret } = this.#options
    const body = JSON.stringify({ client_id: clientId, client_secret: clientSecret })
    return new Promise((resolve, reject) => {
      const onAnswer = (answer: HttpAnswer) => {
        try {
          this.#token = this.#read(answer)
          resolve(this.#token.text)
        } catch (error) {
          reject(error)
        }
      }
      http.start({ method: 'POST', path, body, urgent }, { onAnswer, onFailure: reject })
    })
  }

  #read(answer: HttpAnswer): Token {
    const { peer, clientId, clock } = this.#options
    if (answer.status < 200 || answer.status > 299) {
      const said = cdaError(peer, answer, clock).message
      throw failure(`${peer} does not let '${clientId}' log in: ${said}`)
    }
    try {
      return tokenOf(parseAnswer(answer), clock)
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error
      throw failure(`the answer of ${peer} to the login cannot be used: ${messageOf(error)}`, error)
    }
  }
}

function tokenOf(json: Json | undefined, clock: Clock): Token {
  const body = objectOf(json)
  const text = requiredText(body, 'access_token')
  if (!TOKEN.test(text)) throw new ShapeError('access_token has characters that a token cannot have')
  const type = textOf(body, 'token_type') ?? 'Bearer'
  if (type.toLowerCase() !== 'bearer') throw new ShapeError(`token_type is ${JSON.stringify(type.slice(0, 40))}`)
  const seconds = numberOf(body, 'expires_in')
  if (seconds === undefined) return { text, staleMs: Number.POSITIVE_INFINITY }
  const lifeMs = seconds > ABSOLUTE_SECONDS ? seconds * 1000 - clock.now() : seconds * 1000
  return { text, staleMs: clock.monotonic() + Math.max(lifeMs / 2, lifeMs - MARGIN_MS) }
}

/** What needed a token was not asked. */
function failure(message: string, cause?: unknown): HttpFailure {
  return new HttpFailure('untried', 'bad-gateway', message, { cause })
}
