import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Fixture, openFixture } from '../testing/fixture.ts'

const base = '/sovd/v1'

describe('the native contract', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())
  const { get, send } = {
    get: (path: string) => fixture.get(base + path),
    send: (method: string, path: string, body?: unknown) => fixture.send(method, base + path, body),
  }

  test('says what the server is, with and without a slash at the end', async () => {
    for (const path of ['', '/']) {
      assert.deepEqual((await get(path)).json, {
        serverName: 'test',
        serverVersion: '1.2.3',
        sovdVersion: '1.1.0',
        description: 'a test',
        supportedProtocols: ['http/1.1'],
      })
    }
    assert.deepEqual((await get('/version-info')).json, {
      sovdVersion: '1.1.0',
      serverVersion: '1.2.3',
      apiVersions: [{ version: 'v1', url: base, status: 'active' }],
    })
  })

  test('lists components in an OData envelope', async () => {
    const { status, json, headers } = await get('/components')
    assert.equal(status, 200)
    assert.equal(headers.get('odata-version'), '4.0')
    assert.deepEqual(json, {
      '@odata.context': '$metadata#components',
      value: [
        {
          id: 'bms',
          name: 'Battery',
          connectionState: 'connected',
          category: 'powertrain',
          softwareVersion: '1.0',
          installationVariant: 'EU',
        },
        { id: 'bare', name: 'Bare', connectionState: 'disconnected', category: 'ecu' },
      ],
      '@odata.count': 2,
    })
  })

  test('filters components by variant', async () => {
    const idsOf = async (query: string) =>
      (await get(`/components?${query}`)).json.value.map((c: { id: string }) => c.id)
    assert.deepEqual(await idsOf('variant=EU'), ['bms'])
    assert.deepEqual(await idsOf('variant=US'), [])
    assert.deepEqual(await idsOf('softwareVersion=1.0&variant=EU'), ['bms'])
    assert.deepEqual(await idsOf('hardwareVariant=x'), [])
  })

  test('applies the OData options to a collection', async () => {
    const { json } = await get(
      "/components?$filter=category eq 'powertrain' or id eq 'bare'&$orderby=id&$top=1&$select=id",
    )
    assert.deepEqual(json.value, [{ id: 'bare' }])
    assert.equal(json['@odata.count'], 2)
    const next = new URL(json['@odata.nextLink'], `${fixture.url}${base}/components`)
    assert.deepEqual((await fixture.get(next.pathname + next.search)).json.value, [{ id: 'bms' }])
  })

  test('counts what a component can do', async () => {
    const { json } = await get('/components/bms/capabilities')
    assert.deepEqual(json.supportedCategories, ['data', 'faults', 'operations', 'modes', 'configurations', 'logs'])
    assert.equal(json.dataCount, 2)
    assert.equal(json.operationCount, 1)
    assert.deepEqual((await get('/components/bare/capabilities')).json.supportedCategories, ['logs'])
  })

  test('serves groups and those of their components that exist', async () => {
    const group = { id: 'powertrain', name: 'Powertrain', componentIds: ['bms', 'gone'] }
    assert.deepEqual((await get('/groups')).json.value, [group])
    assert.deepEqual((await get('/groups/powertrain')).json, group)
    const members = (await get('/groups/powertrain/components')).json
    assert.deepEqual(
      members.value.map((component: { id: string }) => component.id),
      ['bms'],
    )
    assert.equal(members['@odata.context'], '$metadata#components')
    assert.equal((await get('/groups/none/components')).status, 404)
  })

  test('lists data with the names of the contract', async () => {
    const { json } = await get('/components/bms/data')
    assert.deepEqual(json.value[0], {
      id: 'soc',
      name: 'State of charge',
      access: 'readOnly',
      dataType: 'float',
      unit: '%',
      'x-uds-did': 'F190',
    })
  })

  test('reads a value with what its source says beside it', async () => {
    assert.deepEqual((await get('/components/bms/data/soc')).json, { id: 'soc', value: 78.5, name: 'the soc' })
  })

  test('writes any JSON value as it is', async () => {
    for (const text of ['23.5', '"0x1F"', 'null', 'false', '{"a":[1,{"b":null}]}', '12345678901234567890']) {
      const reply = await send('PUT', '/components/bms/data/soc', `{"value":${text}}`)
      assert.equal(reply.status, 204)
      assert.equal(reply.text, '')
      assert.match(
        (await get('/components/bms/data/soc')).text,
        new RegExp(`"value":${text.replace(/[[\]{}]/g, '\\$&')}`),
      )
    }
  })

  test('merges a patch into the value [RFC 7396]', async () => {
    const patch = '{"min":null,"max":{"soft":7}}'
    const reply = await fixture.send('PATCH', `${base}/components/bms/data/limits`, patch, {
      'content-type': 'application/merge-patch+json',
    })
    assert.equal(reply.status, 204)
    assert.deepEqual(fixture.vehicle.values.get('limits'), { max: { hard: 9, soft: 7 } })
  })

  test('reads and writes several values, each with its own outcome', async () => {
    fixture.vehicle.values.set('soc', 50)
    const read = await send('POST', '/components/bms/data/bulk-read', { dataIds: ['soc', 'none'] })
    assert.equal(read.status, 200)
    assert.deepEqual(read.json, {
      '@odata.context': '$metadata#bulkData',
      value: [
        { id: 'soc', value: 50 },
        { id: 'none', error: "Data 'none' not found" },
      ],
      '@odata.count': 2,
    })
    const written = await send('POST', '/components/bms/data/bulk-write', [
      { id: 'soc', value: 51 },
      { id: 'none', value: 1 },
    ])
    assert.deepEqual(written.json.value, [{ id: 'soc' }, { id: 'none', error: "Data 'none' not found" }])
    assert.equal(fixture.vehicle.values.get('soc'), 51)
  })

  test('shows faults in the words of the contract', async () => {
    const { json } = await get('/components/bms/faults')
    assert.deepEqual(json.value[0], {
      id: 'f1',
      componentId: 'bms',
      code: 'P0A80',
      name: 'Imbalance',
      severity: 'high',
      status: 'active',
      correlatedSignals: ['soc'],
    })
    assert.equal(json.value[1].status, 'passive')
    assert.deepEqual((await get('/components/bms/faults/f1')).json, json.value[0])
    const missing = await get('/components/bms/faults/none')
    assert.equal(missing.status, 404)
    assert.equal(missing.json.error.message, "Fault 'none' not found for component 'bms'")
  })

  test('clears one fault and then the rest', async () => {
    assert.equal((await send('DELETE', '/components/bms/faults/none')).status, 404)
    assert.equal((await send('DELETE', '/components/bms/faults/f2')).status, 204)
    assert.deepEqual(
      fixture.vehicle.faults.map(({ id }) => id),
      ['f1'],
    )
    assert.equal((await send('DELETE', '/components/bms/faults')).status, 204)
    assert.deepEqual((await get('/components/bms/faults')).json.value, [])
  })

  describe('operations', () => {
    beforeEach(() => {
      fixture.vehicle.execution = { status: 'running', progress: 40 }
      fixture.vehicle.calls.length = 0
    })

    test('run after the answer, can be followed at their Location, and complete', async () => {
      const started = await send('POST', '/components/bms/operations/self-test', { params: { depth: 2 } })
      assert.equal(started.status, 202)
      assert.equal(started.json.status, 'running')
      assert.deepEqual(fixture.vehicle.calls, ['start self-test {"depth":2}'])
      const location = started.headers.get('location') ?? ''
      assert.equal(location, `${base}/components/bms/operations/self-test/executions/${started.json.executionId}`)
      assert.equal((await get('/components/bms/operations')).json.value[0].status, 'running')
      const running = await eventually(
        () => fixture.get(location),
        (reply) => reply.json.progress === 40,
      )
      assert.equal(running.json.status, 'running')
      fixture.vehicle.execution = { status: 'completed', result: { success: true } }
      const done = await eventually(
        () => fixture.get(location),
        (reply) => reply.json.status !== 'running',
      )
      assert.deepEqual(
        { status: done.json.status, progress: done.json.progress, result: done.json.result },
        { status: 'completed', progress: 100, result: { success: true } },
      )
      assert.equal(running.json['@sovd.endedAt'], undefined)
      assert.ok(Date.parse(done.json['@sovd.endedAt']) >= Date.parse(done.json.timestamp))
      assert.equal((await get('/components/bms/operations/self-test/executions')).json.value[0].status, 'completed')
    })

    test('start without a body too', async () => {
      assert.equal((await send('POST', '/components/bms/operations/self-test')).status, 202)
    })

    test('are cancelled at their source', async () => {
      const { json } = await send('POST', '/components/bms/operations/self-test', {})
      const path = `/components/bms/operations/self-test/executions/${json.executionId}`
      assert.equal((await send('DELETE', path)).status, 204)
      assert.deepEqual(fixture.vehicle.calls.slice(1), ['stop s1'])
      assert.equal((await get(path)).json.status, 'cancelled')
      assert.equal((await send('DELETE', path)).status, 409)
    })

    test('that do not exist are not found', async () => {
      assert.equal((await send('POST', '/components/bms/operations/none', {})).status, 404)
      assert.equal((await get('/components/bms/operations/self-test/executions/none')).status, 404)
    })
  })

  test('changes the mode and shows the new one, also under the path of the README', async () => {
    assert.deepEqual((await get('/components/bms/mode')).json, {
      componentId: 'bms',
      currentMode: 'default',
      availableModes: ['default', 'extended'],
      modeDescriptors: [
        { id: 'default', udsSession: 1, requiresSecurityAccess: false },
        { id: 'extended', requiresSecurityAccess: false },
      ],
    })
    assert.equal((await send('POST', '/components/bms/modes', { mode: 'extended' })).json.currentMode, 'extended')
    assert.equal((await send('PUT', '/components/bms/modes/default')).json.currentMode, 'default')
    assert.equal((await send('PUT', '/components/bms/modes/dtc-off')).status, 200)
    assert.equal(fixture.vehicle.dtcSetting, 'off')
    assert.equal(fixture.vehicle.mode, 'default')
  })

  test('reads and writes configuration parameters', async () => {
    assert.equal((await send('PUT', '/components/bms/configurations', { name: 'limit', value: { a: 1 } })).status, 204)
    assert.deepEqual((await get('/components/bms/configurations')).json, {
      componentId: 'bms',
      parameters: { limit: { a: 1 } },
    })
  })

  test('answers 501 for what a component cannot do and 404 for a component that is not there', async () => {
    for (const path of ['data', 'data/x', 'faults', 'operations', 'modes', 'configurations']) {
      const reply = await get(`/components/bare/${path}`)
      assert.equal(reply.status, 501, path)
      assert.equal(reply.json.error.code, 'SOVD-ERR-501')
      assert.equal((await get(`/components/none/${path}`)).status, 404, path)
    }
  })

  test('answers 501 for what this version does not have yet', async () => {
    for (const [method, path] of [['GET', '/tara/assets']] as const) {
      const reply = await send(method, path)
      assert.equal(reply.status, 501, path)
      assert.match(reply.json.error.message, /not available in this version/)
    }
  })

  test('reads the machine', async () => {
    const { json } = await get('/health')
    assert.equal(json.status, 'ok')
    assert.ok(json.system.total_memory_bytes > 0)
    assert.ok(json.system.cpu_usage_percent >= 0 && json.system.cpu_usage_percent <= 100)
  })
})

async function eventually<T>(read: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const value = await read()
    if (isDone(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('it did not happen')
}
