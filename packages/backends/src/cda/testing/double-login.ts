import { isJsonObject } from '@opensovd/base'
import type { DoubleAnswer, DoubleRequest } from '../../sovd/testing/http-double.ts'
import { badRequest, forbidden, ok } from './refusals.ts'

/** Tokens tell whose they are; those of an earlier key are worth nothing. */
export class DoubleLogin {
  readonly #secret: string | undefined
  #key = 1
  logins = 0
  /** What is told of the life of a token; the adapter tells a second of the year 2033. */
  expiresIn: number | undefined = 2_000_000_000

  constructor(secret: string | undefined) {
    this.#secret = secret
  }

  /** No token that was given so far is accepted any more. */
  forget(): void {
    this.#key++
  }

  answer({ method, body }: DoubleRequest): DoubleAnswer {
    if (method !== 'POST') return { status: 405 }
    if (!isJsonObject(body)) return badRequest('Failed to parse the request body as JSON')
    const { client_id: id, client_secret: secret } = body
    if (typeof id !== 'string' || typeof secret !== 'string') return badRequest('missing field `client_id`')
    if (this.#secret !== undefined && (id === '' || secret !== this.#secret)) return forbidden('Invalid credentials')
    this.logins++
    const token = `key${this.#key}.${Buffer.from(id).toString('base64url')}`
    const life = this.expiresIn === undefined ? {} : { expires_in: this.expiresIn }
    return ok({ access_token: token, token_type: 'Bearer', ...life })
  }

  /** Who asks, or why that is nobody. */
  subjectOf({ headers }: DoubleRequest): string | DoubleAnswer {
    const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
    if (scheme !== 'Bearer') return { status: 401 }
    const [key, subject = ''] = token.split('.')
    if (key !== `key${this.#key}`) return forbidden('Invalid token: Token could not be decoded')
    return Buffer.from(subject, 'base64url').toString('utf8')
  }
}
