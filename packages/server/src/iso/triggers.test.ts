import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoredTrigger, TriggerStore } from '@opensovd/core'
import { EventEnvelope } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Fixture } from '../testing/fixture.ts'
import { openSse } from '../testing/sse-client.ts'
import { BASE, openCheckedFixture } from './testing/checked-fixture.ts'

const ajv = new Ajv2020({ strict: true, formats: { 'uri-reference': true } })
const isEnvelope = ajv.compile({ ...EventEnvelope, additionalProperties: false })
const ENTITY = '/components/bms'
const TRIGGERS = `${ENTITY}/triggers`
const LIMIT = `${ENTITY}/data/charge-limit`
const fast = { events: { intervalsMs: { fast: 10, normal: 10, slow: 10 } } }

const request = (more: object = {}) => ({
  resource: 'data/charge-limit',
  path: '/data',
  trigger_condition: { condition_type: 'OnChange' },
  protocol: 'sse',
  multishot: true,
  ...more,
})

const conditions: readonly (readonly [condition: object, written: readonly number[], told: readonly number[]])[] = [
  [{ condition_type: 'OnChange' }, [81, 81, 82], [81, 82]],
  [{ condition_type: 'OnChangeTo', value: 90 }, [89, 90, 91, 90], [90, 90]],
  [{ condition_type: 'EnterRange', lower_bound: 50, upper_bound: 60 }, [61, 60, 55, 49, 50], [60, 50]],
  [{ condition_type: 'LeaveRange', lower_bound: 70, upper_bound: 80 }, [70, 69.5, 75, 80.5], [69.5, 80.5]],
]

/** Writes values one after the other, each only once a trigger on every change has told of the one before. */
async function write(fixture: Fixture, values: readonly number[]): Promise<void> {
  const { json } = await fixture.send('POST', TRIGGERS, request())
  await using witness = await openSse(json.event_source)
  for (const value of values) {
    const isOther = (await fixture.get(LIMIT)).json.data !== value
    await fixture.send('PUT', LIMIT, { data: value })
    if (isOther) assert.equal((await witness.next()).data.payload.data, value)
  }
}

describe('triggers', () => {
  for (const [condition, written, expected] of conditions) {
    it(`fire on ${JSON.stringify(condition)}`, async () => {
      await using fixture = await openCheckedFixture()
      const made = await fixture.send('POST', TRIGGERS, request({ trigger_condition: condition }))
      assert.equal(made.status, 201, made.text)
      assert.equal(made.headers.get('x-sovd-retention-timeout'), '60')
      assert.deepEqual(made.json.trigger_condition, condition)
      await write(fixture, written)
      await using client = await openSse(made.json.event_source)
      for (const value of expected) {
        const { data } = await client.next()
        assert.deepEqual(data.payload, { id: 'charge-limit', data: value })
        assert.ok(isEnvelope(data), ajv.errorsText(isEnvelope.errors))
      }
      assert.equal(client.text().match(/^data:/gm)?.length, expected.length)
    })
  }

  it('wait for what happens at the source, in any resource', async () => {
    await using fixture = await openCheckedFixture(fast)
    const started = await fixture.send('POST', `${ENTITY}/operations/cell-balance/executions`, {})
    const location = started.headers.get('location') ?? ''
    const made = await fixture.send(
      'POST',
      TRIGGERS,
      request({
        resource: location,
        path: '/status',
        trigger_condition: { condition_type: 'OnChangeTo', value: 'stopped' },
        multishot: false,
      }),
    )
    await using client = await openSse(made.json.event_source)
    await fixture.send('PUT', location.replace(BASE, ''), { capability: 'stop' })
    assert.equal((await client.next()).data.payload.status, 'stopped')
    await client.ended
    const { json } = await fixture.get(`${TRIGGERS}/${made.json.id}`)
    assert.equal(json.status, 'terminated')
    assert.equal(json.last_error, undefined)
  })

  it('tell of a fault that is cleared, and end with a resource that is gone', async () => {
    await using fixture = await openCheckedFixture(fast)
    const made = await fixture.send('POST', TRIGGERS, request({ resource: 'faults/P0A80', path: '/item/status' }))
    const list = await fixture.send('POST', TRIGGERS, request({ resource: 'faults', path: '/items' }))
    await using one = await openSse(made.json.event_source)
    await using all = await openSse(list.json.event_source)
    await fixture.send('DELETE', `${ENTITY}/faults/P0A80`)
    assert.deepEqual((await all.next()).data.payload, (await fixture.get(`${ENTITY}/faults`)).json)
    const { data } = await one.next()
    assert.ok(isEnvelope(data), ajv.errorsText(isEnvelope.errors))
    assert.equal(Object(data).error.vendor_code, 'resource-not-found')
    await one.ended
    const { json } = await fixture.get(`${TRIGGERS}/${made.json.id}`)
    assert.equal(json.status, 'terminated')
    assert.equal(json.last_error.vendor_code, 'resource-not-found')
  })

  it('are listed, read, renewed and deleted, which ends their events', async () => {
    await using fixture = await openCheckedFixture()
    const log_settings = { log_severity: 'warn', log_resource: true, log_trigger_condition: false }
    const { json } = await fixture.send('POST', TRIGGERS, request({ lifetime: 60, log_settings }))
    const place = `${TRIGGERS}/${json.id}`
    assert.deepEqual(json.log_settings, log_settings)
    assert.deepEqual((await fixture.get(TRIGGERS)).json, { items: [json] })
    assert.deepEqual((await fixture.get(place)).json, json)
    assert.equal((await fixture.get(`/apps/bms/triggers/${json.id}`)).status, 404)
    const renewed = await fixture.send('PUT', place, { lifetime: 600 })
    assert.equal(renewed.status, 200)
    assert.ok(Date.parse(renewed.json.expires) > Date.parse(json.expires))
    for (const lifetime of [0, -1, 1e9, 'long']) {
      assert.equal((await fixture.send('PUT', place, { lifetime })).status, 400)
    }
    const client = await openSse(json.event_source)
    assert.equal((await fixture.send('DELETE', place)).status, 204)
    await client.ended
    assert.equal((await fixture.get(place)).status, 404)
    assert.equal((await fixture.send('PUT', place, { lifetime: 5 })).status, 404)
  })

  it('describe their events where that is asked for', async () => {
    await using fixture = await openCheckedFixture()
    const made = await fixture.send('POST', `${TRIGGERS}?include-schema=true`, request())
    const isDescribed = ajv.compile(made.json.event_schema)
    const listed = await fixture.get(`${TRIGGERS}?include-schema=true`)
    assert.deepEqual(listed.json.items, [made.json])
    await write(fixture, [81])
    await using client = await openSse(made.json.event_source)
    assert.ok(isDescribed((await client.next()).data), ajv.errorsText(isDescribed.errors))
  })

  it('write into the log of their entity', async () => {
    await using fixture = await openCheckedFixture()
    const log_settings = { log_severity: 'error', log_marker_text: 'limit changed' }
    await fixture.send('POST', TRIGGERS, request({ log_settings }))
    await write(fixture, [81])
    const { json } = await fixture.get(`${ENTITY}/logs/entries?severity=error`)
    assert.deepEqual(
      json.items.map(({ msg }: { msg: string }) => msg),
      ['limit changed'],
    )
  })

  const refused: readonly (readonly [what: string, more: object, status: number])[] = [
    ['a resource that is not there', { resource: 'data/nope' }, 400],
    ['a path that is no JSON pointer', { path: 'data' }, 400],
    ['a path to nothing', { path: '/data/deeper' }, 400],
    ['an unknown condition', { trigger_condition: { condition_type: 'OnSunday' } }, 400],
    ['a condition without its value', { trigger_condition: { condition_type: 'OnChangeTo' } }, 400],
    ['a range without its ends', { trigger_condition: { condition_type: 'EnterRange', lower_bound: 1 } }, 400],
    [
      'a range the wrong way round',
      { trigger_condition: { condition_type: 'EnterRange', lower_bound: 2, upper_bound: 1 } },
      400,
    ],
    [
      'a range of a text',
      { path: '/id', trigger_condition: { condition_type: 'EnterRange', lower_bound: 1, upper_bound: 2 } },
      400,
    ],
    ['another protocol', { protocol: 'mqtt' }, 400],
    ['a lifetime that is too long', { lifetime: 1e9 }, 400],
    ['an unknown severity', { log_settings: { log_severity: 'loud' } }, 400],
    ['persistence where nothing is kept', { persistent: true }, 501],
  ]
  for (const [what, more, status] of refused) {
    it(`are refused for ${what}`, async () => {
      await using fixture = await openCheckedFixture()
      const reply = await fixture.send('POST', TRIGGERS, request(more))
      assert.equal(reply.status, status, reply.text)
      assert.deepEqual((await fixture.get(TRIGGERS)).json.items, [])
    })
  }

  it('are refused for an entity that is not there', async () => {
    await using fixture = await openCheckedFixture()
    assert.equal((await fixture.send('POST', '/components/none/triggers', request())).status, 404)
    assert.equal((await fixture.get('/components/none/triggers')).status, 404)
  })

  it('are not made without end', async () => {
    await using fixture = await openCheckedFixture({ events: { maxTriggers: 1 } })
    await fixture.send('POST', TRIGGERS, request())
    const refusal = await fixture.send('POST', TRIGGERS, request())
    assert.equal(refusal.status, 503)
    assert.equal(refusal.headers.get('retry-after'), '10')
  })

  it('that are persistent go on after a restart', async () => {
    let kept: readonly StoredTrigger[] = []
    const triggerStore: TriggerStore = {
      load: () => kept,
      save: (triggers) => {
        kept = triggers
      },
    }
    const before = await openCheckedFixture({ triggerStore })
    const { json } = await before.send('POST', TRIGGERS, request({ persistent: true }))
    assert.equal(json.persistent, true)
    await before[Symbol.asyncDispose]()
    await using after = await openCheckedFixture({ triggerStore })
    const again = await after.get(`${TRIGGERS}/${json.id}`)
    assert.deepEqual(
      { ...again.json, observed_resource: '', event_source: '' },
      { ...json, observed_resource: '', event_source: '' },
    )
    await write(after, [81])
    await using client = await openSse(again.json.event_source)
    assert.equal((await client.next()).data.payload.data, 81)
    const executions = await after.send('POST', `${ENTITY}/operations/cell-balance/executions`, {})
    const temporary = request({ resource: executions.headers.get('location') ?? '', path: '', persistent: true })
    assert.equal((await after.send('POST', TRIGGERS, temporary)).status, 400)
  })
})
