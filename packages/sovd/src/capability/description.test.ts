import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isJsonObject, type JsonObject } from '@opensovd/base'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { ISO_API } from '../iso/api.ts'
import type { Route, RouteTable } from '../route.ts'
import { dataSchema } from './data-schema.ts'
import { createDescriber, type DescribedResource } from './description.ts'
import { listedItems } from './extensions.ts'

const table: RouteTable = ISO_API
const options = {
  base: '/vehicle/v1',
  info: { title: 'Vehicle', version: '1', description: 'A vehicle' },
  sovdVersion: '1.1',
  retentionSeconds: { executions: 90 },
}
const describeAll = createDescriber(table, options)
const DATA = '/{entityCollection}/{entityId}/data/{dataId}'
const EXECUTIONS = '/{entityCollection}/{entityId}/operations/{operationId}/executions'
const bms = { entityCollection: 'components', entityId: 'bms' }

function at(document: object, ...path: readonly string[]): JsonObject {
  let found: unknown = document
  for (const name of path) {
    assert.ok(typeof found === 'object' && found !== null && Object.hasOwn(found, name), `${name} of ${path}`)
    found = Reflect.get(found, name)
  }
  assert.ok(typeof found === 'object' && found !== null)
  return found as JsonObject
}

const rows = Object.values(table).filter(({ mount }: Route) => mount !== 'root')
const everything = describeAll(rows.map(({ path }): DescribedResource => ({ template: path, params: {}, name: path })))

describe('a capability description', () => {
  it('is OpenAPI 3.1, in the dialect of the standard, and names its release [17978-3 6.2.1]', async () => {
    const validator = new Validator()
    assert.deepEqual(await validator.validate(structuredClone(everything)), { valid: true })
    assert.equal(everything.jsonSchemaDialect, 'https://asam.net/standards/diagnostics/sovd/v1.1/dialect')
    assert.equal(everything.info['x-sovd-version'], '1.1')
    assert.deepEqual(everything.servers, [{ url: '/vehicle/v1' }])
    assert.deepEqual(createDescriber(table, { ...options, base: '' })([]).servers, [{ url: '/' }])
  })

  it('has all methods of all rows, below the base', () => {
    for (const { path, method } of rows) {
      const described = path.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      assert.ok(at(everything, 'paths', described, method.toLowerCase()), `${method} ${described}`)
    }
  })

  it('has no keys with the prefix of the standard but those of the standard', () => {
    const keys = new Set(JSON.stringify(everything).match(/"x-sovd-[a-z-]+"(?=:)/g))
    const known = ['name', 'version', 'retention-timeout', 'asynchronous-execution'].map((key) => `"x-sovd-${key}"`)
    assert.deepEqual([...keys].toSorted(), known.toSorted())
    assert.doesNotMatch(JSON.stringify(everything), /x-sovd-client-id/i)
  })

  it('has a Location for whatever is created, and for what is done later', () => {
    for (const item of Object.values(everything.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        if (!isJsonObject(operation)) continue
        for (const status of ['201', '202']) {
          const response = isJsonObject(operation.responses) ? operation.responses[status] : undefined
          if (response !== undefined) assert.ok(at({ response }, 'response', 'headers', 'Location'), method)
        }
      }
    }
  })

  it('answers errors in the words of the standard, 422 and 423 being none of them', () => {
    const statuses = Object.values(everything.paths).flatMap((item) =>
      Object.values(item).flatMap((operation) =>
        isJsonObject(operation) ? Object.keys(Object(operation.responses)) : [],
      ),
    )
    assert.ok(!statuses.includes('422') && !statuses.includes('423'))
    const write = at(everything, 'paths', '/{entity-collection}/{entity-id}/data/{data-id}', 'put', 'responses')
    assert.deepEqual(write[400], { $ref: '#/components/responses/refused-value' })
    assert.deepEqual(write.default, { $ref: '#/components/responses/any-error' })
    const refused = at(everything, 'components', 'responses', 'refused-value', 'content', 'application/json', 'schema')
    assert.deepEqual(refused, { $ref: '#/components/schemas/DataError' })
  })

  it('puts what is known in the place of parameters, and leaves the others to the client', () => {
    const { paths, components } = describeAll([
      { template: DATA, params: { ...bms, dataId: 'a b' }, name: 'A' },
      { template: `${EXECUTIONS}/{executionId}`, params: { ...bms, operationId: 'test' }, name: 'Execution' },
    ])
    assert.deepEqual(Object.keys(paths), [
      '/components/bms/data/a%20b',
      '/components/bms/operations/test/executions/{execution-id}',
    ])
    const open = Object.entries(components.parameters).filter(([, parameter]) => parameter.in === 'path')
    assert.deepEqual(
      open.map(([key, { name, required }]) => [key, name, required]),
      [['execution-id', 'execution-id', true]],
    )
  })

  it('says what is known of one resource, of its values too', async () => {
    const [item] = listedItems([
      { id: 'soc', name: 'State of charge', category: 'currentData', groups: ['g'], tags: ['t'] },
    ])
    assert.ok(item)
    const schema = dataSchema({ name: item.name, description: 'How full', dataType: 'float', unit: '%' })
    const document = describeAll([
      {
        template: DATA,
        params: { ...bms, dataId: 'soc' },
        ...item,
        without: ['PUT'],
        members: { read: { data: schema } },
      },
    ])
    const described = at(document, 'paths', '/components/bms/data/soc')
    const { get, ...rest } = described
    assert.deepEqual(rest, {
      'x-sovd-name': 'State of charge',
      'x-sovd-data-category': 'currentData',
      'x-sovd-data-groups': ['g'],
      'x-sovd-tags': ['t'],
    })
    const body = at({ get }, 'get', 'responses', '200', 'content', 'application/json', 'schema')
    assert.deepEqual(at(body, 'properties', 'data'), {
      title: 'State of charge',
      description: 'How full',
      type: 'number',
      'x-sovd-unit': { display_name: '%', factor_si_to_unit: 100 },
    })
    const ajv = new Ajv2020({ strict: false })
    const check = ajv.compile({ ...body, components: document.components })
    assert.ok(check({ id: 'soc', data: 1.5 }))
    assert.ok(!check({ id: 'soc', data: 'full' }))
    assert.ok(!check({ data: 1.5 }))
    assert.deepEqual(await new Validator().validate(structuredClone(document)), { valid: true })
  })

  it('says that operations run on, and how long what came of them is kept [17978-3 7.3]', () => {
    const { paths } = describeAll([
      { template: EXECUTIONS, params: { ...bms, operationId: 'test' }, name: 'Executions' },
    ])
    const item = at(paths, '/components/bms/operations/test/executions')
    assert.equal(item['x-sovd-retention-timeout'], 90)
    assert.equal(at(item, 'post')['x-sovd-asynchronous-execution'], true)
    assert.equal(at(item, 'get')['x-sovd-asynchronous-execution'], undefined)
  })

  it('has for a configuration the media type that it has, of those that configurations can have [17978-3 7.12]', () => {
    const list = [
      { id: 'limit', name: 'Limit', type: 'parameter' },
      { id: 'map', name: 'Map', type: 'bulk', content_type: 'image/png' },
      { id: 'blob', name: 'Blob', type: 'bulk' },
    ]
    const template = '/{entityCollection}/{entityId}/configurations/{configurationId}'
    const { paths } = describeAll(
      listedItems(list).map((item) => ({ template, params: { ...bms, configurationId: item.id }, ...item })),
    )
    const mediaOf = (id: string, ...place: string[]) =>
      Object.keys(at(paths, `/components/bms/configurations/${id}`, ...place, 'content'))
    for (const [id, media] of [
      ['limit', 'application/json'],
      ['map', 'image/png'],
      ['blob', 'application/octet-stream'],
    ] as const) {
      assert.deepEqual(mediaOf(id, 'put', 'requestBody'), [media])
      assert.deepEqual(mediaOf(id, 'get', 'responses', '200'), [media])
    }
  })

  it('has only what its paths refer to', () => {
    const { components, tags } = describeAll([{ template: '/', params: {}, name: 'Vehicle' }])
    assert.deepEqual(Object.keys(components.schemas).toSorted(), ['GenericError', 'ServerCapabilities'])
    assert.deepEqual(tags, [{ name: 'discovery' }])
  })
})

describe('items of a list', () => {
  it('are texts, or have an id or a code', () => {
    const named = (items: Parameters<typeof listedItems>[0]) => listedItems(items).map(({ id, name }) => [id, name])
    assert.deepEqual(named(['logs', { id: 'a' }, { code: 'P1', fault_name: 'Fault' }, { id: 'b', name: 'B' }]), [
      ['logs', 'logs'],
      ['a', 'a'],
      ['P1', 'Fault'],
      ['b', 'B'],
    ])
    assert.deepEqual(named([1, null, {}, { id: '' }, []]), [])
    assert.deepEqual(named(undefined), [])
  })

  it('tell of faults and operations what the standard has words for [17978-3 6.2.2]', () => {
    const fault = { code: 'P1', fault_name: 'F', display_code: 'D1', scope: 's', severity: 2, status: {} }
    assert.deepEqual(listedItems([fault])[0]?.extensions, {
      'x-sovd-fault-display-code': 'D1',
      'x-sovd-fault-scope': 's',
      'x-sovd-fault-severity': 2,
    })
    const operation = { id: 'o', proximity_proof_required: true, asynchronous_execution: true, translation_id: 't' }
    assert.deepEqual(listedItems([operation])[0]?.extensions, {
      'x-sovd-translation-id': 't',
      'x-sovd-proximity-proof-required': true,
    })
  })
})
