import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemClock } from '@opensovd/base/node'
import { EventEnvelope, GenericError } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { openSse } from '../testing/sse-client.ts'
import { BASE, openCheckedFixture } from './testing/checked-fixture.ts'

const ajv = new Ajv2020({ strict: true, formats: { 'uri-reference': true } })
const isEnvelope = ajv.compile({ ...EventEnvelope, additionalProperties: false })
const ENTITY = '/components/bms'
const SUBSCRIPTIONS = `${ENTITY}/cyclic-subscriptions`

const request = (resource: string, more: object = {}) => ({
  resource,
  protocol: 'sse',
  interval: 'fast',
  duration: 60,
  ...more,
})

function assertEnvelope(data: unknown): void {
  assert.ok(isEnvelope(data), ajv.errorsText(isEnvelope.errors))
}

describe('cyclic subscriptions', () => {
  it('tell a value again and again at their interval, as reading it would', async () => {
    await using fixture = await openCheckedFixture({ events: { intervalsMs: { fast: 20, normal: 50, slow: 100 } } })
    const made = await fixture.send('POST', SUBSCRIPTIONS, request(`${BASE}${ENTITY}/data/soc`))
    assert.equal(made.status, 201)
    assert.equal(made.json.observed_resource, `${fixture.url}${BASE}${ENTITY}/data/soc`)
    assert.equal(made.json.event_source, `${fixture.url}${made.headers.get('location')}/events`)
    assert.equal(made.headers.get('x-sovd-retention-timeout'), '60')
    await using client = await openSse(made.json.event_source)
    const startedAt = systemClock.monotonic()
    const value = (await fixture.get(`${ENTITY}/data/soc`)).json
    for (let count = 0; count < 5; count++) {
      const { name, data, id } = await client.next()
      assert.equal(name, 'message')
      assertEnvelope(data)
      assert.deepEqual(data.payload, value)
      assert.match(id ?? '', /-\d+$/)
    }
    assert.ok(systemClock.monotonic() - startedAt >= 60)
  })

  for (const resource of [
    'data/soc',
    '/data/energy',
    `${ENTITY}/data`,
    `${BASE}${ENTITY}/faults`,
    'faults?severity=3',
    'faults/P0A80',
    'modes/session',
    'modes',
    'operations/self-test/executions',
    'configurations/label',
    'locks',
    '',
  ]) {
    it(`tell ${resource || 'the entity itself'}`, async () => {
      await using fixture = await openCheckedFixture()
      const uri = resource === '' ? `${BASE}${ENTITY}` : resource
      const made = await fixture.send('POST', SUBSCRIPTIONS, request(uri))
      assert.equal(made.status, 201, made.text)
      await using client = await openSse(made.json.event_source)
      const { data } = await client.next()
      assertEnvelope(data)
      const reading = await fetch(made.json.observed_resource)
      assert.deepEqual(data.payload, await reading.json())
    })
  }

  it('tell of an operation from its start to its end', async () => {
    await using fixture = await openCheckedFixture()
    const started = await fixture.send('POST', `${ENTITY}/operations/self-test/executions`, {})
    const location = started.headers.get('location') ?? ''
    const made = await fixture.send('POST', SUBSCRIPTIONS, request(location))
    await using client = await openSse(made.json.event_source)
    for (;;) {
      const { data } = await client.next()
      if (data.payload.status === 'completed') break
      assert.equal(data.payload.status, 'running')
    }
  })

  it('describe their events where that is asked for', async () => {
    await using fixture = await openCheckedFixture()
    const made = await fixture.send('POST', `${SUBSCRIPTIONS}?include-schema=true`, request('data/soc'))
    const read = await fixture.get(`${SUBSCRIPTIONS}/${made.json.id}?include-schema=true`)
    const isDescribed = ajv.compile(made.json.event_schema)
    assert.deepEqual(read.json.event_schema, made.json.event_schema)
    await using client = await openSse(made.json.event_source)
    const { data } = await client.next()
    const wrong = { ...data, payload: { id: 7 } }
    assert.ok(isDescribed(data), ajv.errorsText(isDescribed.errors))
    assert.ok(!isDescribed(wrong))
  })

  it('are listed, read, changed and deleted, which ends their events', async () => {
    await using fixture = await openCheckedFixture()
    const { json } = await fixture.send('POST', SUBSCRIPTIONS, request('data/soc', { interval: 'slow' }))
    const place = `${SUBSCRIPTIONS}/${json.id}`
    assert.deepEqual((await fixture.get(SUBSCRIPTIONS)).json, { items: [json] })
    assert.deepEqual((await fixture.get('/apps/bms/cyclic-subscriptions')).json, { items: [] })
    assert.equal((await fixture.get(`/apps/bms/cyclic-subscriptions/${json.id}`)).status, 404)
    assert.deepEqual((await fixture.get(place)).json, json)
    const changed = await fixture.send('PUT', place, { interval: 'fast', duration: 3600 })
    assert.equal(changed.status, 200)
    assert.equal(changed.json.interval, 'fast')
    assert.ok(Date.parse(changed.json.expires) > Date.parse(json.expires))
    const client = await openSse(json.event_source)
    await client.next()
    assert.equal((await fixture.send('DELETE', place)).status, 204)
    await client.ended
    assert.equal((await fixture.get(place)).status, 404)
    assert.equal((await fixture.get(`${place}/events`)).status, 404)
    assert.equal((await fixture.send('DELETE', place)).status, 404)
  })

  it('go on after the event that was seen last', async () => {
    await using fixture = await openCheckedFixture()
    const { json } = await fixture.send('POST', SUBSCRIPTIONS, request('data/soc'))
    await using first = await openSse(json.event_source)
    const { id = '' } = await first.next()
    const missed = await first.next()
    await using second = await openSse(json.event_source, { 'last-event-id': id })
    assert.deepEqual(await second.next(), missed)
    await using stranger = await openSse(json.event_source, { 'last-event-id': 'other-1' })
    const { data } = await stranger.next()
    assertEnvelope(data)
    assert.equal(data.error.vendor_code, 'unknown-event-id')
  })

  const refused: readonly (readonly [what: string, body: object, status: number])[] = [
    ['a resource that is not there', request('data/nope'), 400],
    ['a path that is none', request('nope/at/all'), 400],
    ['a resource of another entity', request(`${BASE}/apps/bms/data/soc`), 400],
    ['a resource of another server', request('https://example.org/vehicle/v1/components/bms/data/soc'), 400],
    ['what is no path', request('data/%zz'), 400],
    ['a fragment', request('data/soc#x'), 400],
    ['a query that its resource does not take', request('data/soc?include-schema=perhaps'), 400],
    ['a stream of events', request('cyclic-subscriptions/any/events'), 501],
    ['another protocol', request('data/soc', { protocol: 'mqtt' }), 400],
    ['another interval', request('data/soc', { interval: 'sometimes' }), 400],
    ['no duration', { resource: 'data/soc', interval: 'fast' }, 400],
    ['a duration that is too short', request('data/soc', { duration: 0.5 }), 400],
    ['a duration that is too long', request('data/soc', { duration: 1e9 }), 400],
  ]
  for (const [what, body, status] of refused) {
    it(`are refused for ${what}`, async () => {
      await using fixture = await openCheckedFixture()
      assert.equal((await fixture.send('POST', SUBSCRIPTIONS, body)).status, status)
      assert.deepEqual((await fixture.get(SUBSCRIPTIONS)).json.items, [])
    })
  }

  it('are not made without end', async () => {
    await using fixture = await openCheckedFixture({ events: { maxSubscriptions: 2 } })
    const [one] = [
      await fixture.send('POST', SUBSCRIPTIONS, request('data/soc')),
      await fixture.send('POST', SUBSCRIPTIONS, request('data/soc')),
    ]
    const refusal = await fixture.send('POST', SUBSCRIPTIONS, request('data/soc'))
    assert.equal(refusal.status, 503)
    assert.equal(refusal.headers.get('retry-after'), '10')
    assert.ok(ajv.compile(GenericError)(refusal.json))
    await fixture.send('DELETE', `${SUBSCRIPTIONS}/${one?.json.id}`)
    assert.equal((await fixture.send('POST', SUBSCRIPTIONS, request('data/soc'))).status, 201)
  })

  it('end with the lock that they were made under', async () => {
    await using fixture = await openCheckedFixture()
    const ann = { 'x-sovd-client-id': 'ann' }
    const lock = await fixture.send('POST', `${ENTITY}/locks`, { lock_expiration: 60 }, ann)
    const { json } = await fixture.send('POST', SUBSCRIPTIONS, request('data/soc'), ann)
    const others = await fixture.send('POST', SUBSCRIPTIONS, request('data/soc'))
    await using client = await openSse(json.event_source)
    await client.next()
    await fixture.send('DELETE', `${ENTITY}/locks/${lock.json.id}`, undefined, ann)
    await client.ended
    assert.deepEqual((await fixture.get(SUBSCRIPTIONS)).json.items, [others.json])
  })

  it('share one look at a value with those who read it through the other contract', async () => {
    await using fixture = await openCheckedFixture()
    const { json } = await fixture.send('POST', SUBSCRIPTIONS, request('data/soc'))
    await using subscriber = await openSse(json.event_source)
    await using native = await openSse(`${fixture.url}/sovd/v1/components/bms/data/subscribe?ids=soc`)
    await subscriber.next()
    await native.next()
    assert.equal(fixture.diagnostics.events.watched, 1)
  })
})
