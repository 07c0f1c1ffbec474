import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import type { VehicleLink } from '@opensovd/core'
import { bearer, openGuarded, signed } from '../auth/testing/tokens.ts'
import { type Fixture, openFixture } from '../testing/fixture.ts'

const bridge = '/sovd/v1/x-bridge'
const relay = { bridge: { mode: 'cloud-relay', timeoutMs: 60 } } as const
const sha256 = (text: string) => hash('sha256', text, 'hex')

/** A vehicle that answers every request with what it was asked; `silent` ones answer nothing. */
function connect({ diagnostics }: Fixture, vehicleId = 'car', silent = false) {
  diagnostics.features.provide('bridge')
  const closed: string[] = []
  const link: VehicleLink = {
    send(requestId, request) {
      const { method, path, headers = {}, body = null } = request
      if (!silent) admitted.answered(requestId, { status: 404, body: { method, path, headers: { ...headers }, body } })
    },
    ping: (signal) =>
      silent
        ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        : Promise.resolve(),
    close: (end) => void closed.push(end),
  }
  const admitted = diagnostics.bridge.sessions.admit({ vehicleId, remoteAddress: '192.0.2.1' }, link)
  return { id: admitted.session.id, closed, lost: () => admitted.lost() }
}

test('a gateway without a bridge has no paths of one', async () => {
  await using fixture = await openFixture()
  const { status, json } = await fixture.get(`${bridge}/status`)
  assert.equal(status, 404)
  assert.equal(json.error.message, "the feature 'bridge' is switched off")
})

test('tells what it is to the bridge, and who is connected', async () => {
  await using fixture = await openFixture({ domain: relay })
  const { id } = connect(fixture)
  assert.deepEqual((await fixture.get(`${bridge}/status`)).json, {
    enabled: true,
    active_sessions: 1,
    mode: 'cloud-relay',
  })
  const { json } = await fixture.get(`${bridge}/sessions?$filter=vehicle_id eq 'car'`)
  const { connected_at, ...session } = json.value[0]
  assert.equal(json['@odata.context'], '$metadata#bridge-sessions')
  assert.equal(json['@odata.count'], 1)
  assert.deepEqual(session, { id, vehicle_id: 'car', tenant_id: null, remote_addr: '192.0.2.1' })
  assert.match(connected_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual((await fixture.get(`${bridge}/sessions/${id}`)).json, json.value[0])
  const unknown = await fixture.get(`${bridge}/sessions/nobody`)
  assert.equal(unknown.status, 404)
  assert.equal(unknown.json.error.message, "Bridge session 'nobody' not found")
})

test('a vehicle tells whether it is connected', async () => {
  await using fixture = await openFixture({ domain: { bridge: { mode: 'vehicle-client' } } })
  fixture.diagnostics.features.provide('bridge')
  const expected = { enabled: true, active_sessions: 0, mode: 'vehicle-client' }
  assert.deepEqual((await fixture.get(`${bridge}/status`)).json, { ...expected, '@sovd.connected': false })
  fixture.diagnostics.bridge.isConnected = true
  assert.deepEqual((await fixture.get(`${bridge}/status`)).json, { ...expected, '@sovd.connected': true })
})

test('forwards a request and answers with the answer inside', async () => {
  await using fixture = await openFixture({ domain: relay })
  const { id } = connect(fixture)
  const request = { method: 'PUT', path: '/sovd/v1/components/bms/data/x?y=1', body: { value: [1] } }
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const { status, json, headers } = await fixture.send(
    'POST',
    `${bridge}/sessions/${id}/forward`,
    { ...request, headers: { 'If-Match': '"a"' } },
    { 'x-sovd-client-id': 'ann', traceparent },
  )
  assert.equal(status, 200)
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(json.status, 404)
  assert.equal(typeof json.request_id, 'string')
  const { traceparent: handed, ...passed } = json.body.headers
  assert.deepEqual(
    { ...json.body, headers: passed },
    {
      ...request,
      headers: { 'if-match': '"a"', 'x-sovd-client-id': 'ann' },
    },
  )
  assert.match(handed, /^00-0af7651916cd43dd8448eb211c80319c-/)
})

for (const [what, body, status] of [
  ['a method that there is none of', { method: 'TRACE', path: '/sovd/v1' }, 422],
  ['a path that is none', { method: 'GET', path: 'http://other/' }, 422],
  ['a path with a line break', { method: 'GET', path: '/a\r\nb' }, 422],
  ['no path', { method: 'GET' }, 422],
  ['a header that does not pass', { method: 'GET', path: '/sovd/v1', headers: { cookie: 'a' } }, 400],
] as const) {
  test(`refuses to forward ${what}`, async () => {
    await using fixture = await openFixture({ domain: relay })
    const { id } = connect(fixture)
    assert.equal((await fixture.send('POST', `${bridge}/sessions/${id}/forward`, body)).status, status)
  })
}

test('a vehicle that does not answer is a bad gateway', async () => {
  await using fixture = await openFixture({ domain: relay })
  const { id } = connect(fixture, 'car', true)
  const forwarded = await fixture.send('POST', `${bridge}/sessions/${id}/forward`, { method: 'GET', path: '/sovd/v1' })
  assert.equal(forwarded.status, 502)
  assert.match(forwarded.json.error.message, /^bridge timeout: vehicle 'car'/)
  assert.equal((await fixture.send('POST', `${bridge}/sessions/${id}/heartbeat`)).status, 502)
})

test('a heartbeat is answered once the vehicle has answered', async () => {
  await using fixture = await openFixture({ domain: relay })
  const { id } = connect(fixture)
  const { status, text } = await fixture.send('POST', `${bridge}/sessions/${id}/heartbeat`)
  assert.deepEqual([status, text], [204, ''])
  assert.equal((await fixture.send('POST', `${bridge}/sessions/nobody/heartbeat`)).status, 404)
})

test('a client can end a session', async () => {
  await using fixture = await openFixture({ domain: relay })
  const { id, closed } = connect(fixture)
  assert.equal((await fixture.send('DELETE', `${bridge}/sessions/${id}`)).status, 204)
  assert.deepEqual(closed, ['disconnected'])
  assert.equal((await fixture.send('DELETE', `${bridge}/sessions/${id}`)).status, 404)
})

test('there is no bridge while it is switched off', async () => {
  await using fixture = await openFixture({ domain: relay })
  const { closed } = connect(fixture)
  await fixture.send('PUT', '/x-admin/features/bridge', { enabled: false })
  assert.deepEqual(closed, ['switched-off'])
  assert.equal((await fixture.get(`${bridge}/sessions`)).status, 404)
  await fixture.send('PUT', '/x-admin/features/bridge', { enabled: true })
  assert.deepEqual((await fixture.get(`${bridge}/sessions`)).json.value, [])
})

test('the audit trail has what was forwarded to whom, and what came of it', async () => {
  await using fixture = await openFixture({ domain: { ...relay, audit: { sha256 } } })
  const { id, lost } = connect(fixture)
  const forward = { method: 'DELETE', path: '/sovd/v1/components/bms/faults' }
  const ann = { 'x-sovd-client-id': 'ann' }
  await fixture.send('POST', `${bridge}/sessions/${id}/forward`, forward, ann)
  await fixture.send('POST', `${bridge}/sessions/${id}/forward`, { ...forward, headers: { cookie: 'a' } }, ann)
  await fixture.send('DELETE', `${bridge}/sessions/${id}`, undefined, ann)
  lost()
  const { json } = await fixture.get('/sovd/v1/audit')
  const told = json.value.map(({ caller, action, resource, outcome, detail }: Record<string, string>) => ({
    caller,
    action,
    resource,
    outcome,
    detail,
  }))
  const forwarded = { caller: 'ann', action: 'executeOperation', resource: `x-bridge/sessions/${id}/forward` }
  const asked = 'DELETE /sovd/v1/components/bms/faults of vehicle car'
  const byOutcome = new Map(
    told.map((each: { outcome: string; action: string }) => [`${each.action} ${each.outcome}`, each]),
  )
  assert.deepEqual(byOutcome.get('executeOperation success'), {
    ...forwarded,
    outcome: 'success',
    detail: `${asked} answered 404`,
  })
  const { detail, ...refused } = byOutcome.get('executeOperation error') as Record<string, string>
  assert.deepEqual(refused, { ...forwarded, outcome: 'error' })
  assert.ok(detail?.startsWith(`${asked}: invalid-request: `), detail)
  assert.deepEqual(byOutcome.get('disconnect success'), {
    caller: 'ann',
    action: 'disconnect',
    resource: `x-bridge/sessions/${id}`,
    outcome: 'success',
    detail: undefined,
  })
})

test('only an administrator, or who was given the right, uses the bridge', async () => {
  const roles = [{ name: 'support', permissions: ['bridge:read'] }]
  await using fixture = await openGuarded({ roles }, { domain: relay })
  const { id } = connect(fixture)
  const as = async (role: string) => bearer(await signed({ roles: [role] }))
  const statuses = async (headers: Record<string, string>) => [
    (await fixture.get(`${bridge}/sessions`, headers)).status,
    (await fixture.send('POST', `${bridge}/sessions/${id}/forward`, { method: 'GET', path: '/x' }, headers)).status,
    (await fixture.send('POST', `${bridge}/sessions/${id}/heartbeat`, undefined, headers)).status,
  ]
  assert.deepEqual(await statuses({}), [401, 401, 401])
  assert.deepEqual(await statuses(await as('tester')), [403, 403, 403])
  assert.deepEqual(await statuses(await as('support')), [200, 403, 204])
  assert.deepEqual(await statuses(await as('admin')), [200, 200, 204])
})
