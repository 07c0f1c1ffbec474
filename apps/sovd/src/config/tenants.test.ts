import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

const AUTH = '[auth]\nenabled = true\napi_key = "a-key-of-16-chars"\n'

const on = (tenants: string, more = '') => `${AUTH}[tenant]\nenabled = true\n${more}\n${tenants}`
const tenant = (settings: string) => `[[tenant.tenants]]\n${settings}\n`

test('nobody shares the vehicle unless that is switched on', () => {
  assert.equal(configuredWell('').config.tenants, undefined)
  assert.equal(configuredWell(AUTH).config.auth?.tenantClaim, undefined)
})

test('everything that can be configured arrives', () => {
  const { config, warnings } = configuredWell(`
    [tenant]
    enabled = true
    header_name = "X-Fleet"
    jwt_claim = "fleet"
    [[tenant.tenants]]
    id = "default"
    isolation = "none"
    [[tenant.tenants]]
    id = "fleet-a"
    name = "Fleet A"
    profile = "default"
    [[tenant.tenants]]
    id = "lab"
    isolation = "strict"
    components = ["bms", "climate"]
    [auth]
    enabled = true
    api_key = "a-key-of-16-chars"
    api_key_tenant = "lab"
    [[auth.clients]]
    id = "workshop"
    secret = "sixteen-letters-or-more"
    tenant = "fleet-a"
  `)
  assert.deepEqual(warnings, [])
  assert.deepEqual(config.tenants, {
    headerName: 'X-Fleet',
    claim: 'fleet',
    tenants: [
      { id: 'default', isolation: 'none' },
      { id: 'fleet-a', name: 'Fleet A', isolation: 'namespace' },
      { id: 'lab', isolation: 'strict', components: new Set(['bms', 'climate']) },
    ],
  })
  assert.equal(config.auth?.tenantClaim, 'fleet')
  assert.equal(config.auth?.apiKey?.tenantId, 'lab')
  assert.equal(config.auth?.clients?.[0]?.tenantId, 'fleet-a')
})

const WRONG: readonly (readonly [name: string, toml: string, problem: string])[] = [
  ['no tenant at all', on(''), 'tenant.tenants: needs at least one tenant'],
  ['a tenant without an id', on(tenant('name = "A"')), 'tenant.tenants[0].id: expected 1 to 64 letters'],
  ['an id that leaves its folder', on(tenant('id = "../a"')), 'tenant.tenants[0].id: expected 1 to 64 letters'],
  ['an id with a dot', on(tenant('id = "a.b"')), 'tenant.tenants[0].id: expected 1 to 64 letters'],
  ['an id that is too long', on(tenant(`id = "${'a'.repeat(65)}"`)), 'tenant.tenants[0].id: expected 1 to 64 letters'],
  ['one id twice', on(tenant('id = "a"') + tenant('id = "A"')), 'tenant.tenants[1].id: there is a tenant A already'],
  [
    'an unknown isolation',
    on(tenant('id = "a"\nisolation = "full"')),
    'tenant.tenants[0].isolation: expected "none", ',
  ],
  [
    'a profile',
    on(tenant('id = "a"\nprofile = "mbds"')),
    'tenant.tenants[0].profile: there are no profiles of tenants',
  ],
  [
    'components of who sees all',
    on(tenant('id = "a"\ncomponents = ["bms"]')),
    'tenant.tenants[0].components: is for isolation = "strict" only, not "namespace"',
  ],
  [
    'a component that cannot be one',
    on(tenant('id = "a"\nisolation = "strict"\ncomponents = ["a/b"]')),
    'tenant.tenants[0].components[0]: is not the id of a component: "a/b"',
  ],
  [
    'too many tenants',
    on(Array.from({ length: 65 }, (_, at) => tenant(`id = "t${at}"`)).join('')),
    'tenant.tenants: must be at most 64, got 65',
  ],
  [
    'a header that is none',
    on(tenant('id = "a"'), 'header_name = "X Tenant"'),
    'tenant.header_name: expected the name',
  ],
  [
    'a header that says who it is',
    on(tenant('id = "a"'), 'header_name = "Authorization"'),
    'tenant.header_name: Authorization is for something else',
  ],
  ['a claim that is none', on(tenant('id = "a"'), 'jwt_claim = ""'), 'tenant.jwt_claim: expected the name of a claim'],
  [
    'a claim that says who it is',
    on(tenant('id = "a"'), 'jwt_claim = "sub"'),
    'tenant.jwt_claim: sub is for something',
  ],
  [
    'isolation that is off from the beginning',
    `${on(tenant('id = "a"'))}[features]\ndisabled = ["multi_tenant"]`,
    'features.disabled: has multi_tenant although tenant.enabled is true',
  ],
  [
    'a client of an unknown tenant',
    `${on(tenant('id = "a"'))}[[auth.clients]]\nid = "c"\nsecret = "sixteen-letters-or-more"\ntenant = "b"`,
    'auth.clients[0].tenant: there is no tenant "b"',
  ],
  [
    'a key of an unknown tenant',
    `${AUTH}api_key_tenant = "b"\n[tenant]\nenabled = true\n${tenant('id = "a"')}`,
    'auth.api_key_tenant: there is no tenant "b"',
  ],
  [
    'certificates of an unknown tenant',
    `${AUTH}certificate_tenant = "b"\n[tenant]\nenabled = true\n${tenant('id = "a"')}`,
    'auth.certificate_tenant: there is no tenant "b"',
  ],
  [
    'a key of a tenant where nobody shares the vehicle',
    `${AUTH}api_key_tenant = "a"`,
    'auth.api_key_tenant: there are no tenants: tenant.enabled is false',
  ],
]

for (const [name, toml, problem] of WRONG) {
  test(`refuses ${name}`, () => {
    const problems = configured(toml)
    assert.ok(Array.isArray(problems), 'it was taken')
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.ok(problems[0]?.startsWith(problem), problems[0])
  })
}

const UNWISE: readonly (readonly [name: string, toml: string, warning: RegExp])[] = [
  ['tenants that need not be proven', `[tenant]\nenabled = true\n${tenant('id = "a"')}`, /nobody proves anything/],
  [
    'paths that show the whole vehicle',
    `${AUTH}public_paths = ["/sovd/v1/components"]\n[tenant]\nenabled = true\n${tenant('id = "a"')}`,
    /^auth.public_paths.*whatever tenants/,
  ],
]

for (const [name, toml, warning] of UNWISE) {
  test(`warns of ${name}`, () => {
    const warnings = configuredWell(toml).warnings.map(({ path, message }) => `${path}: ${message}`)
    assert.equal(warnings.length, 1, warnings.join('\n'))
    assert.match(warnings[0] ?? '', warning)
  })
}
