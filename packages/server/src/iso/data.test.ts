import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Entity, MemoryBackend } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { Fixture } from '../testing/fixture.ts'
import { openCheckedFixture } from './testing/checked-fixture.ts'

const all = ['vin', 'soc', 'energy', 'cells', 'charge-limit', 'note', 'serial']

describe('data [17978-3 7.9]', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openCheckedFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())
  const idsOf = async (query: string) =>
    (await fixture.get(`/components/bms/data${query}`)).json.items.map(({ id }: { id: string }) => id)

  test('is listed with category, groups and tags', async () => {
    const { items } = (await fixture.get('/components/bms/data')).json
    assert.deepEqual(items[0], { id: 'vin', name: 'VIN', category: 'identData', tags: ['legal'] })
    assert.deepEqual(items[1], {
      id: 'soc',
      name: 'State of Charge',
      category: 'currentData',
      groups: ['display', 'cell-state'],
      tags: ['battery', 'live'],
    })
  })

  // Values of one parameter are alternatives; groups go before categories, and tags come on top.
  const selections: [query: string, ids: string[]][] = [
    ['', all],
    ['?category=identData', ['vin']],
    ['?categories=identData', ['vin']],
    ['?category=identData&category=x-acme-plant', ['vin', 'serial']],
    ['?category=identData&categories=x-acme-plant', ['vin', 'serial']],
    ['?category=storedData', []],
    ['?groups=display', ['soc', 'serial']],
    ['?groups=display&groups=cell-state', ['soc', 'cells', 'serial']],
    ['?groups=cell-state&categories=identData', ['soc', 'cells']],
    ['?groups=none', []],
    ['?tags=legal&tags=live', ['vin', 'soc', 'cells']],
    ['?categories=identData&tags=live', []],
    ['?groups=display&tags=live', ['soc']],
    ['?include-schema=true&tags=legal', ['vin']],
  ]
  for (const [query, ids] of selections) {
    test(`is selected by ${query || 'nothing'}`, async () => {
      assert.deepEqual(await idsOf(query), ids)
    })
  }

  test('has categories and groups', async () => {
    assert.deepEqual((await fixture.get('/areas/bms/data-categories')).json, {
      items: [{ item: 'identData' }, { item: 'currentData' }, { item: 'x-acme-plant' }],
    })
    const groups = [
      { id: 'display', category: 'currentData' },
      { id: 'cell-state', category: 'currentData' },
      { id: 'display', category: 'x-acme-plant' },
    ]
    assert.deepEqual((await fixture.get('/areas/bms/data-groups')).json, { items: groups })
    assert.deepEqual((await fixture.get('/areas/bms/data-groups?category=x-acme-plant')).json.items, groups.slice(2))
    assert.deepEqual((await fixture.get('/areas/bms/data-groups?tags=x')).json.items, [])
  })

  test('is read', async () => {
    assert.deepEqual((await fixture.get('/components/bms/data/soc')).json, { id: 'soc', data: 78.5 })
    assert.match((await fixture.get('/functions/bms/data/energy')).text, /"data":9007199254740993\b/)
    assert.equal((await fixture.get('/components/bms/data/none')).status, 404)
  })

  test('has a schema that says of the type what is true', async () => {
    const schemaOf = async (id: string) =>
      (await fixture.get(`/components/bms/data/${id}?include-schema=true`)).json.schema.properties.data
    assert.deepEqual(await schemaOf('soc'), { title: 'State of Charge', type: 'number' })
    assert.deepEqual(await schemaOf('energy'), { title: 'Energy since Production', type: 'integer' })
    assert.deepEqual(await schemaOf('vin'), { title: 'VIN', type: 'string' })
    assert.deepEqual(await schemaOf('cells'), { title: 'Cells' })
    assert.deepEqual(await schemaOf('serial'), { title: 'Serial number' })
  })

  test('is written with any JSON value, through whichever contract, and read again', async () => {
    for (const text of ['23.5', '"x"', 'null', 'false', '[]', '{"a":[1,{"b":null}]}', '12345678901234567890']) {
      const reply = await fixture.send('PUT', '/apps/bms/data/note', `{"data":${text},"signature":"c2ln"}`)
      assert.equal(reply.status, 204, text)
      assert.equal((await fixture.get('/apps/bms/data/note')).text, `{"id":"note","data":${text}}`)
    }
    assert.equal((await fixture.get('/functions/bms/data/note')).json.data, '')
  })

  describe('that is not to be written', () => {
    beforeEach(async () => assert.equal((await fixture.get('/components/bms/data/charge-limit')).json.data, 80))
    const refused: [what: string, body: string, path: string][] = [
      ['without data', '{}', '/data'],
      ['in the words of the native contract', '{"value":1}', '/data'],
      ['with a signature of another type', '{"data":1,"signature":5}', '/signature'],
      ['of another type', '[]', ''],
      ['that is null', 'null', ''],
      ['that is not JSON', '{', ''],
      ['that is empty', '', ''],
    ]
    for (const [what, body, path] of refused) {
      test(`has a DataError for a body ${what}`, async () => {
        const { status, json } = await fixture.send('PUT', '/components/bms/data/charge-limit', body, {
          'content-type': 'application/json',
        })
        assert.equal(status, 400)
        assert.equal(json.path, path)
        assert.equal(json.error.error_code, 'incomplete-request')
      })
    }

    test('has a GenericError for other refusals', async () => {
      const readOnly = await fixture.send('PUT', '/components/bms/data/soc', { data: 1 })
      assert.equal(readOnly.status, 403)
      assert.equal(readOnly.json.error_code, 'insufficient-access-rights')
      assert.equal((await fixture.send('PUT', '/components/bms/data/none', { data: 1 })).status, 404)
      const text = await fixture.send('PUT', '/components/bms/data/charge-limit', 'x', { 'content-type': 'text/plain' })
      assert.equal(text.status, 415)
    })
  })

  test('keeps the promises of conditional requests', async () => {
    const path = '/components/bms/data/charge-limit'
    const tag = (await fixture.get(path)).headers.get('etag') ?? ''
    assert.equal((await fixture.get(path, { 'if-none-match': tag })).status, 304)
    const lost = await fixture.send('PUT', path, { data: 1 }, { 'if-match': '"other"' })
    assert.equal(lost.status, 412)
    assert.equal(lost.json.vendor_code, 'precondition-failed')
    assert.equal((await fixture.send('PUT', path, { data: 70 }, { 'if-match': tag })).status, 204)
    assert.equal((await fixture.get(path)).json.data, 70)
  })
})

describe('a source of data', () => {
  const entity = (facets: Entity['facets']): Entity => ({
    kind: 'component',
    id: 'odd',
    name: 'Odd',
    connectionState: 'connected',
    facets,
  })
  const open = (facets: Entity['facets']) =>
    openCheckedFixture({ backends: [new MemoryBackend('odd', [entity(facets)])] })

  test('that knows errors of parts has them passed on, as far as they are well formed', async () => {
    const errors = [{ path: '/data/a', error: { error_code: 'not-responding', message: 'silent' } }, { path: 5 }, 'x']
    await using fixture = await open({
      data: {
        list: async () => [],
        read: async (id) => ({ id, value: { a: null }, attributes: { name: 'A', errors } }),
      },
    })
    for (const query of ['', '?include-schema=true']) {
      const { schema: _, ...body } = (await fixture.get(`/components/odd/data/x${query}`)).json
      assert.deepEqual(body, { id: 'x', data: { a: null }, errors: errors.slice(0, 1) })
    }
  })

  test('that cannot write says so', async () => {
    await using fixture = await open({ data: { list: async () => [], read: async (id) => ({ id, value: 1 }) } })
    const reply = await fixture.send('PUT', '/components/odd/data/x', { data: 1 })
    assert.equal(reply.status, 501)
    assert.equal(reply.json.vendor_code, 'not-implemented')
  })

  test('that refuses in codes of the standard is quoted', async () => {
    const refusal = new SovdError('bad-gateway', 'no', { details: [{ code: 'error-response', message: 'no' }] })
    await using fixture = await open({ data: { list: async () => [], read: () => Promise.reject(refusal) } })
    const reply = await fixture.get('/components/odd/data/x')
    assert.equal(reply.status, 502)
    assert.deepEqual(reply.json, { error_code: 'error-response', message: 'no' })
  })

  test('that refuses a value is quoted at the value', async () => {
    const refusal = new SovdError('invalid-request', 'too high')
    await using fixture = await open({
      data: { list: async () => [], read: async (id) => ({ id, value: 1 }), write: () => Promise.reject(refusal) },
    })
    const reply = await fixture.send('PUT', '/components/odd/data/x', { data: 1 })
    assert.equal(reply.status, 400)
    assert.deepEqual(reply.json, { path: '/data', error: { error_code: 'incomplete-request', message: 'too high' } })
  })
})
