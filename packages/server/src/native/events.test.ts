import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DataChangeEvent, FaultChange, FaultSnapshotEvent, KeepaliveEvent } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { openFixture } from '../testing/fixture.ts'
import { openSse } from '../testing/sse-client.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const BMS = '/sovd/v1/components/bms'
const fast = { events: { dataPollMs: 10, faultPollMs: 10 } }

function valid(schema: object, data: unknown): void {
  const validate = ajv.compile({ ...schema, additionalProperties: false })
  assert.ok(validate(data), ajv.errorsText(validate.errors))
}

describe('subscribing to the faults of a component', () => {
  it('begins with all faults there are, and goes on with what changes behind our back', async () => {
    await using fixture = await openFixture(fast)
    await using client = await openSse(`${fixture.url}${BMS}/faults/subscribe`)
    assert.equal(client.status, 200)
    assert.equal(client.headers['content-type'], 'text/event-stream')
    assert.equal(client.headers['content-encoding'], undefined)
    const first = await client.next()
    assert.equal(first.name, 'faultChange')
    assert.deepEqual(first.data, { componentId: 'bms', added: ['f1', 'f2'], removed: [], totalFaults: 2 })
    valid(FaultChange, first.data)
    fixture.vehicle.faults.push({ id: 'f3', code: 'P1', name: 'New', severity: 1, status: {} })
    assert.deepEqual((await client.next()).data, { componentId: 'bms', added: ['f3'], removed: [], totalFaults: 3 })
    assert.match(client.text(), /^retry: 2000\n\n/)
  })

  it('tells at once what is cleared through us', async () => {
    await using fixture = await openFixture({ events: { faultPollMs: 3_600_000 } })
    await using client = await openSse(`${fixture.url}${BMS}/faults/subscribe`)
    await client.next()
    assert.equal((await fixture.send('DELETE', `${BMS}/faults/f1`)).status, 204)
    assert.deepEqual((await client.next()).data, { componentId: 'bms', added: [], removed: ['f1'], totalFaults: 1 })
  })

  it('tells at once what a program reports', async () => {
    await using fixture = await openFixture({ events: { faultPollMs: 3_600_000 } })
    await using client = await openSse(`${fixture.url}${BMS}/faults/subscribe`)
    await client.next()
    const record = { component_id: 'bms', fault_id: 'x.1', source: 'app', severity: 'Error', stage: 'Failed' }
    assert.ok((await fixture.send('POST', '/sovd/v1/x-faults/records', record)).status < 300)
    assert.deepEqual((await client.next()).data.added, ['x.1'])
  })

  it('tells which faults change that there were', async () => {
    await using fixture = await openFixture(fast)
    await using client = await openSse(`${fixture.url}${BMS}/faults/subscribe`)
    await client.next()
    const [first] = fixture.vehicle.faults
    assert.ok(first)
    fixture.vehicle.faults[0] = { ...first, status: { testFailed: '0' } }
    const { name, data } = await client.next()
    assert.equal(name, 'faultUpdate')
    assert.deepEqual(data, { componentId: 'bms', changed: ['f1'], totalFaults: 2 })
  })

  it('goes on after the event that a client saw last', async () => {
    await using fixture = await openFixture({ events: { faultPollMs: 3_600_000 } })
    const url = `${fixture.url}${BMS}/faults/subscribe`
    const before = await openSse(url)
    const { id = '' } = await before.next()
    before.close()
    await fixture.send('DELETE', `${BMS}/faults/f1`)
    for (const back of [await openSse(url, { 'last-event-id': id }), await openSse(`${url}?lastEventId=${id}`)]) {
      assert.deepEqual((await back.next()).data.removed, ['f1'])
      back.close()
    }
  })

  it('begins anew for a client that comes with an id of another run', async () => {
    await using fixture = await openFixture(fast)
    await using client = await openSse(`${fixture.url}${BMS}/faults/subscribe`, { 'last-event-id': 'mh3k.1-17' })
    const reset = await client.next()
    assert.equal(reset.name, 'reset')
    assert.deepEqual(reset.data, { lastEventId: 'unknown' })
    assert.deepEqual((await client.next()).data.added, ['f1', 'f2'])
  })

  it('is refused where there are no faults, or no component', async () => {
    await using fixture = await openFixture()
    assert.equal((await fixture.get('/sovd/v1/components/nope/faults/subscribe')).status, 404)
    assert.equal((await fixture.get('/sovd/v1/components/bare/faults/subscribe')).status, 501)
  })
})

describe('subscribing to the data of a component', () => {
  it('begins with every value, then the faults, then a sign of life', async () => {
    await using fixture = await openFixture(fast)
    await using client = await openSse(`${fixture.url}${BMS}/data/subscribe`)
    const [soc, limits, faults, keepalive] = [
      await client.next(),
      await client.next(),
      await client.next(),
      await client.next(),
    ]
    const { timestamp, ...value } = soc.data
    assert.deepEqual(value, { type: 'data-snapshot', componentId: 'bms', dataId: 'soc', value: 78.5 })
    assert.equal(new Date(timestamp).toISOString(), timestamp)
    assert.equal(limits.data.dataId, 'limits')
    assert.equal(faults.name, 'fault-change')
    assert.equal(faults.data.type, 'fault-snapshot')
    assert.deepEqual(faults.data.faults, (await fixture.get(`${BMS}/faults`)).json.value)
    assert.equal(keepalive.name, 'keepalive')
    for (const [schema, event] of [
      [DataChangeEvent, soc],
      [DataChangeEvent, limits],
      [FaultSnapshotEvent, faults],
      [KeepaliveEvent, keepalive],
    ] as const) {
      valid(schema, event.data)
    }
    assert.deepEqual(
      [soc.id, limits.id, faults.id].map((id) => id === undefined),
      [true, true, true],
    )
    assert.match(keepalive.id ?? '', /^[0-9a-z.]+-\d+$/)
  })

  it('tells changes at the source within its interval, and of faults in their states', async () => {
    await using fixture = await openFixture(fast)
    await using client = await openSse(`${fixture.url}${BMS}/data/subscribe`)
    await client.nextNamed('keepalive')
    fixture.vehicle.values.set('soc', 42)
    const change = await client.next()
    assert.equal(change.data.type, 'data-change')
    assert.equal(change.data.value, 42)
    const [first] = fixture.vehicle.faults
    assert.ok(first)
    fixture.vehicle.faults[0] = { ...first, status: { testFailed: '0' } }
    const faults = await client.next()
    assert.equal(faults.data.type, 'fault-snapshot')
    assert.equal(faults.data.faults[0].status, 'passive')
  })

  it('tells at once what is written through us', async () => {
    await using fixture = await openFixture({ events: { dataPollMs: 3_600_000, faultPollMs: 3_600_000 } })
    await using client = await openSse(`${fixture.url}${BMS}/data/subscribe?ids=limits`)
    assert.equal((await client.next()).data.dataId, 'limits')
    await client.nextNamed('keepalive')
    await fixture.send('PUT', `${BMS}/data/limits`, { value: 'none' })
    assert.equal((await client.next()).data.value, 'none')
    assert.doesNotMatch(client.text(), /soc|fault/)
  })

  for (const [ids, status, why] of [
    ['soc,nope', 404, 'an item that is not there'],
    ['soc,', 400, 'an empty id'],
    ['a%20b', 400, 'what is no id'],
    ['', 400, 'nothing'],
  ] as const) {
    it(`refuses to tell of ${why}`, async () => {
      await using fixture = await openFixture()
      const reply = await fixture.get(`${BMS}/data/subscribe?ids=${ids}`)
      assert.equal(reply.status, status)
    })
  }

  it('tells once of a value that cannot be had, and again when it can', async () => {
    await using fixture = await openFixture(fast)
    await using client = await openSse(`${fixture.url}${BMS}/data/subscribe?ids=soc`)
    await client.nextNamed('keepalive')
    fixture.vehicle.values.delete('soc')
    const error = await client.next()
    assert.equal(error.name, 'source-error')
    assert.equal(error.data.dataId, 'soc')
    assert.equal(error.data.error.code, 'SOVD-ERR-404')
    fixture.vehicle.values.set('soc', 1)
    assert.equal((await client.next()).data.value, 1)
  })

  it('answers HEAD with the head of a stream', async () => {
    await using fixture = await openFixture()
    const reply = await fixture.send('HEAD', `${BMS}/data/subscribe`)
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.get('content-type'), 'text/event-stream')
    assert.equal(reply.text, '')
  })
})

describe('readers of events', () => {
  it('are as many as may be, and not one more', async () => {
    await using fixture = await openFixture({ events: { maxReaders: 1 } })
    const url = `${BMS}/faults/subscribe`
    const first = await openSse(fixture.url + url)
    await first.next()
    const refused = await fixture.get(url)
    assert.equal(refused.status, 503)
    assert.equal(refused.headers.get('retry-after'), '5')
    first.close()
    let status = 503
    for (let attempt = 0; status === 503 && attempt < 100; attempt++) {
      const next = await openSse(fixture.url + url)
      status = next.status
      next.close()
    }
    assert.equal(status, 200)
  })

  it('see the end when the server closes', async () => {
    const fixture = await openFixture(fast)
    const client = await openSse(`${fixture.url}${BMS}/data/subscribe`)
    await client.nextNamed('keepalive')
    const closed = fixture[Symbol.asyncDispose]()
    await client.ended
    await closed
  })

  it('leave nothing behind that asks the source', async () => {
    let lists = 0
    await using fixture = await openFixture(fast)
    const { faults } = fixture.vehicle
    const client = await openSse(`${fixture.url}${BMS}/faults/subscribe`)
    await client.next()
    assert.equal(fixture.diagnostics.events.watched, 1)
    client.close()
    while (fixture.diagnostics.events.watched > 0 && lists++ < 1000)
      await new Promise((resolve) => setImmediate(resolve))
    assert.equal(fixture.diagnostics.events.watched, 0)
    assert.equal(fixture.diagnostics.events.readers.count, 0)
    assert.equal(faults.length, 2)
  })
})

describe('subscribing to an app or a function', () => {
  const declared = [
    { kind: 'app', id: 'bms', source: 'bms' },
    { kind: 'function', id: 'bms', data: [{ id: 'charge', componentId: 'bms', itemId: 'soc' }] },
  ] as const
  const shared = { ...fast, entities: { declared } }
  for (const [path, dataId] of [
    ['/sovd/v1/apps/bms', 'soc'],
    ['/sovd/v1/funcs/bms', 'charge'],
  ] as const) {
    it(`tells its data and faults, by its own ids: ${path}`, async () => {
      await using fixture = await openFixture(shared)
      await using component = await openSse(`${fixture.url}${BMS}/data/subscribe?ids=soc`)
      await component.next()
      await using data = await openSse(`${fixture.url}${path}/data/subscribe?ids=${dataId}`)
      const { name, data: first } = await data.next()
      assert.deepEqual([name, first.dataId, first.value], ['data-change', dataId, 78.5])
      valid(DataChangeEvent, first)
      assert.equal((await data.next()).name, 'keepalive')
      fixture.vehicle.values.set('soc', 60)
      assert.equal((await data.next()).data.value, 60)
      await using faults = await openSse(`${fixture.url}${path}/faults/subscribe`)
      const { data: change } = await faults.next()
      assert.equal(change.totalFaults, 2)
      valid(FaultChange, change)
    })
  }

  it('is not found where there is no such entity', async () => {
    await using fixture = await openFixture(shared)
    for (const path of ['apps/none/data', 'apps/none/faults', 'funcs/none/data', 'funcs/none/faults']) {
      assert.equal((await fixture.get(`/sovd/v1/${path}/subscribe`)).status, 404, path)
    }
    const { status, json } = await fixture.get('/sovd/v1/apps/bms/data/subscribe?ids=none')
    assert.deepEqual([status, json.error.message], [404, "Data 'none' not found for app 'bms'"])
  })
})
