import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { EntityTreeOptions } from '@opensovd/core'
import { type Fixture, openFixture } from '../testing/fixture.ts'

const base = '/sovd/v1'

const entities: EntityTreeOptions = {
  declared: [
    { kind: 'area', id: 'front', name: 'Front', description: 'where the wind is', members: ['bms', 'gone'] },
    { kind: 'app', id: 'balancer', name: 'Balancer', softwareVersion: '2.1', hostId: 'bms', source: 'bms' },
    { kind: 'app', id: 'afar', source: 'bare' },
    {
      kind: 'function',
      id: 'energy',
      name: 'Energy',
      members: ['bare'],
      data: [
        { id: 'charge', componentId: 'bms', itemId: 'soc', name: 'Charge' },
        { id: 'lost', componentId: 'gone', itemId: 'x' },
      ],
      operations: [{ id: 'check', componentId: 'bms', operationId: 'self-test' }],
    },
    { kind: 'group', id: 'powertrain', members: ['bare'] },
  ],
}

describe('apps, functions and areas', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture({ entities })
  })
  after(() => fixture[Symbol.asyncDispose]())
  const get = (path: string) => fixture.get(base + path)
  const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    fixture.send(method, base + path, body, headers)

  test('are listed with the OData options, and read', async () => {
    const balancer = { id: 'balancer', name: 'Balancer', version: '2.1', status: 'running' }
    const afar = { id: 'afar', name: 'afar', version: '', status: 'error' }
    const energy = { id: 'energy', name: 'Energy', sourceComponents: ['bare', 'bms', 'gone'] }
    const front = { id: 'front', name: 'Front', description: 'where the wind is', componentIds: ['bms', 'gone'] }
    const { json } = await get('/apps')
    assert.deepEqual(json, { '@odata.context': '$metadata#apps', value: [balancer, afar], '@odata.count': 2 })
    assert.deepEqual((await get("/apps?$filter=status eq 'error'&$select=id")).json.value, [{ id: 'afar' }])
    assert.deepEqual((await get('/funcs')).json.value, [energy])
    assert.deepEqual((await get('/areas')).json.value, [front])
    assert.deepEqual((await get('/apps/balancer')).json, balancer)
    assert.deepEqual((await get('/funcs/energy')).json, energy)
    assert.deepEqual((await get('/areas/front')).json, front)
    assert.deepEqual((await get('/groups/powertrain')).json.componentIds, ['bms', 'gone', 'bare'])
  })

  test('that do not exist are not found', async () => {
    for (const [path, message] of [
      ['/apps/none', "App 'none' not found"],
      ['/apps/none/data', "App 'none' not found"],
      ['/funcs/none', "Function 'none' not found"],
      ['/areas/none', "Area 'none' not found"],
    ] as const) {
      const { status, json } = await get(path)
      assert.equal(status, 404, path)
      assert.equal(json.error.message, message)
    }
    assert.equal((await get('/funcs/energy/data/none')).status, 404)
    assert.equal((await get('/apps/afar/data')).status, 501)
  })

  test('tell what they can do', async () => {
    const app = (await get('/apps/balancer/capabilities')).json
    assert.equal(app.componentId, 'balancer')
    assert.equal(app.dataCount, 2)
    const func = (await get('/funcs/energy/capabilities')).json
    assert.deepEqual([func.dataCount, func.operationCount], [2, 1])
    for (const { supportedCategories, features } of [app, func]) {
      assert.deepEqual(supportedCategories, ['data', 'faults', 'operations'])
      assert.deepEqual(features, ['data-write', 'fault-clear', 'operation-cancel'])
    }
  })

  test('have data that are read and written where they are', async () => {
    assert.deepEqual((await get('/apps/balancer/data/soc')).json, { id: 'soc', value: 78.5, name: 'the soc' })
    const listed = (await get('/funcs/energy/data')).json.value
    assert.deepEqual(listed[0], {
      id: 'charge',
      name: 'Charge',
      access: 'readOnly',
      dataType: 'float',
      unit: '%',
      'x-uds-did': 'F190',
    })
    assert.equal((await send('PUT', '/funcs/energy/data/charge', { value: 60 })).status, 204)
    assert.equal(fixture.vehicle.values.get('soc'), 60)
    assert.equal((await get('/funcs/energy/data/charge')).json.value, 60)
    assert.equal((await get('/funcs/energy/data/lost')).status, 503)
    assert.equal((await send('PUT', '/apps/balancer/data/limits', { value: { min: 2 } })).status, 204)
    assert.deepEqual(fixture.vehicle.values.get('limits'), { min: 2 })
  })

  test('are written to by the owner of a lock on the component only', async () => {
    const as = (name: string) => ({ 'x-sovd-client-id': name })
    assert.equal((await send('POST', '/components/bms/lock', undefined, as('ann'))).status, 201)
    assert.equal((await send('PUT', '/funcs/energy/data/charge', { value: 1 }, as('bob'))).status, 409)
    assert.equal((await send('PUT', '/funcs/energy/data/charge', { value: 1 }, as('ann'))).status, 204)
    await send('DELETE', '/components/bms/lock', undefined, as('ann'))
  })

  test('have the faults of their components, which are cleared there', async () => {
    const { value } = (await get('/funcs/energy/faults')).json
    assert.deepEqual(
      value.map((fault: { id: string; componentId: string; scope: string }) => [
        fault.id,
        fault.componentId,
        fault.scope,
      ]),
      [
        ['bms.f1', 'energy', 'bms'],
        ['bms.f2', 'energy', 'bms'],
      ],
    )
    assert.equal((await get('/funcs/energy/faults/bms.f2')).json.code, 'P0B00')
    assert.equal((await get('/funcs/energy/faults/f2')).status, 404)
    assert.equal((await get('/apps/balancer/faults/f2')).json.code, 'P0B00')
    assert.equal((await get('/apps/afar/faults')).status, 501)
    assert.equal((await send('DELETE', '/funcs/energy/faults/bms.f2')).status, 204)
    assert.deepEqual(
      fixture.vehicle.faults.map(({ id }) => id),
      ['f1'],
    )
    assert.equal((await send('DELETE', '/apps/balancer/faults')).status, 204)
    assert.deepEqual((await get('/funcs/energy/faults')).json.value, [])
  })

  for (const [path, operation] of [
    ['/apps/balancer', 'self-test'],
    ['/funcs/energy', 'check'],
  ] as const) {
    test(`run operations of their own name through the table of executions: ${path}`, async () => {
      fixture.vehicle.execution = { status: 'running', progress: 40 }
      fixture.vehicle.calls.length = 0
      const started = await send('POST', `${path}/operations/${operation}`, { params: { depth: 2 } })
      assert.equal(started.status, 202)
      assert.deepEqual(fixture.vehicle.calls, ['start self-test {"depth":2}'])
      const location = `${base}${path}/operations/${operation}/executions/${started.json.executionId}`
      assert.equal(started.headers.get('location'), location)
      assert.equal((await get(`${path}/operations`)).json.value[0].status, 'running')
      const executions = (await get(`${path}/operations/${operation}/executions`)).json.value
      assert.equal(executions.length, 1)
      assert.equal(executions[0].executionId, started.json.executionId)
      assert.equal((await fixture.send('DELETE', location)).status, 204)
      assert.deepEqual(fixture.vehicle.calls.slice(1), ['stop s1'])
      assert.equal((await fixture.get(location)).json.status, 'cancelled')
      assert.deepEqual((await get('/components/bms/operations/self-test/executions')).json.value, [])
    })
  }
})

test('a kind of entity that is disabled answers 404 for all it has', async () => {
  await using fixture = await openFixture({ entities: { ...entities, disabled: ['app', 'area', 'function'] } })
  for (const [path, kind] of [
    ['apps', 'app'],
    ['apps/balancer', 'app'],
    ['apps/balancer/data', 'app'],
    ['areas', 'area'],
    ['funcs/energy', 'function'],
  ] as const) {
    const { status, json } = await fixture.get(`${base}/${path}`)
    assert.equal(status, 404, path)
    assert.deepEqual(json.error, {
      code: 'SOVD-ERR-404',
      message: `Entity type '${kind}' is not available in this OEM profile`,
      target: kind,
    })
  }
  assert.equal((await fixture.get(`${base}/components`)).status, 200)
})
