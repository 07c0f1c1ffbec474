import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Backend } from '@opensovd/core'
import type { Fixture } from '../testing/fixture.ts'
import { openFixture } from '../testing/fixture.ts'
import { BASE, judge, openCheckedFixture } from './testing/checked-fixture.ts'
import { vehicleBackend } from './testing/vehicle.ts'

describe('discovery [17978-3 7.6]', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openCheckedFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('tells what the server has, with and without a slash at the end', async () => {
    const at = fixture.url + BASE
    for (const path of ['', '/', '/?include-schema=true']) {
      const { schema: _, ...body } = (await fixture.get(path)).json
      assert.deepEqual(body, {
        id: '',
        name: 'test',
        areas: `${at}/areas`,
        components: `${at}/components`,
        apps: `${at}/apps`,
        functions: `${at}/functions`,
      })
    }
  })

  test('leaves out collections of which there is nothing, which can be listed all the same', async () => {
    await using small = await openFixture()
    assert.deepEqual(Object.keys((await small.get(BASE)).json), ['id', 'name', 'components'])
    const areas = await small.get(`${BASE}/areas`)
    assert.equal(areas.status, 200)
    assert.deepEqual(areas.json, { items: [] })
  })

  for (const collection of ['areas', 'components', 'apps', 'functions']) {
    test(`lists ${collection} with links that lead to them, and on to all they can do`, async () => {
      const list = (await fixture.get(`/${collection}?include-schema=true`)).json
      const [reference] = list.items
      assert.equal(reference.id, 'bms')
      assert.equal(reference.name, 'Battery Management System')
      assert.equal(reference.href, `${fixture.url}${BASE}/${collection}/bms`)
      const path = reference.href.slice((fixture.url + BASE).length)
      const entity = (await fixture.get(`${path}?include-schema=true`)).json
      assert.equal(entity.id, 'bms')
      for (const name of Object.keys(entity).filter((key) => String(entity[key]).startsWith('http'))) {
        assert.equal(entity[name], `${reference.href}/${name}`)
        assert.equal((await fixture.get(`${path}/${name}`)).status, 200)
      }
    })
  }

  test('names the variant of an entity that has one, and links nothing that is not there', async () => {
    const { variant } = (await fixture.get('/components/bms')).json
    assert.deepEqual(variant, { software_version: '4.2', installation_variant: 'EU' })
    assert.equal((await fixture.get('/apps/bms')).json.variant, undefined)
    const { id, name, ...links } = (await fixture.get('/components/bare')).json
    assert.deepEqual([id, name], ['bare', 'Bare'])
    const ofEvery = ['logs', 'locks', 'cyclic-subscriptions', 'triggers', 'communication-logs', 'clear-data', 'status']
    const expected = ofEvery.map((each) => [each, `${fixture.url}${BASE}/components/bare/${each}`])
    assert.deepEqual(Object.entries(links), expected)
  })

  test('does not know groups, and finds no entity by a tag', async () => {
    assert.equal((await fixture.get('/groups')).status, 404)
    assert.deepEqual((await fixture.get('/components?tags=a&tags=b')).json.items, [])
  })

  test('tells an unknown entity from an unknown collection', async () => {
    for (const rest of ['', '/data', '/faults/x', '/operations/x/executions']) {
      const entity = await fixture.get(`/components/none${rest}`)
      assert.equal(entity.status, 404, rest)
      assert.equal(entity.json.vendor_code, 'entity-not-found')
      const collection = await fixture.get(`/planets/bms${rest}`)
      assert.equal(collection.status, 404, rest)
      assert.equal(collection.json.vendor_code, 'resource-not-found')
    }
    assert.equal((await fixture.get('/components/constructor')).status, 404)
    assert.equal((await fixture.get('/constructor/bms')).status, 404)
  })

  test('has no collection for what an entity cannot do', async () => {
    for (const name of ['data', 'data/x', 'data-categories', 'faults', 'operations', 'modes', 'configurations']) {
      const reply = await fixture.get(`/components/bare/${name}`)
      assert.equal(reply.status, 404, name)
      assert.equal(reply.json.vendor_code, 'resource-not-found')
    }
    assert.equal((await fixture.send('POST', '/components/bare/operations/x/executions', {})).status, 404)
  })

  test('names the sources that a list is incomplete without', async () => {
    const down: Backend = {
      name: 'zone',
      snapshot: { status: { phase: 'down', code: 'bad-gateway', message: 'refused' }, entities: [] },
      onChange: () => () => {},
      run: async () => {},
      [Symbol.asyncDispose]: async () => {},
    }
    await using partial = await openCheckedFixture({ backends: [down, vehicleBackend()] })
    const { json } = await partial.get('/apps')
    assert.equal(json.items.length, 1)
    assert.deepEqual(json['x-opensovd-partial'], [
      { backend: 'zone', error: { error_code: 'vendor-specific', vendor_code: 'bad-gateway', message: 'refused' } },
    ])
  })
})

describe('version-info [17978-3 7.4]', () => {
  const entry = (baseUri: string) => ({
    version: '1.1',
    base_uri: baseUri,
    vendor_info: { name: 'test', version: '1.2.3' },
  })

  test('is beside every contract and lists them, this one first, as the client addressed the server', async () => {
    await using fixture = await openFixture()
    for (const path of ['/version-info', '/sovd/version-info', '/vehicle/version-info?include-schema=true']) {
      const reply = await fixture.get(path)
      judge('GET', path.replace(/^\/(sovd|vehicle)/, ''), reply)
      assert.deepEqual(reply.json.sovd_info, [entry(`${fixture.url}/vehicle/v1`), entry(`${fixture.url}/sovd/v1`)])
    }
    assert.equal((await fixture.get('/sovd/v1/version-info')).json.sovdVersion, '1.1.0')
    assert.equal((await fixture.get('/vehicle/v1/version-info')).status, 404)
  })

  test('moves with the bases, and leaves alone what another contract has in its place', async () => {
    await using fixture = await openFixture({ nativeBase: '/diag', isoBase: '/diag/v1' })
    const info = [entry(`${fixture.url}/diag/v1`), entry(`${fixture.url}/diag`)]
    for (const path of ['/version-info']) {
      assert.deepEqual((await fixture.get(path)).json.sovd_info, info, path)
    }
    assert.equal((await fixture.get('/diag/version-info')).json.sovdVersion, '1.1.0')
    assert.equal((await fixture.get('/diag/v1/components')).json.items.length, 2)
    assert.equal((await fixture.get('/diag/v1/nothing/x')).json.error_code, 'vendor-specific')
    assert.equal((await fixture.get('/diag/nothing')).json.error.code, 'SOVD-ERR-404')
  })

  test('answers errors in the words of this contract', async () => {
    await using fixture = await openFixture()
    const reply = await fixture.send('PUT', '/vehicle/version-info', {})
    assert.equal(reply.status, 405)
    assert.equal(reply.json.error_code, 'vendor-specific')
    assert.equal((await fixture.get('/version-info?include-schema=yes')).json.error_code, 'incomplete-request')
  })

  test('two contracts in one place are refused', async () => {
    await assert.rejects(openFixture({ isoBase: '/sovd/v1' }), {
      code: 'base-conflict',
      message: "two contracts cannot both be at '/sovd/v1'",
    })
  })
})
