import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { isName } from '../caller.ts'
import { type Identity, invalidToken } from './identity.ts'
import type { TokenKey } from './options.ts'

/** What signatures of tokens are judged with, found for each token anew. */
export interface TrustedKeys {
  /** A token of another algorithm is not for these keys. */
  readonly algorithms: readonly string[]
  /** @throws SovdError `unavailable` when the keys cannot be had now */
  find(): Promise<FoundKeys>
}

export interface FoundKeys {
  readonly key: KeyObject | JWTVerifyGetKey
  /** What the claim `iss` must be. Absent: anything, and it may be missing. */
  readonly issuer?: string
}

export interface TokenVerifierOptions {
  readonly clock: Clock
  readonly trusted: readonly TrustedKeys[]
  readonly audience?: string
  /** The claim that names the tenant a token is of; absent: none does. */
  readonly tenantClaim?: string
}

/** Longer tokens are refused without a look into them. */
const MAX_TOKEN = 8192
const CLOCK_SKEW_SECONDS = 60
const MAX_ROLES = 64
const MAX_SCOPES = 256
/** What a token may say of its kind: others, such as `logout+jwt`, are made for something else [RFC 8725 3.11]. */
const TYPES: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt'])

/** Judges JSON Web Tokens. Which keys a token is judged with follows from its algorithm, and each has its own kind. */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions

  constructor(options: TokenVerifierOptions) {
    this.#options = options
  }

  /** @throws AuthenticationError; SovdError `unavailable` when there is nothing to judge it with now */
  async verify(token: string): Promise<Identity> {
    if (token.length > MAX_TOKEN) throw invalidToken(`it is longer than ${MAX_TOKEN} characters`)
    const { algorithms, keys } = await this.#trustedFor(token)
    const payload = await this.#payloadOf(token, algorithms, keys)
    return { ...identityOf(payload), ...tenantOf(payload, this.#options.tenantClaim) }
  }

  async #trustedFor(token: string): Promise<{ algorithms: readonly string[]; keys: FoundKeys }> {
    const { alg, typ } = headerOf(token)
    const trusted = this.#options.trusted.find(({ algorithms }) => alg !== undefined && algorithms.includes(alg))
    if (!trusted) throw invalidToken('its algorithm is not accepted')
    if (!TYPES.has(typ?.toLowerCase())) throw invalidToken('it is of a type for something else')
    return { algorithms: trusted.algorithms, keys: await trusted.find() }
  }

  async #payloadOf(token: string, algorithms: readonly string[], { key, issuer }: FoundKeys): Promise<JWTPayload> {
    const { clock, audience } = this.#options
    const options = {
      algorithms: [...algorithms],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(clock.now()),
      requiredClaims: ['sub', 'exp'],
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    }
    let payload: JWTPayload
    try {
      payload = (await (typeof key === 'function' ? jwtVerify(token, key, options) : jwtVerify(token, key, options)))
        .payload
    } catch (error) {
      if (error instanceof SovdError) throw error
      throw invalidToken(reasonOf(error), error)
    }
    // [RFC 7519 4.1.3] Who is not among those a token is for refuses it.
    if (audience === undefined && payload.aud !== undefined) throw invalidToken('it is for somebody else')
    return payload
  }
}

/** Keys that are there from the beginning. */
export function fixedKeys(token: TokenKey, issuer: string | undefined): TrustedKeys {
  const key =
    token.algorithm === 'RS256' ? createPublicKey(token.publicKey) : createSecretKey(Buffer.from(token.secret))
  const found: FoundKeys = { key, ...(issuer === undefined ? {} : { issuer }) }
  return { algorithms: [token.algorithm], find: async () => found }
}

function headerOf(token: string): { readonly alg?: string; readonly typ?: string } {
  try {
    const { alg, typ } = decodeProtectedHeader(token)
    return {
      ...(typeof alg === 'string' ? { alg } : {}),
      ...(typ === undefined ? {} : { typ: String(typ) }),
    }
  } catch (error) {
    throw invalidToken('it is not a JSON Web Token', error)
  }
}

/** Why a token is refused. Claims are looked at only once the signature was found good. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it is expired'
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'its signature cannot be verified'
  switch (error.claim) {
    case 'nbf':
      return 'it is not valid yet'
    case 'iss':
      return 'it is of another issuer'
    case 'aud':
      return 'it is for somebody else'
    default:
      return `its claim '${error.claim}' is missing or wrong`
  }
}

function identityOf(payload: JWTPayload): Identity {
  const { sub, roles = [], scope = payload.scp } = payload
  if (typeof sub !== 'string' || !isName(sub))
    throw invalidToken("its claim 'sub' is not 1 to 128 printable characters")
  if (!isTexts(roles) || roles.length > MAX_ROLES) throw invalidToken("its claim 'roles' is not a list of names")
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((each) => each !== '') : (scope ?? [])
  if (!isTexts(scopes) || scopes.length > MAX_SCOPES) throw invalidToken("its claim 'scope' is not a list of scopes")
  return { subject: sub, roles, scopes }
}

/** Whether there is such a tenant is for others to judge. */
function tenantOf(payload: JWTPayload, claim: string | undefined): { readonly tenantId?: string } {
  const tenantId = claim === undefined ? undefined : payload[claim]
  if (tenantId === undefined) return {}
  if (typeof tenantId !== 'string' || tenantId === '')
    throw invalidToken(`its claim '${claim}' is not the id of a tenant`)
  return { tenantId }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
