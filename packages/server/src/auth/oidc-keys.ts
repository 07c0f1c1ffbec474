import { type Clock, isJsonObject, type Logger, messageOf, parseJson } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import type { OidcOptions } from './options.ts'
import type { FoundKeys, TrustedKeys } from './token-verifier.ts'
import { isTrustedUrl } from './trusted-url.ts'

export interface OidcKeysOptions extends OidcOptions {
  /** What the claim `iss` must be instead of what the provider says of itself. */
  readonly issuer?: string
  readonly clock: Clock
  readonly log: Logger
}

const TIMEOUT_MS = 5000
const MAX_DOCUMENT_BYTES = 256 * 1024
/** How long what was found is good without being looked at again. */
const DISCOVERY_MS = 3_600_000
const KEYS_MS = 300_000
const COOLDOWN_MS = 30_000
/** How long the provider is left alone after it could not be asked. */
const RETRY_MS = 5000

/** All of public keys: no secret is ever shared with a provider. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

interface Discovered extends FoundKeys {
  readonly key: JWTVerifyGetKey
  readonly keysUrl: string
  readonly untilMs: number
}

/** The keys of an OpenID provider: found by discovery, fetched when there is need, and again when they change. */
export class OidcKeys implements TrustedKeys {
  readonly algorithms = ALGORITHMS
  readonly #options: OidcKeysOptions
  #discovered: Discovered | undefined
  #pending: Promise<Discovered> | undefined
  #retryAtMs = Number.NEGATIVE_INFINITY

  constructor(options: OidcKeysOptions) {
    this.#options = options
  }

  async find(): Promise<FoundKeys> {
    const nowMs = this.#options.clock.monotonic()
    const known = this.#discovered
    if (known && nowMs < known.untilMs) return known
    if (nowMs < this.#retryAtMs) throw unreachable()
    this.#pending ??= this.#discover().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #discover(): Promise<Discovered> {
    const { clock, log, issuerUrl, issuer } = this.#options
    try {
      const url = `${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`
      const answer = await fetchBounded(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
      if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`)
      const document = parseJson(await answer.text())
      const { issuer: own, keysUrl } = providerOf(document, issuerUrl)
      const key = keysUrl === this.#discovered?.keysUrl ? this.#discovered.key : this.#keysAt(keysUrl)
      this.#discovered = { key, keysUrl, issuer: issuer ?? own, untilMs: clock.monotonic() + DISCOVERY_MS }
      return this.#discovered
    } catch (error) {
      this.#retryAtMs = clock.monotonic() + RETRY_MS
      log.warn('the OpenID provider cannot be used', { issuerUrl, error: messageOf(error) })
      throw unreachable(error)
    }
  }

  #keysAt(keysUrl: string): JWTVerifyGetKey {
    const { log, cooldownMs = COOLDOWN_MS } = this.#options
    const keys = createRemoteJWKSet(new URL(keysUrl), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: cooldownMs,
      cacheMaxAge: KEYS_MS,
      [customFetch]: fetchBounded,
    })
    return async (header, token) => {
      try {
        return await keys(header, token)
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error
        log.warn('the keys of the OpenID provider cannot be had', { keysUrl, error: messageOf(error) })
        throw unreachable(error)
      }
    }
  }
}

/** [OpenID Connect Discovery 4.3] The issuer must be the one that was asked. */
function providerOf(document: unknown, issuerUrl: string): { readonly issuer: string; readonly keysUrl: string } {
  const { issuer, jwks_uri: keysUrl } = isJsonObject(document) ? document : {}
  if (typeof issuer !== 'string' || typeof keysUrl !== 'string') throw new Error('it names no issuer and no keys')
  if (issuer.replace(/\/$/, '') !== issuerUrl.replace(/\/$/, '')) throw new Error(`it is the issuer ${issuer}`)
  if (!isTrustedUrl(keysUrl)) throw new Error(`its keys are at ${keysUrl}, which is not https`)
  return { issuer, keysUrl }
}

/** Neither follows redirections nor reads more than a document of keys can be. */
async function fetchBounded(
  url: string,
  options: Pick<RequestInit, 'headers' | 'method' | 'signal'>,
): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'error' })
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MAX_DOCUMENT_BYTES) throw new Error(`${url} answers more than ${MAX_DOCUMENT_BYTES} bytes`)
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), { status: response.status })
}

function unreachable(cause?: unknown): SovdError {
  return new SovdError('unavailable', 'tokens cannot be verified now: the OpenID provider cannot be reached', {
    retryAfterSeconds: RETRY_MS / 1000,
    cause,
  })
}
