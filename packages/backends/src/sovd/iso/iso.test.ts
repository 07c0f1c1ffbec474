import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@opensovd/base'
import { allFacetsOf } from '../dialect.ts'
import type { DoubleAnswer, DoubleRequest } from '../testing/http-double.ts'
import { context, openApi } from '../testing/open-api.ts'
import { isoDialect } from './dialect.ts'

const BASE = '/sovd/v1/components/bms'

/** The facets of `bms` on a server with these answers, by method and path below the component. */
async function open(answers: Readonly<Record<string, DoubleAnswer>>) {
  const at = await openApi(({ method, url }: DoubleRequest) => {
    return answers[`${method} ${url.slice(BASE.length)}`] ?? { status: 404, body: { error_code: 'vendor-specific' } }
  })
  const sent = () => at.server.requests.map(({ method, url, body }) => [method, url.slice(BASE.length), body])
  const facets = allFacetsOf(isoDialect, at.api, '/components/bms')
  return { facets, sent, at, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() }
}

function ok(body: JsonObject): DoubleAnswer {
  return { status: 200, body }
}

function items(...all: JsonObject[]): DoubleAnswer {
  return ok({ items: all })
}

test('reads the metadata of data [17978-3 7.9]', async () => {
  const full = { id: 'vin', name: 'VIN', category: 'identData', groups: ['g'], tags: ['t'], translation_id: 'x' }
  await using server = await open({ 'GET /data': items(full, { id: 'x', name: 'X', category: 'odd' }) })
  assert.deepEqual(await server.facets.data.list(context()), [
    {
      id: 'vin',
      name: 'VIN',
      category: 'identData',
      groups: ['g'],
      tags: ['t'],
      access: 'readWrite',
      dataType: 'struct',
    },
    { id: 'x', name: 'X', access: 'readWrite', dataType: 'struct' },
  ])
})

test('reads a value with its errors [17978-3 7.9]', async () => {
  const errors = [{ path: '/data/b', error: { error_code: 'not-responding', message: 'silent' } }]
  await using server = await open({ 'GET /data/x': ok({ id: 'x', data: { a: 1 }, errors }) })
  const read = await server.facets.data.read('x', context())
  assert.deepEqual(read, { id: 'x', value: { a: 1 }, attributes: { errors } })
})

test('a read without content is a value without content', async () => {
  await using server = await open({ 'GET /data/x': { status: 204 } })
  assert.deepEqual(await server.facets.data.read('x', context()), { id: 'x', value: null })
})

test('a write may be answered with the value', async () => {
  await using server = await open({ 'PUT /data/x': ok({ id: 'x', data: 1 }) })
  await server.facets.data.write('x', { param: '0x00 0x01' }, context())
  assert.deepEqual(server.sent(), [['PUT', '/data/x', { data: { param: '0x00 0x01' } }]])
})

test('status bits are texts under the names of the standard, however they come [17978-3 7.8]', async () => {
  const camel = { testFailed: '1', confirmedDtc: true, pendingDTC: '0', mask: '29', symptomCount: 3, odd: null }
  const snake = { test_failed: false, confirmed_dtc: true, warning_indicator_requested: false, mask: '08' }
  const faults = [
    { code: '01E240', fault_name: 'a', severity: 2, status: camel },
    { code: '01E241', fault_name: 'b', status: snake },
  ]
  await using server = await open({ 'GET /faults': items(...faults) })
  const [first, second] = await server.facets.faults.list(context())
  assert.deepEqual(first?.status, {
    testFailed: '1',
    confirmedDTC: '1',
    pendingDTC: '0',
    mask: '29',
    symptomCount: '3',
  })
  assert.deepEqual(second?.status, {
    testFailed: '0',
    confirmedDTC: '1',
    warningIndicatorRequested: '0',
    mask: '08',
  })
})

for (const [told, severity] of [
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [9, 4],
  [undefined, 3],
] as const) {
  test(`severity ${told} is ${severity}`, async () => {
    const fault = { code: 'P1', fault_name: 'n', ...(told === undefined ? {} : { severity: told }) }
    await using server = await open({ 'GET /faults': items(fault) })
    assert.equal((await server.facets.faults.list(context()))[0]?.severity, severity)
  })
}

test('the same code in two scopes is two faults', async () => {
  const fault = { code: 'P1', fault_name: 'n', severity: 1 }
  await using server = await open({ 'GET /faults': items({ ...fault, scope: 'a' }, { ...fault, scope: 'b' }) })
  const faults = await server.facets.faults.list(context())
  assert.deepEqual(
    faults.map(({ id, code, scope }) => [id, code, scope]),
    [
      ['P1', 'P1', 'a'],
      ['P1-2', 'P1', 'b'],
    ],
  )
  assert.equal((await server.facets.faults.read('P1-2', context())).scope, 'b')
})

test('reads a fault with its environment [17978-3 7.8]', async () => {
  const body = { item: { code: 'P1', fault_name: 'n', severity: 1 }, environment_data: { snapshots: [] } }
  await using server = await open({ 'GET /faults/P1': ok(body) })
  const fault = await server.facets.faults.read('P1', context())
  assert.equal(fault.name, 'n')
  assert.deepEqual(fault.environmentData, { snapshots: [] })
})

for (const [what, answer, started] of [
  ['ends at once', ok({ parameters: { a: 1 } }), { state: { status: 'completed', result: { a: 1 } } }],
  ['ends without a word', { status: 204 }, { state: { status: 'completed' } }],
  [
    'fails at once',
    ok({ error: { error_code: 'error-response', message: 'NRC 0x22' } }),
    { state: { status: 'failed', error: 'NRC 0x22' } },
  ],
  [
    'goes on under an id',
    { status: 202, body: { id: 'e1', status: 'running' } },
    { id: 'e1', state: { status: 'running' } },
  ],
  [
    'goes on at a location',
    {
      status: 202,
      headers: { location: 'http://localhost:20002/Vehicle/v15/components/BMS/operations/o/executions/e%201' },
    },
    { id: 'e 1', state: { status: 'running' } },
  ],
] as const satisfies readonly (readonly [string, DoubleAnswer, unknown])[]) {
  test(`an operation that ${what} [17978-3 7.14]`, async () => {
    await using server = await open({ 'POST /operations/o/executions': answer })
    assert.deepEqual(await server.facets.operations.start('o', undefined, context()), started)
    assert.deepEqual(server.sent(), [['POST', '/operations/o/executions', {}]])
  })
}

test('an operation that goes on nobody knows where cannot be used', async () => {
  await using server = await open({ 'POST /operations/o/executions': { status: 202, headers: { location: '/x' } } })
  await assert.rejects(server.facets.operations.start('o', 1, context()), {
    code: 'bad-gateway',
    message: /no execution/,
  })
  assert.deepEqual(server.sent(), [['POST', '/operations/o/executions', { parameters: 1 }]])
})

for (const [answer, state] of [
  [
    { capability: 'execute', status: 'running', progress: 40 },
    { status: 'running', progress: 40 },
  ],
  [
    { capability: 'execute', status: 'completed', parameters: { x: 1 } },
    { status: 'completed', result: { x: 1 } },
  ],
  [
    { status: 'failed', error: [{ path: '/parameters', error: { error_code: 'not-responding', message: 'silent' } }] },
    { status: 'failed', error: 'silent' },
  ],
  [
    { status: 'failed', error: [{ error: { error_code: 'not-responding' } }] },
    { status: 'failed', error: 'not-responding' },
  ],
  [{ status: 'failed' }, { status: 'failed', error: 'the operation failed' }],
  [{ capability: 'stop', status: 'stopped' }, { status: 'stopped' }],
] as const) {
  test(`an execution that is ${JSON.stringify(answer)} is ${JSON.stringify(state)}`, async () => {
    await using server = await open({ 'GET /operations/o/executions/e': ok(answer) })
    assert.deepEqual(await server.facets.operations.state('o', 'e', context()), state)
  })
}

test('stops an execution by the capability where it cannot be deleted', async () => {
  await using server = await open({
    'DELETE /operations/o/executions/e': { status: 405 },
    'PUT /operations/o/executions/e': { status: 202 },
    'DELETE /operations/o/executions/f': { status: 409 },
  })
  const { operations } = server.facets
  await operations.stop('o', 'e', context())
  assert.deepEqual(server.sent().at(-1), ['PUT', '/operations/o/executions/e', { capability: 'stop' }])
  await assert.rejects(operations.stop('o', 'f', context()), { code: 'conflict' })
})

test('reads each mode, and one that is not told is unknown [17978-3 7.16]', async () => {
  await using server = await open({
    'GET /modes': items({ id: 'session', name: 'Session' }, { id: 'security', name: 'Security' }, { id: 'dtcsetting' }),
    'GET /modes/session?include-schema=true': ok({
      value: 'extended',
      schema: { type: 'object', properties: { value: { type: 'string', enum: ['default', 'extended'] } } },
    }),
    'GET /modes/security?include-schema=true': { status: 403 },
    'GET /modes/dtcsetting?include-schema=true': ok({ name: 'DTC setting', value: 'on' }),
  })
  assert.deepEqual(await server.facets.modes.list(context()), [
    { id: 'session', name: 'Session', value: 'extended', values: [{ value: 'default' }, { value: 'extended' }] },
    { id: 'security', name: 'Security', value: 'unknown', values: [] },
    { id: 'dtcsetting', name: 'DTC setting', value: 'on', values: [{ value: 'on' }] },
  ])
})

test('a mode that cannot be read because the server is in trouble is no mode of unknown value', async () => {
  await using server = await open({
    'GET /modes': items({ id: 'session' }),
    'GET /modes/session?include-schema=true': { status: 504 },
  })
  await assert.rejects(server.facets.modes.list(context()), { code: 'gateway-timeout' })
})

test('a component can what its document links [17978-3 7.6]', async () => {
  const document = { id: 'bms', name: 'BMS', data: '/x/data', faults: '/x/faults', locks: '/x/locks', variant: {} }
  await using server = await open({ 'GET ': ok(document) })
  const { signal } = new AbortController()
  assert.deepEqual(
    [...(await isoDialect.capabilities(server.at.api, '/components/bms', signal)).facets],
    ['data', 'faults'],
  )
})

test('configurations are listed with what they are, parameters and bulk alike [17978-3 7.12]', async () => {
  await using server = await open({
    'GET /configurations': items(
      { id: 'limit', name: 'Limit', type: 'parameter', version: '2' },
      { id: 'map', name: 'Map', type: 'bulk', content_type: 'application/x-map', tags: ['nav'] },
    ),
    'GET /configurations/limit': ok({ id: 'limit', data: 5 }),
  })
  const { configurations } = server.facets
  assert.deepEqual(await configurations.list?.(context()), [
    { id: 'limit', name: 'Limit', type: 'parameter', version: '2' },
    { id: 'map', name: 'Map', type: 'bulk', contentType: 'application/x-map', tags: ['nav'] },
  ])
  assert.equal(await configurations.read?.('limit', context()), 5)
  assert.deepEqual({ ...(await configurations.readAll(context())) }, { limit: 5 })
})

test('bulk configurations are read and written as bytes of their own type [17978-3 7.12]', async () => {
  const content = Buffer.from([0, 1, 255])
  await using server = await open({
    'GET /configurations': items({ id: 'map', name: 'Map', type: 'bulk', content_type: 'application/x-map' }),
    'GET /configurations/map': { status: 200, bytes: content, headers: { 'content-type': 'application/x-map' } },
    'PUT /configurations/map': { status: 204 },
  })
  const { configurations } = server.facets
  assert.deepEqual([...((await configurations.readBulk?.('map', context())) ?? [])], [0, 1, 255])
  assert.match(server.at.server.requests.at(-1)?.headers.accept ?? '', /\*\/\*/)
  await configurations.writeBulk?.('map', content, context())
  const written = server.at.server.requests.at(-1)
  assert.equal(written?.headers['content-type'], 'application/x-map')
  assert.deepEqual([...(written?.bytes ?? [])], [0, 1, 255])
})

test('asks a running execution for a capability, and takes what it is then at [17978-3 7.14.9]', async () => {
  const one = '/operations/move/executions/1'
  await using server = await open({
    [`PUT ${one}`]: { status: 202, body: { id: '1', status: 'running' }, headers: { location: one } },
  })
  const request = { capability: 'freeze', parameters: { at: 3 } } as const
  const state = await server.facets.operations.control?.('move', '1', request, context())
  assert.deepEqual(state, { status: 'running' })
  assert.deepEqual(server.sent(), [['PUT', one, request]])
})
