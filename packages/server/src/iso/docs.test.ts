import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Backend, type BulkDataFacet, type Entity, MemoryBackend } from '@opensovd/core'
import { memoryFacets } from '@opensovd/core/testing'
import { CapabilityDocument, ISO_API, lint, type RouteTable, SovdError } from '@opensovd/sovd'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type Fixture, openFixture } from '../testing/fixture.ts'
import { BASE } from './testing/checked-fixture.ts'
import { SAMPLE, vehicleBackend } from './testing/vehicle.ts'

const table: RouteTable = ISO_API
const isDocument = new Ajv2020().compile(CapabilityDocument)

/** The paths that are described at a path, each with its keys. */
async function described(fixture: Fixture, path: string): Promise<Record<string, Record<string, unknown>>> {
  const reply = await fixture.get(`${BASE}${path}/docs`)
  assert.equal(reply.status, 200, `${path} ${reply.text}`)
  assert.ok(isDocument(reply.json), path)
  assert.deepEqual(lint(reply.json), [], path)
  return reply.json.paths
}

describe('the description of what is at a path [17978-3 7.5]', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture({ backends: [vehicleBackend()] })
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('is self-contained OpenAPI 3.1', async () => {
    const at = '/components/bms'
    for (const path of ['', '/components', at, `${at}/data`, `${at}/faults`, `${at}/operations`, `${at}/modes`]) {
      const { json } = await fixture.get(`${BASE}${path}/docs`)
      assert.deepEqual(await new Validator().validate(structuredClone(json)), { valid: true }, path)
    }
  })

  test('is below every path that is served', async () => {
    const ids: Record<string, string> = {
      dataId: 'soc',
      faultCode: 'P0A80',
      operationId: 'self-test',
      modeId: 'session',
    }
    const start = await fixture.send('POST', `${BASE}/components/bms/operations/self-test/executions`, {})
    const executionId: string = start.json.id
    const lock = await fixture.send(
      'POST',
      `${BASE}/components/bms/locks`,
      { lock_expiration: 60, scopes: ['modes'] },
      { 'x-sovd-client-id': 'tester' },
    )
    const known = { ...ids, configurationId: 'label', executionId, lockId: lock.json.id, entityId: 'bms' }
    const inUse = Object.entries({ ...known, entityCollection: 'components' })
    let count = 0
    for (const { path, mount } of Object.values(table)) {
      if (mount === 'root') continue
      const filled = inUse.reduce((at, [name, id]) => at.replace(`{${name}}`, id), path === '/' ? '' : path)
      const reply = await fixture.get(`${BASE}${filled}/docs`)
      const isOfSample = !filled.includes('{')
      assert.ok(isOfSample && count < 40 ? [200, 404].includes(reply.status) : true)
      if (!isOfSample) continue
      count += 1
      if (reply.status === 200) assert.deepEqual(lint(reply.json), [], filled)
      if (reply.status === 200) assert.ok(Object.keys(reply.json.paths).includes(filled === '' ? '/' : filled), filled)
      else assert.equal(reply.json.vendor_code, 'resource-not-found', filled)
    }
    assert.ok(count >= 25)
  })

  test('has the resource and what is one level below, with the identifiers there are', async () => {
    const top = Object.keys(await described(fixture, ''))
    for (const path of ['/', '/areas', '/components', '/apps', '/functions']) assert.ok(top.includes(path), path)
    assert.ok(top.every((path) => path.split('/').length === 2))
    assert.deepEqual(Object.keys(await described(fixture, '/components')), [
      '/components',
      '/components/bms',
      '/components/bare',
    ])
    const data = ['vin', 'soc', 'energy', 'cells', 'charge-limit', 'note', 'serial']
    const at = '/components/bms/data'
    assert.deepEqual(Object.keys(await described(fixture, at)), [at, ...data.map((id) => `${at}/${id}`)])
    assert.deepEqual(Object.keys(await described(fixture, `${at}/soc`)), [`${at}/soc`])
  })

  test('has of an entity what that can do, and nothing else', async () => {
    const bare = Object.keys(await described(fixture, '/components/bare'))
    for (const name of ['data', 'data-categories', 'faults', 'operations', 'modes', 'configurations']) {
      assert.ok(!bare.includes(`/components/bare/${name}`), name)
    }
    const full = Object.keys(await described(fixture, '/apps/bms'))
    for (const name of ['data', 'data-categories', 'data-groups', 'faults', 'operations', 'modes', 'locks']) {
      assert.ok(full.includes(`/apps/bms/${name}`), name)
    }
  })

  test('has the executions of operations beside them, each of which is any [17978-3 7.14.4, 7.14.5]', async () => {
    const one = '/components/bms/operations/self-test'
    const paths = [one, `${one}/executions`, `${one}/executions/{execution-id}`]
    assert.deepEqual(Object.keys(await described(fixture, one)), paths)
    const all = Object.keys(await described(fixture, '/components/bms/operations'))
    for (const path of paths) assert.ok(all.includes(path), path)
  })

  test('says what the items of a collection are', async () => {
    const data = await described(fixture, '/components/bms/data')
    assert.equal(data['/components/bms/data/vin']?.['x-sovd-name'], 'VIN')
    assert.equal(data['/components/bms/data/vin']?.['x-sovd-data-category'], 'identData')
    assert.deepEqual(data['/components/bms/data/soc']?.['x-sovd-data-groups'], ['display', 'cell-state'])
    assert.equal(data['/components/bms/data/vin']?.put, undefined)
    assert.ok(data['/components/bms/data/note']?.put)
    const fault = (await described(fixture, '/components/bms/faults'))['/components/bms/faults/P0A80']
    assert.equal(fault?.['x-sovd-fault-scope'], 'module-3')
    assert.equal(fault?.['x-sovd-fault-severity'], 2)
    assert.equal(fault?.['x-sovd-fault-display-code'], 'P0A80')
  })

  test('says of which type values are, in which unit, and which values a mode can have', async () => {
    const soc = JSON.stringify(await described(fixture, '/components/bms/data/soc'))
    assert.ok(soc.includes('"type":"number","x-sovd-unit":{"display_name":"%","factor_si_to_unit":100}'), soc)
    const session = JSON.stringify((await described(fixture, '/components/bms/modes'))['/components/bms/modes/session'])
    assert.ok(session.includes('{"type":"string","enum":["default","extended"]}'), session)
  })

  test('is not there for what is not there', async () => {
    const entity = await fixture.get(`${BASE}/components/none/docs`)
    assert.deepEqual([entity.status, entity.json.vendor_code], [404, 'entity-not-found'])
    const at = '/components/bms'
    for (const path of [
      '/planets',
      '/constructor',
      '/components/constructor',
      '/components/bare/data',
      '/components/bare/data/soc',
      `${at}/data/none`,
      `${at}/nothing`,
      `${at}/faults/none`,
      `${at}/operations/none`,
      `${at}/operations/none/executions`,
      `${at}/operations/self-test/executions/none`,
      `${at}/locks/none`,
      `${at}/modes/none`,
      `${at}/configurations/none`,
    ]) {
      assert.equal((await fixture.get(`${BASE}${path}/docs`)).status, 404, path)
    }
    assert.equal((await fixture.send('PUT', `${BASE}/components/bms/data/docs`, { data: 1 })).status, 405)
  })

  test('is of an empty collection as of any other', async () => {
    await using small = await openFixture()
    assert.deepEqual(Object.keys(await described(small, '/areas')), ['/areas'])
    const top = Object.keys(await described(small, ''))
    assert.ok(top.includes('/components') && !top.includes('/areas'))
  })

  test('has an entity tag, so that it is sent once', async () => {
    const tag = (await fixture.get(`${BASE}/components/docs`)).headers.get('etag') ?? ''
    assert.match(tag, /^"/)
    assert.equal((await fixture.get(`${BASE}/components/docs`, { 'if-none-match': tag })).status, 304)
  })
})

test('files are described as any of their category, and are not opened for that', async () => {
  const bulkData: BulkDataFacet = {
    categories: async () => ['dumps'],
    list: async () => [{ id: 'core-1', mimeType: 'application/x-core' }],
    find: async () => ({ id: 'core-1', mimeType: 'application/x-core' }),
    content: () => {
      throw new TypeError('opened')
    },
  }
  const entity: Entity = {
    kind: 'component',
    id: 'hpc',
    name: 'HPC',
    connectionState: 'connected',
    facets: { bulkData },
  }
  await using fixture = await openFixture({ backends: [new MemoryBackend('hpc', [entity])] })
  const all = '/components/hpc/bulk-data'
  assert.deepEqual(Object.keys(await described(fixture, all)), [all, `${all}/dumps`])
  assert.deepEqual(Object.keys(await described(fixture, `${all}/dumps`)), [
    `${all}/dumps`,
    `${all}/dumps/{bulk-data-id}`,
  ])
  assert.deepEqual(Object.keys(await described(fixture, `${all}/dumps/core-1`)), [`${all}/dumps/core-1`])
  for (const path of [`${all}/none`, `${all}/dumps/core-2`]) {
    assert.equal((await fixture.get(`${BASE}${path}/docs`)).status, 404, path)
  }
})

test('a source that cannot be asked for its items fails the descriptions that need them, and no others', async () => {
  const broken: Entity = {
    kind: 'component',
    id: 'bms',
    name: 'Battery',
    connectionState: 'error',
    facets: {
      ...memoryFacets(SAMPLE),
      data: {
        ...memoryFacets(SAMPLE).data,
        list: async () => {
          throw new SovdError('bad-gateway', 'the ECU is gone')
        },
      },
    },
  }
  const backend: Backend = new MemoryBackend('broken', [broken])
  await using fixture = await openFixture({ backends: [backend] })
  assert.ok((await described(fixture, '/components/bms'))['/components/bms/data'])
  for (const path of ['/components/bms/data', '/components/bms/data/soc']) {
    const reply = await fixture.get(`${BASE}${path}/docs`)
    assert.equal(reply.status, 502)
    assert.equal(reply.json.vendor_code, 'bad-gateway')
  }
})
