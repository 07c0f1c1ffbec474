import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '../observe/metrics.ts'
import { type Fixture, openFixture } from '../testing/fixture.ts'

const features = '/x-admin/features'

const put = (fixture: Fixture, flag: string, enabled: unknown) =>
  fixture.send('PUT', `${features}/${flag}`, { enabled }, { 'x-sovd-client-id': 'ann' })

test('lists all features by name, with those that the gateway does not have', async () => {
  await using fixture = await openFixture({ metrics: createMetrics() })
  const { status, json } = await fixture.get(features)
  assert.equal(status, 200)
  assert.equal(json['@odata.context'], '$metadata#feature-flags')
  assert.deepEqual(
    json.value.map(({ name }: { name: string }) => name),
    [
      'audit',
      'auth',
      'bridge',
      'history',
      'mdns',
      'metrics',
      'multi_tenant',
      'rate_limit',
      'sse_stream',
      'vendor_extensions',
    ],
  )
  const byName = new Map(json.value.map((flag: { name: string }) => [flag.name, flag]))
  assert.deepEqual(byName.get('metrics'), {
    name: 'metrics',
    enabled: true,
    description: 'Prometheus metrics endpoint',
  })
  assert.deepEqual(byName.get('bridge'), {
    name: 'bridge',
    enabled: false,
    description: 'Cloud bridge endpoints',
    '@sovd.available': false,
  })
})

test('reads one feature, and finds none of another name', async () => {
  await using fixture = await openFixture()
  assert.equal((await fixture.get(`${features}/sse_stream`)).json.enabled, true)
  const { status, json } = await fixture.get(`${features}/turbo`)
  assert.equal(status, 404)
  assert.deepEqual(json.error, { code: 'SOVD-ERR-404', message: 'Unknown feature flag: turbo', target: 'turbo' })
})

for (const [flag, path] of [
  ['metrics', '/metrics'],
  ['sse_stream', '/sovd/v1/components/bms/faults/subscribe'],
  ['vendor_extensions', '/sovd/v1/x-uds/diag/keepalive'],
] as const) {
  test(`${path} is there only while ${flag} is on`, async () => {
    await using fixture = await openFixture({ metrics: createMetrics() })
    const statusOf = async () => {
      const controller = new AbortController()
      const { status } = await fetch(fixture.url + path, { signal: controller.signal })
      controller.abort()
      return status
    }
    assert.equal(await statusOf(), 200)
    const off = await put(fixture, flag, false)
    assert.deepEqual([off.status, off.json.enabled], [200, false])
    assert.equal((await fixture.get(`${features}/${flag}`)).json.enabled, false)
    const reply = await fixture.get(path)
    assert.equal(reply.status, 404)
    assert.equal(reply.json.error.message, `the feature '${flag}' is switched off`)
    await put(fixture, flag, true)
    assert.equal(await statusOf(), 200)
  })
}

test('tells who switched what', async () => {
  await using fixture = await openFixture()
  const told: unknown[] = []
  fixture.diagnostics.features.onChange(({ feature, enabled, caller }) => told.push([feature, enabled, caller.subject]))
  await put(fixture, 'sse_stream', false)
  await put(fixture, 'sse_stream', false)
  assert.deepEqual(told, [['sse_stream', false, 'ann']])
})

test('does not pretend to switch on what the gateway does not have', async () => {
  await using fixture = await openFixture()
  for (const flag of ['auth', 'bridge', 'mdns', 'multi_tenant', 'rate_limit', 'audit']) {
    if (fixture.diagnostics.features.get(flag).available) continue
    const { status, json } = await put(fixture, flag, true)
    assert.equal(status, 501, flag)
    assert.equal(json.error.message, `this gateway does not have the feature '${flag}'`)
    assert.equal((await put(fixture, flag, false)).json.enabled, false)
  }
})

test('refuses a body that does not say on or off, and an unknown feature before that', async () => {
  await using fixture = await openFixture()
  for (const enabled of [undefined, 'false', 1, null]) {
    const { status, json } = await put(fixture, 'sse_stream', enabled)
    assert.equal(status, 400)
    assert.equal(json.error.message, 'Body must contain {"enabled": true|false}')
  }
  assert.equal((await fixture.send('PUT', `${features}/sse_stream`, [true])).status, 400)
  assert.equal((await put(fixture, 'turbo', 'x')).status, 404)
  assert.equal((await fixture.get(`${features}/sse_stream`)).json.enabled, true)
})

test('what is off from the beginning can be switched on', async () => {
  await using fixture = await openFixture({ domain: { disabledFeatures: ['vendor_extensions'] } })
  assert.equal((await fixture.get('/sovd/v1/x-uds/diag/keepalive')).status, 404)
  await put(fixture, 'vendor_extensions', true)
  assert.equal((await fixture.get('/sovd/v1/x-uds/diag/keepalive')).status, 200)
})
