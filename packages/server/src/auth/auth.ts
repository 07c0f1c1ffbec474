import { randomBytes } from 'node:crypto'
import type { Clock, Logger } from '@opensovd/base'
import { type FeatureFlags, Roles } from '@opensovd/core'
import type { TenantGate } from '../tenants/tenant-gate.ts'
import { Authenticator } from './authenticator.ts'
import { Guard } from './guard.ts'
import { OidcKeys } from './oidc-keys.ts'
import type { AuthOptions, TokenKey } from './options.ts'
import { type SigningKey, TokenEndpoint } from './token-endpoint.ts'
import { fixedKeys, TokenVerifier, type TrustedKeys } from './token-verifier.ts'

export interface Auth {
  readonly guard: Guard
  /** Absent: nobody gets a token from here. */
  readonly tokens?: TokenEndpoint
}

interface AuthDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly features: FeatureFlags
  /** Paths that anybody may read unless the options say others. */
  readonly publicPaths: readonly string[]
  /** Decides on whose behalf requests come; absent: nobody asks. */
  readonly tenants?: TenantGate | undefined
}

const OWN_ISSUER = 'opensovd'
const TOKEN_SECONDS = 3600

/** Sets up who is let in; from now on the feature `auth` is there. */
export function createAuth(options: AuthOptions, { clock, log, features, publicPaths, tenants }: AuthDeps): Auth {
  const { tokens, issuer, audience, oidc, clients = [], tokenSeconds = TOKEN_SECONDS, tenantClaim } = options
  const signing = clients.length > 0 ? signingKey(tokens, log) : undefined
  const named = {
    ...(audience === undefined ? {} : { audience }),
    ...(tenantClaim === undefined ? {} : { tenantClaim }),
  }
  const verifier = new TokenVerifier({
    clock,
    ...named,
    trusted: [
      ...(tokens ? [fixedKeys(tokens, oidc ? undefined : issuer)] : []),
      ...(signing && signing.token !== tokens ? [fixedKeys(signing.token, OWN_ISSUER)] : []),
      ...(oidc ? [new OidcKeys({ ...oidc, ...(issuer === undefined ? {} : { issuer }), clock, log })] : []),
    ] satisfies TrustedKeys[],
  })
  const guard = new Guard({
    authenticator: new Authenticator(options, verifier),
    roles: new Roles(options.roles),
    features,
    publicPaths: options.publicPaths ?? publicPaths,
    log,
    ...(tenants && { tenants }),
  })
  if (!signing) return { guard }
  const ownIssuer = signing.token === tokens && !oidc ? (issuer ?? OWN_ISSUER) : OWN_ISSUER
  return {
    guard,
    tokens: new TokenEndpoint({ clock, clients, key: signing.key, issuer: ownIssuer, ...named, tokenSeconds }),
  }
}

/** The key of the tokens of this server: the one that others sign with too, or one that ends with the program. */
function signingKey(tokens: TokenKey | undefined, log: Logger): { readonly token: TokenKey; readonly key: SigningKey } {
  if (tokens && tokens.algorithm !== 'RS256') {
    const { algorithm, secret } = tokens
    return { token: tokens, key: { algorithm, secret: Buffer.from(secret) } }
  }
  log.warn('tokens are signed with a key that ends with this program: clients need new ones after a restart')
  const secret = randomBytes(32).toString('hex')
  return { token: { algorithm: 'HS256', secret }, key: { algorithm: 'HS256', secret: Buffer.from(secret) } }
}
