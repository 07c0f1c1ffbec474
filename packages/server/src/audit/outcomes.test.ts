import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { type DataFacet, type Entity, MemoryBackend, type UdsFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { type Fixture, openFixture } from '../testing/fixture.ts'

const sha256 = (text: string) => hash('sha256', text, 'hex')
const ann = { 'x-sovd-client-id': 'ann' }

const open = () => openFixture({ domain: { audit: { sha256 } } })

async function entriesOf(fixture: Fixture, query = ''): Promise<Readonly<Record<string, string>>[]> {
  const { status, json } = await fixture.get(`/sovd/v1/audit${query}`)
  assert.equal(status, 200)
  return json.value
}

test("a change that another's lock forbids is denied, and who has no name is anonymous", async () => {
  await using fixture = await open()
  await fixture.send('POST', '/sovd/v1/components/bms/lock', {}, ann)
  const { status } = await fixture.send('PUT', '/sovd/v1/components/bms/data/limits', { value: 1 })
  assert.equal(status, 409)
  const [entry] = await entriesOf(fixture, '?outcome=denied')
  assert.equal(entry?.caller, 'anonymous')
  assert.match(String(entry?.detail), /^conflict: /)
})

test('a conflict that has nothing to do with a lock is an error', async () => {
  await using fixture = await open()
  const executions = '/sovd/v1/components/bms/operations/self-test'
  const started = await fixture.send('POST', executions, {}, ann)
  const cancel = () => fixture.send('DELETE', started.headers.get('location') ?? '', undefined, ann)
  assert.equal((await cancel()).status, 204)
  assert.equal((await cancel()).status, 409)
  const [entry] = await entriesOf(fixture, '?limit=1')
  assert.deepEqual([entry?.action, entry?.outcome], ['cancelExecution', 'error'])
  assert.match(String(entry?.detail), /^conflict: /)
})

for (const [what, method, path] of [
  ['acquire', 'POST', '/sovd/v1/components/bms/lock'],
  ['renew', 'PUT', '/sovd/v1/components/bms/lock'],
  ['release', 'DELETE', '/sovd/v1/components/bms/lock'],
] as const) {
  test(`who cannot ${what} the lock of another is denied`, async () => {
    await using fixture = await open()
    await fixture.send('POST', '/sovd/v1/components/bms/lock', {}, ann)
    const bob = { 'x-sovd-client-id': 'bob' }
    assert.equal((await fixture.send(method, path, method === 'DELETE' ? undefined : {}, bob)).status, 409)
    const [entry] = await entriesOf(fixture, '?caller=bob')
    assert.equal(entry?.outcome, 'denied')
  })
}

test('what a source refuses because of a lock is denied, and its other conflicts are errors', async () => {
  const refusals: Readonly<Record<string, SovdError>> = {
    held: new SovdError('conflict', 'locked by somebody', { byLock: true, retryAfterSeconds: 3 }),
    busy: new SovdError('conflict', 'it does something else'),
  }
  const data: DataFacet = {
    list: async () => [],
    read: async (id) => ({ id, value: 1 }),
    write: async (id) => {
      throw refusals[id]
    },
  }
  const ecu: Entity = { kind: 'component', id: 'ecu', name: 'ECU', connectionState: 'connected', facets: { data } }
  await using fixture = await openFixture({
    domain: { audit: { sha256 } },
    backends: [new MemoryBackend('m', [ecu])],
  })
  for (const id of Object.keys(refusals)) {
    assert.equal((await fixture.send('PUT', `/sovd/v1/components/ecu/data/${id}`, { value: 1 }, ann)).status, 409)
  }
  assert.deepEqual(
    (await entriesOf(fixture)).map(({ outcome }) => outcome),
    ['denied', 'error'],
  )
})

test('what was answered but not done is no success', async () => {
  const domain = { audit: { sha256 }, proximity: { verify: () => false } }
  await using fixture = await openFixture({ domain })
  await fixture.send('POST', '/sovd/v1/components/bms/proximity-challenge', {}, ann)
  const answer = await fixture.send('POST', '/sovd/v1/components/bms/proximity-challenge', { response: 'x' }, ann)
  assert.deepEqual([answer.status, answer.json.status], [201, 'failed'])
  const items = [
    { id: 'limits', value: 1 },
    { id: 'none', value: 1 },
  ]
  assert.equal((await fixture.send('POST', '/sovd/v1/components/bms/data/bulk-write', items, ann)).status, 200)
  assert.deepEqual(
    (await entriesOf(fixture)).map(({ outcome, detail }) => [outcome, detail?.replace(/: \/sovd.*/, '')]).slice(1),
    [
      ['denied', 'the answer is wrong'],
      ['error', 'not written: none'],
    ],
  )
})

test('a key that an ECU does not take is denied', async () => {
  const uds: UdsFacet = {
    connect: async () => {},
    disconnect: async () => {},
    keptSession: () => undefined,
    sendKey: async () => ({ isGranted: false, remainingAttempts: 2 }),
  }
  const ecu: Entity = { kind: 'component', id: 'ecu', name: 'ECU', connectionState: 'connected', facets: { uds } }
  const backends = [new MemoryBackend('ecus', [ecu])]
  await using fixture = await openFixture({ domain: { audit: { sha256 } }, backends })
  const key = { level: 1, phase: 'sendKey', key: '00' }
  const verdict = await fixture.send('POST', '/sovd/v1/x-uds/components/ecu/security-access', key, ann)
  assert.deepEqual([verdict.status, verdict.json.granted], [200, false])
  const [entry] = await entriesOf(fixture)
  assert.deepEqual([entry?.outcome, entry?.detail], ['denied', 'the key is wrong'])
})
