import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { MemoryBackend } from '@opensovd/core'
import { NATIVE_API } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { createMetrics } from '../observe/metrics.ts'
import { openFixture } from '../testing/fixture.ts'

const START = Date.UTC(2026, 0, 1)
const at = (seconds: number) => START + seconds * 1000
const { head: headSchema, item: itemSchema } = NATIVE_API.exportFaults.reply
const ajv = new Ajv2020({ strict: false, validateFormats: false })

/** A vehicle in which some faults came and went, a second after each other. */
async function open() {
  const clock = new FakeClock()
  const fixture = await openFixture({
    clock,
    backends: [
      new MemoryBackend('m', [
        { kind: 'component', id: 'bms', name: 'B', connectionState: 'connected', softwareVersion: '1.0', facets: {} },
      ]),
    ],
    metrics: createMetrics(),
  })
  const { faults } = fixture.diagnostics
  const record = { componentId: 'bms', faultId: 'f1', source: 'monitor', severity: 'Error' } as const
  faults.report({ ...record, stage: 'Failed', environment: '{"km":1}' })
  await clock.advance(1000)
  faults.report({ ...record, faultId: 'f2', severity: 'Info', stage: 'Failed' })
  await clock.advance(1000)
  faults.report({ ...record, componentId: 'gone', severity: 'Warn', stage: 'Failed' })
  await clock.advance(1000)
  faults.report({ ...record, stage: 'Passed' })
  const read = async (query: string) => {
    const { status, text } = await fixture.get(`/sovd/v1/export/faults?${query}`)
    assert.equal(status, 200)
    const [head, ...items] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.ok(ajv.validate(headSchema, head), ajv.errorsText())
    for (const item of items) assert.ok(ajv.validate(itemSchema, item), ajv.errorsText())
    return { head, items }
  }
  return { fixture, read, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

test('an export of a time is of what happened to reported faults then', async () => {
  await using vehicle = await open()
  const { head, items } = await vehicle.read(`from=${at(0)}&to=${at(3)}`)
  const { exportedAt: _, ...rest } = head
  assert.deepEqual(rest, {
    _meta: true,
    exportType: 'fault-history-export',
    serverVersion: '1.2.3',
    schemaVersion: '1.0.0',
    componentFirmwareVersions: [{ componentId: 'bms', softwareVersion: '1.0' }],
    timeRange: { from: at(0), to: at(3) },
  })
  assert.deepEqual(items[0], {
    id: 'f1',
    componentId: 'bms',
    code: 'f1',
    name: 'Fault f1',
    scope: 'component',
    severity: 'high',
    status: 'active',
    '@sovd.time': '2026-01-01T00:00:00.000Z',
    '@sovd.event': 'raised',
  })
  const { '@sovd.event': event, '@sovd.reason': reason } = items[3]
  assert.deepEqual([event, reason], ['cleared', 'passed'])
})

for (const [query, expected] of [
  [`from=${at(1)}`, ['bms f2', 'gone f1', 'bms f1']],
  [`to=${at(1)}`, ['bms f1', 'bms f2']],
  [`from=${at(0)}&componentId=gone`, ['gone f1']],
  [`from=${at(0)}&componentId=never`, []],
  [`from=${at(0)}&severity=medium`, ['bms f1', 'gone f1', 'bms f1']],
  [`from=${at(0)}&severity=high&to=${at(2)}`, ['bms f1']],
] as const) {
  test(`an export with ${query} is of ${expected.length} records`, async () => {
    await using vehicle = await open()
    const { items } = await vehicle.read(query)
    assert.deepEqual(
      items.map(({ componentId, id }) => `${componentId} ${id}`),
      expected,
    )
  })
}

test('nothing is recorded while the feature is off', async () => {
  await using vehicle = await open()
  await vehicle.fixture.send('PUT', '/x-admin/features/history', { enabled: false })
  const record = { componentId: 'bms', faultId: 'f9', source: 'monitor', severity: 'Error', stage: 'Failed' } as const
  vehicle.fixture.diagnostics.faults.report(record)
  const { items } = await vehicle.read(`from=${at(0)}`)
  assert.equal(items.length, 4)
})

test('the counters of faults and their history are among the metrics', async () => {
  await using vehicle = await open()
  const { text } = await vehicle.fixture.get('/metrics')
  for (const line of [
    'sovd_fault_reports_total 4',
    'sovd_fault_reports_refused_total{reason="rate"} 0',
    'sovd_faults 2',
    'sovd_fault_history_records_total 4',
    'sovd_fault_history_dropped_total 0',
    '# TYPE sovd_faults gauge',
  ]) {
    assert.ok(text.split('\n').includes(line), line)
  }
  assert.match(text, /^sovd_log_entries_total [1-9]/m)
})
