import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Fixture } from '../testing/fixture.ts'
import { openCheckedFixture } from './testing/checked-fixture.ts'

const modes = '/components/bms/modes'

describe('modes [17978-3 7.16]', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openCheckedFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('are listed and read', async () => {
    const { items } = (await fixture.get(`${modes}?include-schema=true`)).json
    assert.deepEqual(items, [{ id: 'session' }, { id: 'commctrl', name: 'Communication' }])
    assert.deepEqual((await fixture.get(`${modes}?tags=x`)).json.items, [])
    assert.deepEqual((await fixture.get(`${modes}/session`)).json, { value: 'default' })
    assert.equal((await fixture.get(`${modes}/none`)).json.vendor_code, 'resource-not-found')
  })

  test('tell in their schema which values they can have', async () => {
    const schemaOfValue = async (mode: string) =>
      (await fixture.get(`${modes}/${mode}?include-schema=true`)).json.schema.properties.value
    assert.deepEqual(await schemaOfValue('session'), { type: 'string', enum: ['default', 'extended'] })
    assert.deepEqual(await schemaOfValue('commctrl'), { type: 'string' })
  })

  test('are changed', async () => {
    const reply = await fixture.send('PUT', `${modes}/session`, { value: 'extended' })
    assert.equal(reply.status, 200)
    assert.deepEqual(reply.json, { id: 'session', value: 'extended' })
    const described = await fixture.send('PUT', `${modes}/session?include-schema=true`, { value: 'extended' })
    assert.equal(described.json.schema.title, 'ModeValue')
    assert.equal((await fixture.get(`${modes}/session`)).json.value, 'extended')
    assert.equal((await fixture.get('/areas/bms/modes/session')).json.value, 'default')
  })

  test('have one identifier and two spellings where the standard has two', async () => {
    assert.deepEqual((await fixture.get(`${modes}/comm-ctrl`)).json, {
      name: 'Communication',
      value: 'enableRxAndEnableTx',
    })
    const reply = await fixture.send('PUT', `${modes}/comm-ctrl`, { value: 'x' })
    assert.equal(reply.status, 400)
    assert.match(reply.json.message, /'x' is no value of 'commctrl'/)
  })

  test('that are not to be had change nothing', async () => {
    assert.equal((await fixture.send('PUT', `${modes}/none`, { value: 'on' })).status, 404)
    const before = (await fixture.get(`${modes}/session`)).json
    const bodies = [{}, { mode: 'extended' }, { value: 5 }, { value: '' }, { value: 'none' }, [], 'null', '{', '']
    for (const body of bodies) {
      const reply = await fixture.send('PUT', `${modes}/session`, body)
      assert.equal(reply.status, 400, JSON.stringify(body))
      assert.equal(reply.json.error_code, 'incomplete-request')
    }
    for (const mode_expiration of [0, -1, 'soon', 1e9]) {
      assert.equal((await fixture.send('PUT', `${modes}/session`, { value: 'default', mode_expiration })).status, 400)
    }
    assert.deepEqual((await fixture.get(`${modes}/session`)).json, before)
  })

  test('go back to their default when they expire', async () => {
    const put = (body: object) => fixture.send('PUT', `${modes}/session`, body)
    assert.equal((await put({ value: 'extended', mode_expiration: 0.02 })).status, 200)
    for (let attempt = 0; attempt < 500; attempt++) {
      if ((await fixture.get(`${modes}/session`)).json.value === 'default') break
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    assert.equal((await fixture.get(`${modes}/session`)).json.value, 'default')
    assert.equal((await put({ value: 'default', mode_expiration: 3600 })).status, 200)
    assert.equal((await put({ value: 'extended' })).status, 200)
  })

  test('may be changed only if they are what was read', async () => {
    const tag = (await fixture.get(`${modes}/session`)).headers.get('etag') ?? ''
    const put = (value: string) => fixture.send('PUT', `${modes}/session`, { value }, { 'if-match': tag })
    assert.equal((await fixture.send('PUT', `${modes}/session`, { value: 'default' })).status, 200)
    assert.equal((await put('extended')).status, 412)
    assert.equal((await fixture.get(`${modes}/session`)).json.value, 'default')
  })
})
