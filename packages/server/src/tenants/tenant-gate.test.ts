import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import type { Tenant } from '@opensovd/core'
import { API_KEY, bearer, openGuarded, signed } from '../auth/testing/tokens.ts'
import { type Fixture, openFixture, type Reply } from '../testing/fixture.ts'

const TENANTS: readonly Tenant[] = [
  { id: 'red', isolation: 'namespace' },
  { id: 'blue', isolation: 'namespace' },
  { id: 'lab', isolation: 'strict', components: new Set(['bare']) },
]
const DEFAULT: Tenant = { id: 'default', isolation: 'none' }

const LOCK = '/sovd/v1/components/bms/lock'
const COMPONENTS = '/sovd/v1/components'
const AUDIT = { sha256: (text: string) => hash('sha256', text, 'hex') }

/** [RFC 8785] For objects of ASCII texts and integers. */
function canonical(entry: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))))
}

function domainOf(tenants: readonly Tenant[]) {
  return { domain: { audit: AUDIT, tenants: tenants.map((tenant) => ({ tenant })) } }
}

function guarded(tenants = TENANTS): Promise<Fixture> {
  const roles = [{ name: 'chooser', permissions: ['*:read', 'locks:write', 'tenants:any'] }]
  return openGuarded({ tenantClaim: 'fleet', roles }, { tenantHeader: 'X-Fleet', ...domainOf(tenants) })
}

async function token(claims: Record<string, unknown>, headers: Record<string, string> = {}) {
  return { ...bearer(await signed({ roles: ['tester'], ...claims })), ...headers }
}

function refused(reply: Reply, message: RegExp, status = 403): void {
  assert.equal(reply.status, status, reply.text)
  assert.match(reply.text, message)
}

test('a token is of the tenant that its claim names', async () => {
  await using fixture = await guarded()
  const red = await token({ fleet: 'red' })
  assert.equal((await fixture.send('POST', LOCK, undefined, red)).status, 201)
  assert.equal((await fixture.get(LOCK, await token({ fleet: 'blue' }))).json.lockedBy, 'another tenant')
  assert.equal((await fixture.get(LOCK, red)).json.lockedBy, 'ann')
})

test('a token of a tenant that there is not is refused, and so is one whose claim is none', async () => {
  await using fixture = await guarded()
  refused(await fixture.get(COMPONENTS, await token({ fleet: 'green' })), /there is no tenant \\"green\\"/)
  for (const fleet of [7, '', ['red'], null]) {
    refused(await fixture.get(COMPONENTS, await token({ fleet })), /claim 'fleet' is not the id of a tenant/, 401)
  }
})

test('the header may repeat the tenant of the credentials, and name no other', async () => {
  await using fixture = await guarded()
  assert.equal((await fixture.get(COMPONENTS, await token({ fleet: 'red' }, { 'x-fleet': 'red' }))).status, 200)
  const other = await fixture.get(COMPONENTS, await token({ fleet: 'red', roles: ['admin'] }, { 'x-fleet': 'blue' }))
  refused(other, /the credentials are of tenant 'red', and of no other/)
})

test('who has no tenant is of the default one, and refused where that is not', async () => {
  await using without = await guarded()
  refused(
    await without.get(COMPONENTS, await token({})),
    /on behalf of no tenant: neither the credentials nor X-Fleet tell one/,
  )
  await using fixture = await guarded([...TENANTS, DEFAULT])
  assert.equal((await fixture.get(COMPONENTS, await token({}))).status, 200)
  assert.equal((await fixture.get(COMPONENTS, await token({}, { 'x-fleet': 'default' }))).status, 200)
})

test('only who may choose names a tenant that the credentials do not', async () => {
  await using fixture = await guarded([...TENANTS, DEFAULT])
  refused(
    await fixture.get(COMPONENTS, await token({}, { 'x-fleet': 'lab' })),
    /choosing one needs the permission tenants:any/,
  )
  const chosen = await fixture.get(COMPONENTS, await token({ roles: ['chooser'] }, { 'x-fleet': 'lab' }))
  assert.deepEqual(
    chosen.json.value.map(({ id }: { id: string }) => id),
    ['bare'],
  )
  refused(
    await fixture.get(COMPONENTS, await token({ roles: ['admin'] }, { 'x-fleet': 'green' })),
    /there is no tenant/,
  )
  const scoped = await token({ roles: ['admin'], scope: 'discovery:read' }, { 'x-fleet': 'lab' })
  refused(await fixture.get(COMPONENTS, scoped), /tenants:any/)
})

test('whose word is all there is says on whose behalf as well', async () => {
  await using fixture = await openFixture(domainOf(TENANTS))
  refused(await fixture.get(COMPONENTS), /on behalf of no tenant/)
  refused(await fixture.get(COMPONENTS, { 'x-tenant-id': 'green' }), /there is no tenant/)
  refused(await fixture.get(COMPONENTS, { 'x-tenant-id': 'red, blue' }), /there is no tenant/)
  const as = (tenant: string) => ({ 'x-tenant-id': tenant, 'x-sovd-client-id': 'ann' })
  assert.equal((await fixture.send('POST', LOCK, undefined, as('red'))).status, 201)
  assert.equal((await fixture.send('PUT', LOCK, undefined, as('blue'))).status, 409)
  const broken = await fixture.send('DELETE', `${LOCK}?break=true`, undefined, as('blue'))
  refused(broken, /tenants:any/)
  assert.equal((await fixture.send('DELETE', LOCK, undefined, as('red'))).status, 204)
  for (const path of ['/healthz', '/readyz', '/version-info']) assert.ok((await fixture.get(path)).status < 300, path)
})

test('a key and the clients of tokens are of the tenants that they are configured for', async () => {
  await using fixture = await openGuarded(
    {
      tenantClaim: 'fleet',
      apiKey: { key: API_KEY, roles: ['tester'], tenantId: 'lab' },
      clients: [
        { id: 'workshop', secret: { kind: 'plain', text: 'a-long-enough-secret' }, roles: ['tester'], tenantId: 'lab' },
        { id: 'fleet', secret: { kind: 'plain', text: 'a-long-enough-secret' }, roles: ['tester'] },
      ],
    },
    domainOf(TENANTS),
  )
  const ids = (reply: Reply) => reply.json.value.map(({ id }: { id: string }) => id)
  assert.deepEqual(ids(await fixture.get(COMPONENTS, { 'x-api-key': API_KEY })), ['bare'])
  const tokenOf = async (id: string) => {
    const body = { client_id: id, client_secret: 'a-long-enough-secret' }
    return bearer((await fixture.send('POST', '/vehicle/v1/token', body)).json.access_token)
  }
  assert.deepEqual(ids(await fixture.get(COMPONENTS, await tokenOf('workshop'))), ['bare'])
  refused(await fixture.get(COMPONENTS, await tokenOf('fleet')), /on behalf of no tenant/)
})

test('nobody is kept apart while the feature is off, and that it was switched is recorded', async () => {
  await using fixture = await guarded([...TENANTS, DEFAULT])
  const flag = '/x-admin/features/multi_tenant'
  const lab = await token({ fleet: 'lab', roles: ['admin'] })
  refused(await fixture.send('PUT', flag, { enabled: false }, lab), /is not for tenant 'lab'/)
  const admin = await token({ roles: ['admin'] })
  assert.equal((await fixture.get(flag, admin)).json['@sovd.available'], undefined)
  assert.equal((await fixture.send('PUT', flag, { enabled: false }, admin)).status, 200)
  assert.equal((await fixture.get(COMPONENTS, lab)).json.value.length, 2)
  assert.equal((await fixture.get(COMPONENTS, await token({ fleet: 'green' }))).status, 200)
  assert.equal((await fixture.send('PUT', flag, { enabled: true }, admin)).status, 200)
  assert.equal((await fixture.get(COMPONENTS, lab)).json.value.length, 1)
  const { value } = (await fixture.get('/sovd/v1/audit', admin)).json
  const switches = value.filter(
    ({ resource, outcome }: Record<string, string>) => resource === 'feature-flags' && outcome === 'success',
  )
  assert.deepEqual(
    switches.map(({ detail, caller }: Record<string, string>) => [caller, detail]),
    [
      ['ann', 'enabled=false'],
      ['ann', 'enabled=true'],
    ],
  )
})

test('without tenants there is no such feature, and the header means nothing', async () => {
  await using fixture = await openFixture()
  assert.equal((await fixture.get('/x-admin/features/multi_tenant')).json['@sovd.available'], false)
  assert.equal((await fixture.get(COMPONENTS, { 'x-tenant-id': 'green' })).status, 200)
})

test('it is recorded on whose behalf something was done, and each tenant has a trail of its own', async () => {
  await using fixture = await guarded([...TENANTS, DEFAULT])
  const write = (headers: Record<string, string>) =>
    fixture.send('PUT', '/sovd/v1/components/bms/data/limits', { value: 1 }, headers)
  const red = await token({ fleet: 'red', roles: ['admin'] })
  const blue = await token({ fleet: 'blue', roles: ['admin'] })
  const whole = await token({ roles: ['admin'] })
  for (const headers of [red, blue, red, whole]) assert.equal((await write(headers)).status, 204)
  const trail = async (headers: Record<string, string>) => {
    const { json } = await fixture.get('/sovd/v1/audit/export', headers)
    assert.equal(json.chainIntegrity.status, 'ok')
    for (const { hash: shown, ...entry } of json.entries) assert.equal(AUDIT.sha256(canonical(entry)), shown)
    return json.entries.map(({ seq, tenant }: Record<string, unknown>) => [seq, tenant])
  }
  assert.deepEqual(await trail(blue), [[1, 'blue']])
  assert.deepEqual(await trail(red), [
    [1, 'red'],
    [2, 'red'],
  ])
  assert.deepEqual(await trail(whole), [
    [1, 'red'],
    [2, 'blue'],
    [3, 'red'],
    [4, 'default'],
  ])
})

test('clients of one name in two tenants do not use up what each may ask', async () => {
  const rateLimit = { maxRequests: 2, windowMs: 60_000 }
  await using fixture = await openGuarded({ tenantClaim: 'fleet' }, { rateLimit, ...domainOf(TENANTS) })
  const statuses = async (fleet: string) => {
    const headers = await token({ fleet })
    return [(await fixture.get(COMPONENTS, headers)).status, (await fixture.get(COMPONENTS, headers)).status]
  }
  assert.deepEqual(await statuses('red'), [200, 200])
  assert.deepEqual(await statuses('blue'), [200, 200])
  assert.equal((await fixture.get(COMPONENTS, await token({ fleet: 'red' }))).status, 429)
})

test('unproven names are told apart by their addresses, whatever tenant they name', async () => {
  const rateLimit = { maxRequests: 2, windowMs: 60_000 }
  await using fixture = await openFixture({ rateLimit, ...domainOf(TENANTS) })
  const statuses: number[] = []
  for (const tenant of ['red', 'blue', 'lab']) {
    statuses.push((await fixture.get(COMPONENTS, { 'x-tenant-id': tenant, 'x-sovd-client-id': tenant })).status)
  }
  assert.deepEqual(statuses, [200, 200, 429])
})
