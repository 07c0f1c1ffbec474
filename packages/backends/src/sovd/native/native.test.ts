import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@opensovd/base'
import { allFacetsOf } from '../dialect.ts'
import type { DoubleAnswer, DoubleRequest } from '../testing/http-double.ts'
import { context, openApi } from '../testing/open-api.ts'
import { nativeDialect } from './dialect.ts'

const BASE = '/sovd/v1/components/bms'

/** The facets of `bms` on a server with these answers, by method and path below the component. */
async function open(answers: Readonly<Record<string, DoubleAnswer>>) {
  const at = await openApi(({ method, url }: DoubleRequest) => {
    const path = url.startsWith(BASE) ? url.slice(BASE.length) : url
    return answers[`${method} ${path}`] ?? { status: 404 }
  })
  const sent = () => at.server.requests.map(({ method, url, body }) => [method, url.slice(BASE.length), body])
  const facets = allFacetsOf(nativeDialect, at.api, '/components/bms')
  return { facets, sent, at, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() }
}

function ok(body: JsonObject): DoubleAnswer {
  return { status: 200, body }
}

function list(...value: JsonObject[]): DoubleAnswer {
  return ok({ value, '@odata.count': value.length })
}

test('reads a catalogue entry with all it says', async () => {
  const entry = {
    id: 'soc',
    name: 'State of Charge',
    description: 'of the pack',
    access: 'readOnly',
    dataType: 'float',
    unit: '%',
    'x-uds-did': 'F190',
    normalRange: { min: 0, max: 100 },
    semanticRef: 'Vehicle.Powertrain.TractionBattery.StateOfCharge.Current',
    samplingHint: 0.5,
    classificationTags: ['battery'],
  }
  await using server = await open({ 'GET /data': list(entry, { id: 'bare' }) })
  const { 'x-uds-did': did, ...rest } = entry
  assert.deepEqual(await server.facets.data.list(context()), [
    { ...rest, did },
    { id: 'bare', name: 'bare', access: 'readWrite', dataType: 'struct' },
  ])
})

test('reads a value and keeps what is said beside it', async () => {
  const body = { id: 'soc', name: 'State of Charge', value: 78.5, unit: '%', access: 'readOnly', quality: { ok: true } }
  await using server = await open({ 'GET /data/soc': ok(body) })
  const { id, value, ...attributes } = body
  assert.deepEqual(await server.facets.data.read('soc', context()), { id, value, attributes })
})

test('an answer without a value is none', async () => {
  await using server = await open({ 'GET /data/soc': ok({ id: 'soc' }), 'GET /data/x': { status: 204 } })
  await assert.rejects(server.facets.data.read('soc', context()), { code: 'bad-gateway', message: /value is missing/ })
  await assert.rejects(server.facets.data.read('x', context()), { code: 'bad-gateway' })
})

test('reads faults with their severity and status', async () => {
  const severities = ['low', 'medium', 'high', 'critical', 'purple']
  const faults = severities.map((severity) => ({ id: severity, code: 'P1', name: 'n', severity, status: 'pending' }))
  await using server = await open({ 'GET /faults': list(...faults) })
  const read = await server.facets.faults.list(context())
  assert.deepEqual(
    read.map(({ severity }) => severity),
    [4, 3, 2, 1, 3],
  )
  assert.deepEqual(read[0]?.status, { aggregatedStatus: 'pending' })
})

test('finds one fault on a server that only lists them', async () => {
  const fault = { id: 'bms-f001', code: 'P0A80', name: 'Cell Voltage Imbalance', severity: 'high', status: 'active' }
  await using server = await open({ 'GET /faults': list(fault), 'GET /faults/bms-f002': { status: 405 } })
  assert.equal((await server.facets.faults.read('bms-f001', context())).code, 'P0A80')
  await assert.rejects(server.facets.faults.read('bms-f002', context()), { code: 'not-found' })
  await assert.rejects(server.facets.faults.read('bms-f003', context()), { code: 'not-found' })
})

test('starts an operation with parameters only when there are some', async () => {
  const execution = { executionId: 'e1', componentId: 'bms', operationId: 'self-test', status: 'running', progress: 12 }
  await using server = await open({ 'POST /operations/self-test': { status: 202, body: execution } })
  const { operations } = server.facets
  const started = await operations.start('self-test', undefined, context())
  await operations.start('self-test', '0x0102', context())
  assert.deepEqual(started, { id: 'e1', state: { status: 'running', progress: 12 } })
  assert.deepEqual(server.sent(), [
    ['POST', '/operations/self-test', {}],
    ['POST', '/operations/self-test', { params: '0x0102' }],
  ])
})

for (const [answer, state] of [
  [{ status: 'idle' }, { status: 'running' }],
  [
    { status: 'running', progress: 99.5 },
    { status: 'running', progress: 99.5 },
  ],
  [{ status: 'running', progress: 700 }, { status: 'running' }],
  [
    { status: 'completed', progress: 100, result: { success: true } },
    { status: 'completed', result: { success: true } },
  ],
  [{ status: 'completed' }, { status: 'completed' }],
  [
    { status: 'failed', result: { error: 'cell 3' } },
    { status: 'failed', error: 'cell 3', result: { error: 'cell 3' } },
  ],
  [{ status: 'failed' }, { status: 'failed', error: 'the operation failed' }],
  [
    { status: 'cancelled', progress: 3 },
    { status: 'stopped', progress: 3 },
  ],
] as const) {
  test(`an execution that is ${JSON.stringify(answer)} is ${JSON.stringify(state)}`, async () => {
    await using server = await open({ 'GET /operations/o/executions/e': ok({ executionId: 'e', ...answer }) })
    assert.deepEqual(await server.facets.operations.state('o', 'e', context()), state)
  })
}

test('an execution that cannot be looked up is unknown', async () => {
  await using server = await open({ 'GET /operations/o/executions/e': { status: 405 } })
  await assert.rejects(server.facets.operations.state('o', 'e', context()), { code: 'not-found' })
  await assert.rejects(server.facets.operations.state('o', 'f', context()), { code: 'not-found' })
})

test('an execution in a state that there is not is an answer that cannot be used', async () => {
  await using server = await open({ 'GET /operations/o/executions/e': ok({ status: 'sleeping' }) })
  await assert.rejects(server.facets.operations.state('o', 'e', context()), {
    code: 'bad-gateway',
    message: /status is none of/,
  })
})

test('the modes of one document are two groups, and a setting that is not told is unknown', async () => {
  const body = {
    componentId: 'bms',
    currentMode: 'extended',
    availableModes: ['default', 'extended', 'dtc-on', 'dtc-off'],
    modeDescriptors: [{ id: 'extended', name: 'Extended', udsSession: 3, requiresSecurityAccess: true }],
    activeSince: '2026-01-01T00:00:00Z',
  }
  await using server = await open({ 'GET /modes': ok(body) })
  assert.deepEqual(await server.facets.modes.list(context()), [
    {
      id: 'session',
      value: 'extended',
      values: [
        { value: 'default' },
        { value: 'extended', name: 'Extended', udsSession: 3, requiresSecurityAccess: true },
      ],
      activeSince: '2026-01-01T00:00:00Z',
    },
    { id: 'dtcsetting', value: 'unknown', values: [{ value: 'on' }, { value: 'off' }] },
  ])
})

test('sets the session by its name, and the setting of trouble codes by a mode of its own', async () => {
  const answer = ok({ componentId: 'bms', currentMode: 'default', availableModes: [] })
  await using server = await open({ 'POST /modes': answer, 'PUT /modes/dtc-off': answer })
  const { modes } = server.facets
  await modes.set('session', 'extended', context())
  await modes.set('dtcsetting', 'off', context())
  assert.deepEqual(server.sent(), [
    ['POST', '/modes', { mode: 'extended' }],
    ['PUT', '/modes/dtc-off', undefined],
  ])
  await assert.rejects(modes.set('dtcsetting', 'maybe', context()), { code: 'invalid-request' })
  await assert.rejects(modes.set('security', 'Level_1', context()), { code: 'not-found' })
})

test('asks for several items at once, and sorts out the answer', async () => {
  const answer = list({ id: 'b', value: 2 }, { id: 'c', error: 'no' }, { id: 'stranger', value: 0 })
  await using server = await open({ 'POST /data/bulk-read': answer })
  assert.deepEqual(await server.facets.data.readMany(['a', 'b', 'c', 'b'], context()), [
    { id: 'a', error: 'the backend did not answer for this item' },
    { id: 'b', value: 2 },
    { id: 'c', error: 'no' },
    { id: 'b', value: 2 },
  ])
  assert.deepEqual(server.sent(), [['POST', '/data/bulk-read', { dataIds: ['a', 'b', 'c', 'b'] }]])
})

for (const status of [404, 405, 501]) {
  test(`remembers that a server answers ${status} to bulk requests`, async () => {
    await using server = await open({
      'POST /data/bulk-read': { status },
      'POST /data/bulk-write': { status },
      'GET /data/a': ok({ id: 'a', value: 1 }),
      'PUT /data/a': { status: 204 },
    })
    const { data } = server.facets
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await data.readMany(['a'], context()), [{ id: 'a', value: 1 }])
      assert.deepEqual(await data.writeMany([{ id: 'a', value: 2 }], context()), [{ id: 'a' }])
    }
    assert.deepEqual(
      server.sent().map(([method, path]) => `${method} ${path}`),
      ['POST /data/bulk-read', 'GET /data/a', 'POST /data/bulk-write', 'PUT /data/a', 'GET /data/a', 'PUT /data/a'],
    )
  })
}

test('another failure of a bulk request is the failure of the whole', async () => {
  await using server = await open({ 'POST /data/bulk-read': { status: 423 }, 'POST /data/bulk-write': { status: 503 } })
  await assert.rejects(server.facets.data.readMany(['a'], context()), { code: 'locked' })
  await assert.rejects(server.facets.data.writeMany([{ id: 'a', value: 1 }], context()), { code: 'unavailable' })
})

test('configuration is one document, written by name', async () => {
  await using server = await open({
    'GET /configurations': ok({ componentId: 'bms', parameters: { a: [1] } }),
    'PUT /configurations': { status: 204 },
  })
  const { configurations } = server.facets
  assert.deepEqual(await configurations.readAll(context()), { a: [1] })
  await configurations.write('a', null, context())
  assert.deepEqual(server.sent().at(-1), ['PUT', '/configurations', { name: 'a', value: null }])
})

test('configuration that is no object cannot be used', async () => {
  await using server = await open({ 'GET /configurations': ok({ parameters: 'none' }) })
  await assert.rejects(server.facets.configurations.readAll(context()), { code: 'bad-gateway' })
})

for (const [categories, names] of [
  [
    ['data', 'faults', 'operations'],
    ['data', 'faults', 'operations', 'modes', 'configurations'],
  ],
  [
    ['data', 'modes'],
    ['data', 'modes'],
  ],
  [['ecu'], ['data', 'faults', 'operations', 'modes', 'configurations', 'logs']],
  [[], ['data', 'faults', 'operations', 'modes', 'configurations', 'logs']],
] as const) {
  test(`a component with the categories ${JSON.stringify(categories)} can ${names.join(', ')}`, async () => {
    await using server = await open({
      'GET /capabilities': ok({ componentId: 'bms', supportedCategories: categories }),
    })
    const { signal } = new AbortController()
    assert.deepEqual([...(await nativeDialect.capabilities(server.at.api, '/components/bms', signal)).facets], names)
  })
}
