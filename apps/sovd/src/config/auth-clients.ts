import type { ClientSecret, TokenClient } from '@opensovd/server'
import { checkRoles } from './auth-roles.ts'
import type { Findings } from './findings.ts'
import type { AuthSettings } from './settings/auth.ts'
import { checkTenant, type TenantsConfig } from './tenants.ts'

type ClientSettings = AuthSettings['clients'][number]

const ID = /^[!-~]{1,128}$/
const MIN_SECRET = 16
const HASH = /^scrypt:([A-Za-z0-9+/]+={0,2}):([A-Za-z0-9+/]+={0,2})$/
const MIN_SALT_BYTES = 16
const HASH_BYTES = { min: 32, max: 64 }

/** Judges the clients that may have tokens. */
export function readClients(
  settings: AuthSettings['clients'],
  { roles, tenants }: { readonly roles: ReadonlySet<string>; readonly tenants: TenantsConfig | undefined },
  findings: Findings,
): readonly TokenClient[] {
  const ids = new Set<string>()
  return settings.flatMap((client, index) => {
    const path = `auth.clients[${index}]`
    if (!ID.test(client.id)) {
      findings.problem(`${path}.id`, `expected 1 to 128 printable ASCII characters without spaces, got "${client.id}"`)
    }
    if (ids.has(client.id)) findings.problem(`${path}.id`, `there is a client ${client.id} already`)
    ids.add(client.id)
    checkRoles(`${path}.roles`, client.roles, roles, findings)
    checkTenant(`${path}.tenant`, client.tenant, tenants, findings)
    const tenant = client.tenant === undefined ? {} : { tenantId: client.tenant }
    const secret = readSecret(path, client, findings)
    return secret ? [{ id: client.id, secret, roles: client.roles, ...tenant }] : []
  })
}

function readSecret(path: string, { secret, secret_hash: hash }: ClientSettings, findings: Findings) {
  const involved = [`${path}.secret`, `${path}.secret_hash`]
  if ((secret === undefined) === (hash === undefined)) {
    findings.problem(path, 'needs either secret or secret_hash', { involved })
    return undefined
  }
  if (hash !== undefined) return readHash(`${path}.secret_hash`, hash, findings)
  if (secret === undefined) return undefined
  if (secret.length < MIN_SECRET) findings.problem(`${path}.secret`, `must have at least ${MIN_SECRET} characters`)
  return { kind: 'plain', text: secret } satisfies ClientSecret
}

function readHash(path: string, text: string, findings: Findings): ClientSecret | undefined {
  const [, salt = '', hash = ''] = HASH.exec(text) ?? []
  const saltBytes = Buffer.from(salt, 'base64').length
  const hashBytes = Buffer.from(hash, 'base64').length
  if (saltBytes >= MIN_SALT_BYTES && hashBytes >= HASH_BYTES.min && hashBytes <= HASH_BYTES.max) {
    return { kind: 'scrypt', salt, hash }
  }
  const expected = `expected scrypt:salt:hash in Base64, of at least ${MIN_SALT_BYTES} and ${HASH_BYTES.min} bytes`
  findings.problem(path, expected)
  return undefined
}
