import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, parseJson } from '@opensovd/base'
import { settle } from '@opensovd/base/testing'
import { ShapeError } from './shape.ts'
import { context, HeldAnswers, openApi } from './testing/open-api.ts'

const same = (json: Json | undefined) => json
const nothing = () => {}

test('equal reads at the same time are one request', async () => {
  const held = new HeldAnswers()
  await using at = await openApi(held.handler)
  const reads = [1, 2, 3].map(() => at.api.get('/x', context(), same))
  const other = at.api.get('/y', context(), same)
  await held.arrival(2)
  await held.answer({ status: 200, body: 1 })
  await held.answer({ status: 200, body: 2 })
  assert.deepEqual(await Promise.all([...reads, other]), [1, 1, 1, 2])
  assert.deepEqual(at.server.requests.map(({ url }) => url).sort(), ['/sovd/v1/x', '/sovd/v1/y'])
})

test('a read after another is a request of its own', async () => {
  await using at = await openApi(() => ({ status: 200, body: at.server.requests.length }))
  assert.equal(await at.api.get('/x', context(), same), 1)
  assert.equal(await at.api.get('/x', context(), same), 2)
})

test('readers of the same answer may make different things of it', async () => {
  const held = new HeldAnswers()
  await using at = await openApi(held.handler)
  const text = at.api.get('/x', context(), JSON.stringify)
  const broken = at.api.get('/x', context(), () => {
    throw new ShapeError('id is missing')
  })
  await held.answer({ status: 200, body: [1] })
  assert.equal(await text, '[1]')
  await assert.rejects(broken, {
    code: 'bad-gateway',
    message: "the answer of backend 'zone' to GET /x cannot be used: id is missing",
  })
})

test('a failure is the failure of all who wait', async () => {
  const held = new HeldAnswers()
  await using at = await openApi(held.handler)
  const reads = [at.api.get('/x', context(), same), at.api.get('/x', context(), same)]
  await held.answer({ status: 423, body: { error: { code: 'SOVD-ERR-423', message: 'in use' } } })
  for (const read of reads) await assert.rejects(read, { code: 'locked', message: 'in use' })
})

test('who aborts leaves the others waiting', async () => {
  const held = new HeldAnswers()
  await using at = await openApi(held.handler)
  const [first, second] = [new AbortController(), new AbortController()]
  const impatient = assert.rejects(at.api.get('/x', context(first.signal), same), { message: 'gone' })
  const patient = at.api.get('/x', context(second.signal), same)
  await held.arrival(1)
  first.abort(new Error('gone'))
  await impatient
  await held.answer({ status: 200, body: 'here' })
  assert.equal(await patient, 'here')
  assert.equal(at.server.requests.length, 1)
})

test('a request ends when the last who waits aborts, and is not joined any more', async () => {
  const held = new HeldAnswers()
  await using at = await openApi(held.handler)
  const stops = [new AbortController(), new AbortController()]
  const gone = stops.map(({ signal }) => assert.rejects(at.api.get('/x', context(signal), same), { message: 'gone' }))
  await held.arrival(1)
  for (const stop of stops) stop.abort(new Error('gone'))
  await Promise.all(gone)
  while (at.server.connections > 0) await settle()
  const next = at.api.get('/x', context(), same)
  await held.arrival(2)
  await held.answer({ status: 200 })
  await held.answer({ status: 200, body: 'new' })
  assert.equal(await next, 'new')
})

test('any reason to abort will do, and nothing is sent that nobody waits for', async () => {
  await using at = await openApi(() => ({ status: 200, body: 1 }))
  const stop = new AbortController()
  const outcome = at.api.get('/x', context(stop.signal), same).catch((reason: unknown) => ({ reason }))
  stop.abort(null)
  assert.deepEqual(await outcome, { reason: null })
  assert.equal(await at.api.get('/y', context(), same), 1)
  assert.deepEqual(
    at.server.requests.map(({ url }) => url),
    ['/sovd/v1/y'],
  )
})

test('who has aborted before asks nothing', async () => {
  await using at = await openApi(() => ({ status: 200, body: 1 }))
  const reason = new Error('gone')
  await assert.rejects(at.api.get('/x', context(AbortSignal.abort(reason)), same), reason)
  await assert.rejects(
    at.api.change({ method: 'PUT', path: '/x' }, context(AbortSignal.abort(reason)), nothing),
    reason,
  )
  assert.equal(await at.api.get('/x', context(), same), 1)
  assert.equal(at.server.requests.length, 1)
})

test('a read that begins after a change does not join one from before', async () => {
  const held = new HeldAnswers()
  await using at = await openApi(held.handler)
  const before = at.api.get('/x', context(), same)
  await held.arrival(1)
  const change = at.api.change({ method: 'PUT', path: '/x', body: { value: 2 } }, context(), () => {})
  await held.arrival(2)
  const during = at.api.get('/x', context(), same)
  assert.equal((await held.answer({ status: 200, body: 'old' })).method, 'GET')
  assert.equal((await held.answer({ status: 204 })).method, 'PUT')
  await change
  const after = at.api.get('/x', context(), same)
  await held.answer({ status: 200, body: 'new' })
  assert.deepEqual(await Promise.all([before, during, after]), ['old', 'old', 'new'])
})

test('nor does one after a change that failed', async () => {
  const held = new HeldAnswers()
  await using at = await openApi(held.handler)
  const before = at.api.get('/x', context(), same)
  await held.arrival(1)
  const change = at.api.change({ method: 'PUT', path: '/x', body: {} }, context(), () => {})
  await held.arrival(2)
  const late = at.api.get('/y', context(), same)
  await held.arrival(3)
  await held.answer({ status: 200, body: 'old' })
  await held.answer({ status: 500 })
  await assert.rejects(change)
  const after = at.api.get('/y', context(), same)
  await held.arrival(2)
  await held.answer({ status: 200, body: 'from before' })
  await held.answer({ status: 200, body: 'from after' })
  assert.deepEqual(await Promise.all([before, late, after]), ['old', 'from before', 'from after'])
})

test('sends JSON values as they are', async () => {
  await using at = await openApi(() => ({ status: 204 }))
  const numbers = '[18446744073709551615,1e400,-0.1]'
  await at.api.change({ method: 'PUT', path: '/x', body: parseJson(numbers) }, context(), () => {})
  assert.equal(JSON.stringify(at.server.requests[0]?.body), numbers)
})

test('tells how each request ended and how long it took', async () => {
  await using at = await openApi(({ url }) => ({ status: url.endsWith('/x') ? 200 : 409, body: [] }))
  await at.api.get('/x', context(), same)
  await assert.rejects(at.api.change({ method: 'POST', path: '/y', body: 1 }, context(), nothing))
  assert.deepEqual(
    at.calls.map(({ backend, method, outcome }) => [backend, method, outcome]),
    [
      ['zone', 'GET', 'ok'],
      ['zone', 'POST', 'conflict'],
    ],
  )
  for (const { durationMs } of at.calls) assert.ok(durationMs > 0)
})

for (const [what, text, type] of [
  ['HTML', '<html><body>hello</body></html>', 'text/html'],
  ['half a JSON', '{"value":[', 'application/json'],
] as const) {
  test(`a success that is ${what} is none`, async () => {
    await using at = await openApi((_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(text)
      return undefined
    })
    await assert.rejects(at.api.get('/x', context(), same), {
      code: 'bad-gateway',
      message: /cannot be used: it is not JSON/,
    })
    await assert.rejects(at.api.change({ method: 'PUT', path: '/x' }, context(), nothing), { code: 'bad-gateway' })
    assert.deepEqual(
      at.calls.map(({ outcome }) => outcome),
      ['bad-gateway', 'bad-gateway'],
    )
  })
}
