import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Backend, type BackendStatus, MemoryBackend } from '@opensovd/core'
import { openFixture } from '../testing/fixture.ts'
import { createMetrics } from './metrics.ts'

function backendWith(name: string, status: BackendStatus): Backend {
  const backend = new MemoryBackend(name)
  return {
    name,
    snapshot: { status, entities: [] },
    onChange: () => () => {},
    run: (signal) => backend.run(signal),
    [Symbol.asyncDispose]: async () => {},
  }
}

const down: BackendStatus = { phase: 'down', code: 'bad-gateway', message: 'connection refused' }

test('is not ready until every backend was tried, and says which was not', async () => {
  await using fixture = await openFixture({
    backends: [backendWith('a', { phase: 'up' }), backendWith('b', { phase: 'untried' })],
  })
  const reply = await fixture.get('/readyz')
  assert.equal(reply.status, 503)
  assert.equal(reply.json.error.message, 'not tried yet: b')
  assert.equal(reply.headers.get('retry-after'), '1')
  const alive = await fixture.get('/healthz')
  assert.equal(alive.status, 200)
  assert.equal(alive.text, '')
})

test('is ready but degraded when a backend is down, and says which and why', async () => {
  await using fixture = await openFixture({ backends: [backendWith('a', { phase: 'up' }), backendWith('b', down)] })
  const reply = await fixture.get('/readyz')
  assert.equal(reply.status, 200)
  assert.deepEqual(reply.json, {
    status: 'degraded',
    checks: {
      backends: {
        status: 'warn',
        components: 0,
        backends: [
          { name: 'a', status: 'up', components: 0 },
          { name: 'b', status: 'down', components: 0, message: 'connection refused' },
        ],
      },
    },
  })
})

test('is ready without backends', async () => {
  await using fixture = await openFixture({ backends: [] })
  assert.equal((await fixture.get('/readyz')).json.status, 'ready')
})

test('lists over several backends say what is missing', async () => {
  await using fixture = await openFixture({
    backends: [backendWith('b', down), backendWith('c', { phase: 'untried' })],
  })
  for (const path of ['/sovd/v1/components', '/sovd/v1/groups']) {
    assert.deepEqual((await fixture.get(path)).json['@sovd.partial'], [
      { backend: 'b', code: 'SOVD-ERR-502', message: 'connection refused' },
      { backend: 'c', code: 'SOVD-ERR-503', message: 'the backend has not answered yet' },
    ])
  }
})

test('counts requests by route, and clients cannot make new series', async () => {
  const metrics = createMetrics()
  await using fixture = await openFixture({ metrics })
  await fixture.get('/sovd/v1/components/bms/data/soc')
  await fixture.get('/sovd/v1/components/bms/data/none')
  for (let i = 0; i < 5; i++) await fixture.get(`/random/${i}`)
  metrics.observeBackendCall({ backend: 'ecu', method: 'GET', outcome: 'gateway-timeout', durationMs: 250 })
  const { text, headers } = await fixture.get('/metrics')
  assert.match(headers.get('content-type') ?? '', /^text\/plain/)
  const route = 'method="GET",path="/sovd/v1/components/{componentId}/data/{dataId}"'
  const lines = text.split('\n')
  for (const line of [
    `sovd_http_requests_total{${route},status="200"} 1`,
    `sovd_http_requests_total{${route},status="404"} 1`,
    'sovd_http_requests_total{method="",path="",status="404"} 5',
    `sovd_http_request_duration_seconds_bucket{${route},le="+Inf"} 2`,
    `sovd_http_request_duration_seconds_count{${route}} 2`,
    'sovd_backend_calls_total{backend="ecu",method="GET",outcome="gateway-timeout"} 1',
    'sovd_backend_call_duration_seconds_bucket{backend="ecu",method="GET",le="0.25"} 1',
  ]) {
    assert.ok(lines.includes(line), line)
  }
  assert.match(text, /^process_resident_memory_bytes \d+/m)
  assert.doesNotMatch(text, /random/)
})

test('has no metrics when they are switched off', async () => {
  await using fixture = await openFixture()
  assert.equal((await fixture.get('/metrics')).status, 404)
})
