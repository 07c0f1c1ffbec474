import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Clock } from '@opensovd/base'
import { isPermissionPattern } from '@opensovd/core'
import { SignJWT } from 'jose'
import { Attempts } from './attempts.ts'
import { oauthError } from './oauth-error.ts'
import type { HmacAlgorithm, TokenClient } from './options.ts'
import { isSecret } from './secrets.ts'

export interface TokenEndpointOptions {
  readonly clock: Clock
  readonly clients: readonly TokenClient[]
  readonly key: SigningKey
  readonly issuer: string
  readonly audience?: string
  readonly tokenSeconds: number
  /** The claim for the tenant of a client that is of one. */
  readonly tenantClaim?: string
}

export interface SigningKey {
  readonly algorithm: HmacAlgorithm
  readonly secret: Uint8Array
}

export interface TokenRequest {
  readonly grantType?: string
  readonly clientId?: string
  readonly clientSecret?: string
  readonly scope?: string
}

export interface IssuedToken {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope?: string
}

/** A text of either may be this long. */
const MAX_LENGTH = 1024

/** Gives tokens to clients that show their secrets [RFC 6749 4.4]. */
export class TokenEndpoint {
  readonly #options: TokenEndpointOptions
  readonly #clients: ReadonlyMap<string, TokenClient>
  readonly #attempts: Attempts
  readonly #key: KeyObject
  /** What the secret of a client that does not exist is compared with, so that it takes as long. */
  readonly #nobody: TokenClient

  constructor(options: TokenEndpointOptions) {
    const { clock, clients, key } = options
    this.#options = options
    this.#clients = new Map(clients.map((client) => [client.id, client]))
    this.#attempts = new Attempts(clock)
    this.#key = createSecretKey(key.secret)
    const isDerived = clients.some(({ secret }) => secret.kind === 'scrypt')
    const text = randomBytes(32).toString('hex')
    this.#nobody = {
      id: '',
      secret: isDerived ? { kind: 'scrypt', salt: base64(16), hash: base64(32) } : { kind: 'plain', text },
      roles: [],
    }
  }

  /**
   * @param address where the client is
   * @throws SovdError `invalid-request` with an `OAuthErrorCode` as the code of its detail; `too-many-requests` after
   * too many attempts; `unavailable`
   */
  async issue(request: TokenRequest, address: string): Promise<IssuedToken> {
    const { grantType = 'client_credentials', scope } = request
    if (grantType !== 'client_credentials') {
      throw oauthError('unsupported_grant_type', 'grant_type must be client_credentials')
    }
    const scopes = scopesOf(scope)
    const client = await this.#authenticate(request, address)
    return this.#issueTo(client, scopes)
  }

  async #authenticate({ clientId, clientSecret }: TokenRequest, address: string): Promise<TokenClient> {
    if (!clientId || !clientSecret) throw oauthError('invalid_request', 'client_id and client_secret are required')
    if (clientId.length > MAX_LENGTH || clientSecret.length > MAX_LENGTH) {
      throw oauthError('invalid_request', `client_id and client_secret may have ${MAX_LENGTH} characters`)
    }
    this.#attempts.require(address, clientId)
    const client = this.#clients.get(clientId)
    // Counted before it is judged, so that many at once are no way around the limit.
    this.#attempts.failed(address, clientId)
    const isRight = await isSecret(clientSecret, (client ?? this.#nobody).secret)
    if (!client || !isRight) throw oauthError('invalid_client', 'the client or its secret is wrong')
    this.#attempts.succeeded(address, clientId)
    return client
  }

  async #issueTo({ id, roles, tenantId }: TokenClient, scopes: readonly string[]): Promise<IssuedToken> {
    const { clock, key, issuer, audience, tokenSeconds, tenantClaim } = this.#options
    const scope = scopes.length === 0 ? {} : { scope: scopes.join(' ') }
    const issuedAt = Math.floor(clock.now() / 1000)
    const tenant = tenantClaim === undefined || tenantId === undefined ? {} : { [tenantClaim]: tenantId }
    const token = new SignJWT({ ...tenant, roles, ...scope })
      .setProtectedHeader({ alg: key.algorithm, typ: 'at+jwt' })
      .setSubject(id)
      .setIssuer(issuer)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + tokenSeconds)
      .setJti(randomBytes(16).toString('base64url'))
    if (audience !== undefined) token.setAudience(audience)
    return { access_token: await token.sign(this.#key), token_type: 'Bearer', expires_in: tokenSeconds, ...scope }
  }
}

function base64(bytes: number): string {
  return randomBytes(bytes).toString('base64')
}

function scopesOf(scope = ''): readonly string[] {
  const scopes = scope.split(' ').filter((each) => each !== '')
  if (scope.length > MAX_LENGTH || !scopes.every(isPermissionPattern)) {
    throw oauthError('invalid_scope', 'scope must be permissions such as data:read, separated by spaces')
  }
  return scopes
}
