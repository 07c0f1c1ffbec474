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
