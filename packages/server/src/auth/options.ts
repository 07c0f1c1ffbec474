import type { Role } from '@opensovd/core'

/** Who is let in, and what they may do. */
export interface AuthOptions {
  /** Roles beside the built-in ones. */
  readonly roles?: readonly Role[]
  /** One key for whoever has it. */
  readonly apiKey?: { readonly key: string; readonly roles: readonly string[]; readonly tenantId?: string }
  /** What tokens that are not from an OpenID provider are signed with. */
  readonly tokens?: TokenKey
  /** What the claim `iss` must be. Of tokens of an OpenID provider: instead of what that says of itself. */
  readonly issuer?: string
  /** What the claim `aud` must name. Absent: tokens that are for somebody in particular are refused. */
  readonly audience?: string
  readonly oidc?: OidcOptions
  /** Who may have tokens of this server. */
  readonly clients?: readonly TokenClient[]
  /** How long tokens of this server last. */
  readonly tokenSeconds?: number
  /** Roles of clients that show a certificate and nothing else; by its common name. Absent: certificates are nobody. */
  readonly certificateRoles?: readonly string[]
  /** The tenant that those clients are of. */
  readonly certificateTenantId?: string
  /** The claim of tokens that names the tenant they are of; absent: none does. */
  readonly tenantClaim?: string
  /** Paths that anybody may read. */
  readonly publicPaths?: readonly string[]
}

export const HMAC_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const

export type HmacAlgorithm = (typeof HMAC_ALGORITHMS)[number]

/** One kind of key for each algorithm, so that none is ever taken for another. The public key is in PEM. */
export type TokenKey =
  | { readonly algorithm: HmacAlgorithm; readonly secret: string }
  | { readonly algorithm: 'RS256'; readonly publicKey: string }

export interface OidcOptions {
  /** Where `/.well-known/openid-configuration` is below. */
  readonly issuerUrl: string
  /** Milliseconds before keys are looked for again because of a token with an unknown one. */
  readonly cooldownMs?: number
}

export interface TokenClient {
  readonly id: string
  readonly secret: ClientSecret
  readonly roles: readonly string[]
  readonly tenantId?: string
}

/** A secret, or what scrypt (N 16384, r 8, p 1) makes of it, in Base64. */
export type ClientSecret =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'scrypt'; readonly salt: string; readonly hash: string }
