import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { openFixture } from '../testing/fixture.ts'

const sha256 = (text: string) => hash('sha256', text, 'hex')
const change = '/sovd/v1/components/bms/data/limits'
const key = { 'x-api-key': 'open sesame 0123456789abcdef' }

const open = () =>
  openFixture({
    domain: { audit: { sha256 } },
    auth: { apiKey: { key: key['x-api-key'], roles: ['admin'] } },
  })

test('the caller is who the credentials say, whatever the client says of itself', async () => {
  await using fixture = await open()
  const { status } = await fixture.send('PUT', change, { value: 1 }, { ...key, 'x-sovd-client-id': 'ann' })
  assert.equal(status, 204)
  const { json } = await fixture.get('/sovd/v1/audit', key)
  assert.deepEqual(
    json.value.map(({ caller, outcome }: { caller: string; outcome: string }) => [caller, outcome]),
    [['api-key-client', 'success']],
  )
})

test('who is not let in is recorded, also with a read, and where that was', async () => {
  await using fixture = await open()
  assert.equal((await fixture.get('/sovd/v1/components?x=1', { 'x-api-key': 'wrong' })).status, 401)
  assert.equal((await fixture.send('PUT', change, { value: 1 }, { 'x-sovd-client-id': 'ann' })).status, 401)
  const { json } = await fixture.get('/sovd/v1/audit?action=authFailure', key)
  assert.deepEqual(
    json.value.map(({ caller, target, resource, method, outcome }: Record<string, string>) => [
      caller,
      target,
      resource,
      method,
      outcome,
    ]),
    [
      ['unknown', 'server', '/sovd/v1/components', 'GET', 'denied'],
      ['unknown', 'server', change, 'PUT', 'denied'],
    ],
  )
})

test('whose secret was shown for a token is recorded, right or wrong', async () => {
  const secret = { kind: 'plain', text: 'workshop-secret' } as const
  const auth = {
    apiKey: { key: key['x-api-key'], roles: ['admin'] },
    tokens: { algorithm: 'HS256', secret: 'x'.repeat(32) },
    clients: [{ id: 'workshop', secret, roles: ['tester'] }],
  } as const
  await using fixture = await openFixture({ domain: { audit: { sha256 } }, auth })
  for (const client_secret of ['workshop-secret', 'wrong']) {
    await fixture.send('POST', '/vehicle/v1/token', { client_id: 'workshop', client_secret })
  }
  const { json } = await fixture.get('/sovd/v1/audit', key)
  const [given, refused] = json.value
  assert.deepEqual([given.resource, given.outcome, given.detail], ['token', 'success', 'for client workshop'])
  assert.notEqual(refused.outcome, 'success')
  assert.match(refused.detail, /^for client workshop: /)
})

test('of reported faults, only who may not report them is recorded', async () => {
  const auth = {
    apiKey: { key: key['x-api-key'], roles: ['admin'] },
    tokens: { algorithm: 'HS256', secret: 'x'.repeat(32) },
    clients: [{ id: 'workshop', secret: { kind: 'plain', text: 'workshop-secret' }, roles: ['tester'] }],
  } as const
  await using fixture = await openFixture({ domain: { audit: { sha256 } }, auth })
  const login = { client_id: 'workshop', client_secret: 'workshop-secret', grant_type: 'client_credentials' }
  const token = (await fixture.send('POST', '/vehicle/v1/token', login)).json.access_token
  const record = { component_id: 'bms', fault_id: 'f', source: 's', severity: 'Error', stage: 'Failed' }
  const report = async (headers: Record<string, string>) =>
    (await fixture.send('POST', '/sovd/v1/x-faults/records', record, headers)).status
  assert.equal(await report(key), 202)
  assert.equal(await report({}), 401)
  assert.equal(await report({ authorization: `Bearer ${token}` }), 403)
  const { json } = await fixture.get('/sovd/v1/audit', key)
  assert.deepEqual(
    json.value.map(({ caller, action, resource, outcome }: Record<string, string>) => [
      caller,
      action,
      resource,
      outcome,
    ]),
    [
      ['anonymous', 'writeData', 'token', 'success'],
      ['unknown', 'authFailure', '/sovd/v1/x-faults/records', 'denied'],
      ['workshop', 'authzDenied', 'x-faults/records', 'denied'],
    ],
  )
})
