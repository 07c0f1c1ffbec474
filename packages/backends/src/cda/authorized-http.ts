import { SovdError } from '@opensovd/sovd'
import type { HttpAnswer } from '../http/exchange.ts'
import type { HttpListener } from '../http/http-call.ts'
import type { HttpClient, HttpRequest } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import type { HttpSender } from '../sovd/json-exchange.ts'
import type { Tokens } from './tokens.ts'

/** Sends requests with the token of the gateway, which it gets when there is none and, once, when it is refused. */
export class AuthorizedHttp implements HttpSender {
  readonly #http: HttpClient
  readonly #tokens: Tokens

  constructor(http: HttpClient, tokens: Tokens) {
    this.#http = http
    this.#tokens = tokens
  }

  start(request: HttpRequest, listener: HttpListener): { cancel(): void } {
    const call = new AuthorizedCall(this.#http, this.#tokens, request, listener)
    call.begin()
    return call
  }
}

class AuthorizedCall implements HttpListener {
  readonly #http: HttpClient
  readonly #tokens: Tokens
  readonly #request: HttpRequest
  readonly #listener: HttpListener
  #call: { cancel(): void } | undefined
  #token: string | undefined
  #hasRenewed = false
  #isCancelled = false

  constructor(http: HttpClient, tokens: Tokens, request: HttpRequest, listener: HttpListener) {
    this.#http = http
    this.#tokens = tokens
    this.#request = request
    this.#listener = listener
  }

  begin(): void {
    const { current } = this.#tokens
    if (current === undefined) this.#renew()
    else this.#send(current)
  }

  cancel(): void {
    this.#isCancelled = true
    this.#call?.cancel()
  }

  onAnswer(answer: HttpAnswer): void {
    if (!this.#hasRenewed && refusesToken(answer)) this.#renew()
    else this.#listener.onAnswer(answer)
  }

  onFailure(failure: HttpFailure): void {
    this.#listener.onFailure(failure)
  }

  #send(token: string): void {
    this.#token = token
    const { headers = [] } = this.#request
    const request = { ...this.#request, headers: [...headers, 'authorization', `Bearer ${token}`] }
    this.#call = this.#http.start(request, this)
  }

  #renew(): void {
    this.#hasRenewed = true
    this.#tokens.renew(this.#token, this.#request.urgent === true).then(
      (token) => {
        if (!this.#isCancelled) this.#send(token)
      },
      (error: unknown) => {
        if (!this.#isCancelled) this.#listener.onFailure(asFailure(error))
      },
    )
  }
}

/** A missing or an unknown token is 401; one that cannot be read is 403, as is much else. */
function refusesToken({ status, bytes }: HttpAnswer): boolean {
  return status === 401 || (status === 403 && bytes.includes('Invalid token'))
}

function asFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error
  const text = error instanceof SovdError ? error.message : `the login failed: ${error}`
  return new HttpFailure('untried', 'bad-gateway', text, { cause: error })
}
