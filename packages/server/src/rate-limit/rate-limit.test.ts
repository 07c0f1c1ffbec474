import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { createMetrics } from '../observe/metrics.ts'
import { openFixture } from '../testing/fixture.ts'

const components = '/sovd/v1/components'

async function open(maxRequests = 2) {
  const clock = new FakeClock()
  const fixture = await openFixture({
    clock,
    metrics: createMetrics(),
    rateLimit: { maxRequests, windowMs: 60_000 },
  })
  return { clock, fixture, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

test('refuses the request after the last that is allowed, and says when there is another', async () => {
  await using opened = await open()
  const { clock, fixture } = opened
  const first = await fixture.get(components)
  assert.equal(first.status, 200)
  assert.equal(first.headers.get('ratelimit-policy'), '"default";q=2;w=60')
  assert.equal(first.headers.get('ratelimit'), '"default";r=1;t=30')
  assert.equal((await fixture.get(components)).headers.get('ratelimit'), '"default";r=0;t=60')
  const refused = await fixture.get(components)
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '30')
  assert.equal(refused.headers.get('ratelimit'), '"default";r=0;t=30')
  assert.deepEqual(refused.json, { error: { code: 'SOVD-ERR-429', message: 'Rate limit exceeded' } })
  await clock.advance(30_000)
  assert.equal((await fixture.get(components)).status, 200)
})

test('refuses in the words of the other contract as well', async () => {
  await using opened = await open()
  const { fixture } = opened
  await fixture.get('/vehicle/v1/components')
  await fixture.get('/no/such/path')
  const refused = await fixture.get('/vehicle/v1/components')
  assert.equal(refused.status, 429)
  assert.equal(refused.json.message, 'Rate limit exceeded')
  assert.equal(typeof refused.json.error_code, 'string')
  assert.equal((await fixture.get('/no/such/path')).status, 429)
})

test('a name that anybody can give is no other caller', async () => {
  await using opened = await open()
  const { fixture } = opened
  for (const name of ['ann', 'bob']) {
    assert.equal((await fixture.get(components, { 'x-sovd-client-id': name })).status, 200)
  }
  assert.equal((await fixture.get(components, { 'x-sovd-client-id': 'eve' })).status, 429)
})

test('health and metrics are never refused, and not counted', async () => {
  await using opened = await open()
  const { fixture } = opened
  for (let round = 0; round < 5; round++) {
    for (const path of ['/healthz', '/readyz', '/metrics', '/sovd/v1/health']) {
      const { status, headers } = await fixture.get(path)
      assert.equal(status, 200, path)
      assert.equal(headers.get('ratelimit'), null)
    }
  }
  assert.equal((await fixture.get(components)).status, 200)
})

test('limits only while the feature is on', async () => {
  await using opened = await open()
  const { fixture } = opened
  const put = (enabled: boolean) => fixture.send('PUT', '/x-admin/features/rate_limit', { enabled })
  assert.equal((await fixture.get('/x-admin/features/rate_limit')).json.enabled, true)
  assert.equal((await put(false)).status, 200)
  for (let round = 0; round < 5; round++) assert.equal((await fixture.get(components)).status, 200)
  assert.equal((await put(true)).status, 200)
  const statuses: number[] = []
  for (let round = 0; round < 3; round++) statuses.push((await fixture.get(components)).status)
  assert.deepEqual(statuses, [200, 200, 429])
})

test('a gateway without a limit does not have the feature', async () => {
  await using fixture = await openFixture()
  assert.equal((await fixture.send('PUT', '/x-admin/features/rate_limit', { enabled: true })).status, 501)
  assert.equal((await fixture.get(components)).headers.get('ratelimit'), null)
})

const key = { 'x-api-key': 'open sesame 0123456789abcdef' }

test('a proven name has its own limit, apart from that of its address', async () => {
  const clock = new FakeClock()
  await using fixture = await openFixture({
    clock,
    auth: { apiKey: { key: key['x-api-key'], roles: ['admin'] }, publicPaths: ['/sovd/v1'] },
    rateLimit: { maxRequests: 1, windowMs: 1000 },
  })
  assert.equal((await fixture.get('/sovd/v1/components', key)).status, 200)
  assert.equal((await fixture.get('/sovd/v1')).status, 200)
  assert.equal((await fixture.get('/sovd/v1/components', key)).status, 429)
  assert.equal((await fixture.get('/sovd/v1')).status, 429)
})
