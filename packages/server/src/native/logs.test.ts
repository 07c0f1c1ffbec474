import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogEntry, MemoryBackend } from '@opensovd/core'
import { openFixture } from '../testing/fixture.ts'

const base = '/sovd/v1'

const ENTRIES: readonly LogEntry[] = [
  { timestamp: '2026-01-01T00:00:00Z', severity: 'fatal', source: 'pumpd', message: 'stuck', data: { rpm: 0 } },
  { timestamp: '2026-01-01T00:00:01Z', severity: 'warn', source: 'pumpd', message: 'slow' },
  { timestamp: '2026-01-01T00:00:02Z', severity: 'info', source: 'fand', message: 'ready' },
]

function backend() {
  return new MemoryBackend('m', [
    {
      kind: 'component',
      id: 'bms',
      name: 'Battery',
      connectionState: 'connected',
      facets: { logs: { entries: async () => ENTRIES } },
    },
    { kind: 'component', id: 'bare', name: 'Bare', connectionState: 'error', facets: {} },
  ])
}

async function read(query: string) {
  await using fixture = await openFixture({ backends: [backend()] })
  return await fixture.get(`${base}/components/bms/logs${query}`)
}

const sources = (reply: { json: { value: { message: string }[] } }) => reply.json.value.map(({ message }) => message)

test('lists the log of a component in the words of the contract', async () => {
  const { status, json } = await read('')
  assert.equal(status, 200)
  assert.deepEqual(json, {
    '@odata.context': '$metadata#logs',
    value: [
      { timestamp: '2026-01-01T00:00:00Z', level: 'error', source: 'pumpd', message: 'stuck', data: { rpm: 0 } },
      { timestamp: '2026-01-01T00:00:01Z', level: 'warning', source: 'pumpd', message: 'slow' },
      { timestamp: '2026-01-01T00:00:02Z', level: 'info', source: 'fand', message: 'ready' },
    ],
    '@odata.count': 3,
  })
})

test('lists what the gateway has to tell where the source has no log', async () => {
  await using fixture = await openFixture({ backends: [backend()] })
  const { status, json } = await fixture.get(`${base}/components/bare/logs`)
  assert.equal(status, 200)
  const [{ timestamp, ...entry }] = json.value
  assert.ok(Date.parse(timestamp) > 0)
  assert.deepEqual(entry, {
    level: 'warning',
    source: 'opensovd-gateway',
    message: 'is error',
    data: { connectionState: 'error' },
  })
})

for (const [query, expected] of [
  ['?level=warning', ['stuck', 'slow']],
  ['?level=debug', ['stuck', 'slow', 'ready']],
  [`?from=${Date.UTC(2026, 0, 1, 0, 0, 1)}`, ['slow', 'ready']],
  [`?to=${Date.UTC(2026, 0, 1, 0, 0, 1)}&text=LOW`, ['slow']],
  [`?$filter=${encodeURIComponent("source eq 'fand'")}`, ['ready']],
  ['?$orderby=timestamp%20desc&$top=1', ['ready']],
] as const) {
  test(`lists what ${query} wants`, async () => {
    assert.deepEqual(sources(await read(query)), expected)
  })
}

for (const [path, status] of [
  ['/components/none/logs', 404],
  ['/components/bms/logs?level=worst', 400],
  ['/components/bms/logs?from=yesterday', 400],
  ['/components/bms/logs?from=10&to=1', 400],
] as const) {
  test(`answers ${status} to ${path}`, async () => {
    await using fixture = await openFixture({ backends: [backend()] })
    const reply = await fixture.get(base + path)
    assert.equal(reply.status, status)
    assert.equal(reply.json.error.code, `SOVD-ERR-${status}`)
    if (path.includes('to=1')) assert.equal(reply.json.error.message, "'from', 10, is after 'to', 1")
  })
}

test('are described where they are', async () => {
  await using fixture = await openFixture({ backends: [backend()] })
  const { status, json } = await fixture.get(`${base}/components/bms/logs/docs`)
  assert.equal(status, 200)
  const description = json.paths['/sovd/v1/components/bms/logs'] ?? json.paths['/components/bms/logs']
  const names = description.get.parameters.map(({ name }: { name: string }) => name)
  for (const name of ['level', 'from', 'to', 'text']) assert.ok(names.includes(name), name)
})
