import type { Tenant } from '@opensovd/core'
import { ENTITY_ID } from '@opensovd/sovd'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'
import type { TenantSettings } from './settings/tenant.ts'

export interface TenantsConfig {
  readonly headerName: string
  readonly claim: string
  readonly tenants: readonly Tenant[]
}

/** Part of the names of folders. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
const MAX_TENANTS = 64
/** [RFC 9110 5.6.2] */
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/
/** Headers that say something else. */
const HEADERS_IN_USE: ReadonlySet<string> = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'traceparent',
  'transfer-encoding',
  'x-api-key',
  'x-deployment-target',
  'x-request-id',
  'x-sovd-client-id',
])
const CLAIM = /^[!-~]{1,128}$/
/** Claims that say something else. */
const CLAIMS_IN_USE: ReadonlySet<string> = new Set([
  ...['sub', 'exp', 'nbf', 'iat', 'iss', 'aud', 'jti', 'roles', 'scope', 'scp', '__proto__'],
])

/** Judges who shares the vehicle; nothing when nobody does. */
export function readTenants({ tenant, features, auth }: Settings, findings: Findings): TenantsConfig | undefined {
  if (!tenant.enabled) return undefined
  const enabled = { involved: ['tenant.enabled'] }
  if (features.disabled.includes('multi_tenant')) {
    findings.problem('features.disabled', 'has multi_tenant although tenant.enabled is true', enabled)
  }
  if (tenant.tenants.length === 0) findings.problem('tenant.tenants', 'needs at least one tenant', enabled)
  if (tenant.tenants.length > MAX_TENANTS) {
    findings.problem('tenant.tenants', `must be at most ${MAX_TENANTS}, got ${tenant.tenants.length}`)
  }
  if (!auth.enabled) {
    findings.warning(
      'tenant.enabled',
      'callers name the tenant they like: auth.enabled is false, so nobody proves anything',
    )
  } else if (auth.public_paths) {
    findings.warning('auth.public_paths', 'show the whole vehicle to anybody, whatever tenants there are')
  }
  checkNames(tenant, findings)
  const ids = new Set<string>()
  const tenants = tenant.tenants.map((each, index) => readTenant(each, `tenant.tenants[${index}]`, ids, findings))
  return { headerName: tenant.header_name, claim: tenant.jwt_claim, tenants }
}

function checkNames({ header_name: header, jwt_claim: claim }: TenantSettings, findings: Findings): void {
  if (!HEADER.test(header)) {
    findings.problem('tenant.header_name', `expected the name of a header, got ${JSON.stringify(header)}`)
  } else if (HEADERS_IN_USE.has(header.toLowerCase())) {
    findings.problem('tenant.header_name', `${header} is for something else`)
  }
  if (!CLAIM.test(claim)) {
    findings.problem('tenant.jwt_claim', `expected the name of a claim, got ${JSON.stringify(claim)}`)
  } else if (CLAIMS_IN_USE.has(claim)) {
    findings.problem('tenant.jwt_claim', `${claim} is for something else`)
  }
}

function readTenant(
  settings: TenantSettings['tenants'][number],
  path: string,
  ids: Set<string>,
  findings: Findings,
): Tenant {
  const { id, name, isolation, components, profile } = settings
  if (!ID.test(id)) {
    const expected = "expected 1 to 64 letters, digits, '_' and '-', the first a letter or a digit"
    findings.problem(`${path}.id`, `${expected}, got ${JSON.stringify(id)}`)
  }
  // Not all file systems tell letters of one kind from those of the other.
  const key = id.toLowerCase()
  if (ids.has(key)) findings.problem(`${path}.id`, `there is a tenant ${id} already, in whatever letters`)
  ids.add(key)
  if (profile !== 'default') {
    findings.problem(
      `${path}.profile`,
      `there are no profiles of tenants: leave it out, got ${JSON.stringify(profile)}`,
    )
  }
  for (const [index, component] of (components ?? []).entries()) {
    if (ENTITY_ID.test(component)) continue
    findings.problem(`${path}.components[${index}]`, `is not the id of a component: ${JSON.stringify(component)}`)
  }
  if (components && isolation !== 'strict') {
    const involved = [`${path}.isolation`]
    findings.problem(`${path}.components`, `is for isolation = "strict" only, not "${isolation}"`, { involved })
  }
  return {
    id,
    isolation,
    ...(name === undefined ? {} : { name }),
    ...(components && { components: new Set(components) }),
  }
}

/**
 * Judges the tenant that credentials are of.
 * @param tenants absent: there are none
 */
export function checkTenant(
  path: string,
  id: string | undefined,
  tenants: TenantsConfig | undefined,
  findings: Findings,
): void {
  if (id === undefined || tenants?.tenants.some((tenant) => tenant.id === id)) return
  if (!tenants) findings.problem(path, 'there are no tenants: tenant.enabled is false', { involved: ['tenant'] })
  else findings.problem(path, `there is no tenant ${JSON.stringify(id)}`, { involved: ['tenant.tenants'] })
}
