import { type AuthOptions, isTrustedUrl, type TokenKey } from '@opensovd/server'
import { readClients } from './auth-clients.ts'
import { checkRoles, readRoles } from './auth-roles.ts'
import type { Findings } from './findings.ts'
import { isLoopback } from './loopback.ts'
import { loadPublicKey } from './pem.ts'
import type { AuthSettings } from './settings/auth.ts'
import type { Settings } from './settings/settings.ts'
import { checkTenant, type TenantsConfig } from './tenants.ts'

const API_KEY = /^[!-~]+$/
const MIN_API_KEY = 16
/** [RFC 7518 3.2] A key is as long as what it makes, or longer. */
const MIN_SECRET_BYTES = { HS256: 32, HS384: 48, HS512: 64 }
const MIN_RSA_BITS = 2048
const PATH = /^\/[!-~]*$/

/** Judges who is let in. Nothing when everybody is. */
export function readAuth(
  { server, auth, features }: Settings,
  tenants: TenantsConfig | undefined,
  findings: Findings,
): AuthOptions | undefined {
  if (!auth.enabled) {
    warnOfIdleCredentials(auth, findings)
    return undefined
  }
  if (features.disabled.includes('auth')) {
    findings.problem('features.disabled', 'has auth although auth.enabled is true', { involved: ['auth.enabled'] })
  }
  warnOfClearText(server, findings)
  const { roles, names } = readRoles(auth.roles, findings)
  const apiKey = readApiKey(auth, names, findings)
  const tokens = readTokenKey(auth, findings)
  const clients = readClients(auth.clients, { roles: names, tenants }, findings)
  const certificateRoles = readCertificateRoles(auth, server, names, findings)
  checkTenant('auth.api_key_tenant', auth.api_key_tenant, tenants, findings)
  checkTenant('auth.certificate_tenant', auth.certificate_tenant, tenants, findings)
  if (auth.oidc_issuer_url !== undefined) checkProvider(auth, findings)
  checkPublicPaths(auth.public_paths ?? [], findings)
  requireWay(auth, findings)
  return {
    roles,
    clients,
    tokenSeconds: auth.token_secs,
    ...(apiKey && { apiKey }),
    ...(tokens && { tokens }),
    ...(certificateRoles && { certificateRoles }),
    ...(auth.certificate_tenant !== undefined && { certificateTenantId: auth.certificate_tenant }),
    ...(tenants && { tenantClaim: tenants.claim }),
    ...(auth.jwt_issuer !== undefined && { issuer: auth.jwt_issuer }),
    ...(auth.jwt_audience !== undefined && { audience: auth.jwt_audience }),
    ...(auth.oidc_issuer_url !== undefined && { oidc: { issuerUrl: auth.oidc_issuer_url } }),
    ...(auth.public_paths && { publicPaths: auth.public_paths }),
  }
}

/** Whoever can do something nobody can get at has made a mistake. */
function requireWay(auth: AuthSettings, findings: Findings): void {
  const { api_key, jwt_secret, jwt_public_key_path, oidc_issuer_url, clients, certificate_roles } = auth
  const ways = [api_key, jwt_secret, jwt_public_key_path, oidc_issuer_url, clients[0], certificate_roles[0]]
  if (ways.some((way) => way !== undefined)) return
  findings.problem(
    'auth.enabled',
    'nobody could be let in: set api_key, jwt_secret, jwt_public_key_path, oidc_issuer_url, clients or certificate_roles',
    { involved: ['auth.api_key', 'auth.jwt_secret', 'auth.clients'] },
  )
}

function warnOfIdleCredentials(auth: AuthSettings, findings: Findings): void {
  for (const name of ['api_key', 'jwt_secret', 'jwt_public_key_path', 'oidc_issuer_url'] as const) {
    if (auth[name] !== undefined) findings.warning(`auth.${name}`, 'has no effect: auth.enabled is false')
  }
  for (const name of ['clients', 'roles', 'certificate_roles'] as const) {
    if (auth[name].length > 0) findings.warning(`auth.${name}`, 'has no effect: auth.enabled is false')
  }
}

function warnOfClearText({ host, cert_path }: Settings['server'], findings: Findings): void {
  if (isLoopback(host) || cert_path !== undefined) return
  findings.warning('server.host', `credentials go to ${host} without TLS, for everybody on the way to read`)
}

function readApiKey(
  { api_key: key, api_key_roles: roles, api_key_tenant: tenant }: AuthSettings,
  names: ReadonlySet<string>,
  findings: Findings,
) {
  if (key === undefined) return undefined
  if (key.length < MIN_API_KEY || !API_KEY.test(key)) {
    const expected = `must be at least ${MIN_API_KEY} printable ASCII characters without spaces`
    findings.problem('auth.api_key', expected)
  }
  checkRoles('auth.api_key_roles', roles, names, findings)
  return { key, roles, ...(tenant === undefined ? {} : { tenantId: tenant }) }
}

function readTokenKey(auth: AuthSettings, findings: Findings): TokenKey | undefined {
  const { jwt_secret: secret, jwt_public_key_path: file, jwt_algorithm: algorithm, oidc_issuer_url: provider } = auth
  const involved = ['auth.jwt_algorithm']
  if (algorithm === 'RS256') {
    if (secret !== undefined) {
      findings.problem('auth.jwt_secret', 'is not for RS256, which needs jwt_public_key_path', { involved })
    }
    if (file === undefined) {
      findings.problem('auth.jwt_algorithm', 'RS256 needs jwt_public_key_path', {
        involved: ['auth.jwt_public_key_path'],
      })
      return undefined
    }
    if (provider !== undefined) {
      findings.problem(
        'auth.jwt_public_key_path',
        'makes no sense together with oidc_issuer_url, which has keys of its own',
      )
    }
    const publicKey = loadRsaKey(file, findings)
    return publicKey === undefined ? undefined : { algorithm, publicKey }
  }
  if (file !== undefined) {
    findings.problem('auth.jwt_public_key_path', `is not for ${algorithm}, only for RS256`, { involved })
  }
  if (secret === undefined) return undefined
  const bytes = MIN_SECRET_BYTES[algorithm]
  if (Buffer.byteLength(secret) < bytes) {
    findings.problem('auth.jwt_secret', `must have at least ${bytes} bytes for ${algorithm}`, { involved })
  }
  return { algorithm, secret }
}

function loadRsaKey(file: string, findings: Findings): string | undefined {
  const path = 'auth.jwt_public_key_path'
  const key = loadPublicKey(path, file, findings)
  if (!key) return undefined
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) {
    return key.export({ type: 'spki', format: 'pem' }).toString()
  }
  findings.problem(path, `${file} holds no RSA key of at least ${MIN_RSA_BITS} bits`)
  return undefined
}

function checkProvider({ oidc_issuer_url: url = '', jwt_audience: audience }: AuthSettings, findings: Findings): void {
  const path = 'auth.oidc_issuer_url'
  if (!isTrustedUrl(url) || /[?#]/.test(url)) {
    findings.problem(path, `expected an address such as https://id.example, got ${JSON.stringify(url)}`)
  } else if (audience === undefined) {
    findings.warning(path, 'without jwt_audience only tokens that are for nobody in particular are good')
  }
}

function readCertificateRoles(
  { certificate_roles: roles }: AuthSettings,
  { client_ca_path: authority }: Settings['server'],
  names: ReadonlySet<string>,
  findings: Findings,
): readonly string[] | undefined {
  if (roles.length === 0) return undefined
  if (authority === undefined) {
    const problem = 'need server.client_ca_path: no client shows a certificate'
    findings.problem('auth.certificate_roles', problem, { involved: ['server.client_ca_path'] })
  }
  checkRoles('auth.certificate_roles', roles, names, findings)
  return roles
}

function checkPublicPaths(paths: readonly string[], findings: Findings): void {
  for (const [index, path] of paths.entries()) {
    if (PATH.test(path) && !/[?#*{]/.test(path)) continue
    const expected = `expected a whole path such as /healthz, got ${JSON.stringify(path)}`
    findings.problem(`auth.public_paths[${index}]`, expected)
  }
}
