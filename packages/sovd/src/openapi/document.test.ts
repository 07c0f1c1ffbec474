import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Type } from 'typebox'
import { ISO_STYLE } from '../capability/style.ts'
import { SOVD_ERRORS } from '../error.ts'
import { ISO_API } from '../iso/api.ts'
import { NATIVE_API } from '../native/api.ts'
import { json, type Route, type RouteTable, route } from '../route.ts'
import { type OpenApiOptions, openApiDocument } from './document.ts'
import type { OpenApiDocument, Operation } from './model.ts'
import { restrictTo } from './restriction.ts'

const options: OpenApiOptions = {
  table: NATIVE_API,
  base: '/sovd/v1',
  info: { title: 'Gateway', version: '0.1.0', description: 'A gateway' },
  sovdVersion: '1.1.0',
}
const table: RouteTable = NATIVE_API
const native = openApiDocument(options)
const ofData = restrictTo(native, {
  below: '/sovd/v1/components/{componentId}/data',
  params: { componentId: 'bms' },
})
const iso = openApiDocument({
  ...options,
  table: ISO_API,
  base: '/vehicle/v1',
  style: ISO_STYLE,
  idPattern: /^[a-z]+$/,
})
const documents: readonly (readonly [name: string, document: OpenApiDocument])[] = [
  ['the whole native contract', native],
  ['the data of a component', ofData],
  ['the contract of the standard', iso],
  ['a contract without OData', openApiDocument({ ...options, style: { odata: false } })],
  ['a contract of nothing', openApiDocument({ ...options, include: () => false })],
]

function operations(document: OpenApiDocument): (readonly [path: string, method: string, operation: Operation])[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [path, method, operation] as const),
  )
}

function at(document: OpenApiDocument, path: string, method: 'get' | 'post' | 'put' | 'patch' | 'delete'): Operation {
  const operation = document.paths[path]?.[method]
  assert.ok(operation, `${method} ${path}`)
  return operation
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : referencesIn(member),
  )
}

function resolve(document: unknown, reference: string): unknown {
  let found: unknown = document
  for (const name of reference.replace('#/', '').split('/')) {
    assert.ok(typeof found === 'object' && found !== null && Object.hasOwn(found, name), reference)
    found = Reflect.get(found, name)
  }
  return found
}

function parameterNames(document: OpenApiDocument, operation: Operation, place: string): string[] {
  const parameters = operation.parameters.map((parameter) =>
    typeof parameter.$ref === 'string' ? resolve(document, parameter.$ref) : parameter,
  )
  return parameters.flatMap((parameter) => {
    assert.ok(typeof parameter === 'object' && parameter !== null)
    return Reflect.get(parameter, 'in') === place ? [String(Reflect.get(parameter, 'name'))] : []
  })
}

for (const [name, document] of documents) {
  describe(`an OpenAPI document of ${name}`, () => {
    it('is valid OpenAPI 3.1', async () => {
      const validator = new Validator()
      const result = await validator.validate(structuredClone(document))
      assert.deepEqual(result, { valid: true })
      assert.equal(validator.version, '3.1')
    })

    it('consists of JSON values', () => {
      assert.deepEqual(JSON.parse(JSON.stringify(document)), document)
      assert.ok(!JSON.stringify(document).includes('"~'))
    })

    it('refers to what it has, and has what it refers to', () => {
      const references = new Set(referencesIn(document))
      for (const reference of references) resolve(document, reference)
      for (const [kind, components] of Object.entries(document.components)) {
        for (const component of Object.keys(components)) {
          assert.ok(references.has(`#/components/${kind}/${component}`), component)
        }
      }
    })

    it('has schemas that a strict validator compiles', () => {
      const formats = { 'date-time': true, 'uri-reference': true } as const
      const ajv = new Ajv2020({ strict: true, strictTypes: true, strictTuples: true, formats })
      const local = JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '')
      for (const [id, schema] of Object.entries<object>(JSON.parse(local))) ajv.addSchema({ ...schema, $id: id })
      for (const id of Object.keys(document.components.schemas)) assert.ok(ajv.getSchema(id))
      for (const parameter of Object.values(document.components.parameters)) {
        assert.ok(typeof parameter.schema === 'object' && parameter.schema !== null)
        ajv.compile(parameter.schema)
      }
    })

    it('describes the parameters of every path, each operation under a name of its own', () => {
      const ids = operations(document).map(([, , { operationId }]) => operationId)
      assert.equal(new Set(ids).size, ids.length)
      for (const [path, , operation] of operations(document)) {
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
        assert.deepEqual(parameterNames(document, operation, 'path'), inPath)
      }
    })
  })
}

describe('the OpenAPI document of a table', () => {
  it('has every row, and its aliases', () => {
    let count = 0
    for (const [key, row] of Object.entries(table)) {
      const prefix = row.mount === 'root' ? '' : '/sovd/v1'
      for (const path of [row.path, ...(row.aliases ?? [])]) {
        const [, , operation] =
          operations(native).find(([at, method]) => at === prefix + path && method === row.method.toLowerCase()) ?? []
        assert.ok(operation, `${row.method} ${path}`)
        assert.match(operation.operationId, new RegExp(`^${key}(Alias\\d*)?$`))
        assert.equal(operation['x-sovd-permission'], row.permission)
        count += 1
      }
    }
    assert.equal(operations(native).length, count)
    assert.equal(at(native, '/sovd/v1/components/{componentId}/mode', 'get').operationId, 'readModeAlias')
  })

  it('tells the SOVD release, and the tags in use', () => {
    assert.equal(native.openapi, '3.1.0')
    assert.equal(native.info['x-sovd-version'], '1.1.0')
    assert.deepEqual(native.servers, [{ url: '/' }])
    assert.deepEqual(new Set(native.tags.map(({ name }) => name)), new Set(Object.values(table).map(({ tag }) => tag)))
  })

  it('has the six OData parameters on collections', () => {
    const operation = at(native, '/sovd/v1/components', 'get')
    const odata = ['$filter', '$orderby', '$select', '$top', '$skip', '$count']
    assert.deepEqual(parameterNames(native, operation, 'query').slice(-6), odata)
    const without = openApiDocument({ ...options, style: { odata: false } })
    const plain = ['variant', 'softwareVersion', 'hardwareVariant']
    assert.deepEqual(parameterNames(without, at(without, '/sovd/v1/components', 'get'), 'query'), plain)
    assert.deepEqual(parameterNames(native, at(native, '/sovd/v1/health', 'get'), 'query'), [])
  })

  it('has what conditional requests need', () => {
    const data = '/sovd/v1/components/{componentId}/data/{dataId}'
    const read = at(native, data, 'get')
    assert.deepEqual(parameterNames(native, read, 'header'), ['If-None-Match'])
    assert.deepEqual(Object.keys(Object(read.responses[200]?.headers)), ['ETag'])
    assert.ok(read.responses[304])
    for (const method of ['put', 'patch'] as const) {
      const write = at(native, data, method)
      assert.deepEqual(parameterNames(native, write, 'header'), ['If-Match', 'X-SOVD-Client-Id'])
      assert.ok(write.responses[412])
      assert.equal(write.responses[304], undefined)
    }
    const start = at(native, '/sovd/v1/components/{componentId}/operations/{operationId}', 'post')
    assert.deepEqual(parameterNames(native, start, 'header'), ['X-SOVD-Client-Id'])
    assert.deepEqual(Object.keys(Object(start.responses[202]?.headers)), ['Location'])
    assert.equal(at(native, '/metrics', 'get').responses[304], undefined)
  })

  it('says where it matters who asks: at what changes something, and at locks', () => {
    const names = (path: string, method: 'get' | 'post' | 'delete') =>
      parameterNames(native, at(native, `/sovd/v1${path}`, method), 'header')
    assert.ok(names('/components/{componentId}/faults', 'delete').includes('X-SOVD-Client-Id'))
    assert.ok(names('/lock', 'get').includes('X-SOVD-Client-Id'))
    assert.ok(!names('/components/{componentId}/faults', 'get').includes('X-SOVD-Client-Id'))
    assert.ok(!names('/x-faults/records', 'post').includes('X-SOVD-Client-Id'))
  })

  it('tells which bodies are required, and their media types', () => {
    const operationPath = '/sovd/v1/components/{componentId}/operations/{operationId}'
    assert.equal(at(native, operationPath, 'post').requestBody?.required, false)
    const data = '/sovd/v1/components/{componentId}/data/{dataId}'
    assert.equal(at(native, data, 'put').requestBody?.required, true)
    assert.deepEqual(Object.keys(Object(at(native, data, 'put').requestBody?.content)), ['application/json'])
    assert.deepEqual(Object.keys(Object(at(native, data, 'patch').requestBody?.content)), [
      'application/merge-patch+json',
      'application/json',
    ])
    assert.equal(at(native, data, 'get').requestBody, undefined)
  })

  it('has the errors of the row, of every request, and of those with bodies', () => {
    const statuses = (operation: Operation) => Object.keys(operation.responses).filter((status) => status >= '400')
    const always = ['400', '408', '414', '421', '431', '500', '503', '504']
    assert.deepEqual(statuses(at(native, '/sovd/v1/health', 'get')), always)
    assert.deepEqual(statuses(at(native, '/sovd/v1/groups/{groupId}', 'get')), [...always, '404'].sort())
    const change = statuses(at(native, '/sovd/v1/components/{componentId}/modes', 'post'))
    for (const status of ['413', '415', '422']) assert.ok(change.includes(status))
    for (const row of Object.values(table)) {
      const path = (row.mount === 'root' ? '' : '/sovd/v1') + row.path
      const method = row.method.toLowerCase()
      const [, , operation] = operations(native).find(([at, verb]) => at === path && verb === method) ?? []
      for (const code of row.errors ?? []) assert.ok(operation?.responses[SOVD_ERRORS[code]], `${path} ${code}`)
    }
  })

  it('says after which errors to try again when', () => {
    for (const [code, response] of Object.entries(native.components.responses)) {
      const expected = ['conflict', 'too-many-requests', 'unavailable'].includes(code)
      assert.equal('headers' in response, expected, code)
    }
  })

  it('has the error body and the identifiers of its contract', () => {
    const { schemas, responses, parameters } = iso.components
    assert.deepEqual(responses['not-found']?.content, {
      'application/json': { schema: { $ref: '#/components/schemas/GenericError' } },
    })
    assert.equal(schemas.Error, undefined)
    assert.deepEqual(parameters.dataId?.schema, { type: 'string', pattern: '^[a-z]+$' })
    assert.ok(native.components.schemas.Error)
  })

  it('covers the rows that are wanted', () => {
    const document = openApiDocument({ ...options, include: ({ tag }) => tag === 'faults' })
    assert.deepEqual(
      operations(document).map(([, , { operationId }]) => operationId),
      ['listFaults', 'clearFaults', 'readFault', 'clearFault'],
    )
  })

  it('is refused where two rows or two schemas are in one place', () => {
    const row: Route = route({
      method: 'GET',
      path: '/x',
      tag: 'x',
      permission: 'x:read',
      summary: 'x',
      reply: json(Type.Object({ a: Type.String() }, { title: 'X' })),
    })
    const other: Route = { ...row, path: '/y', reply: json(Type.Object({ a: Type.Number() }, { title: 'X' })) }
    assert.throws(
      () => openApiDocument({ ...options, table: { row, again: row } }),
      /two rows describe GET \/sovd\/v1\/x/,
    )
    assert.throws(() => openApiDocument({ ...options, table: { row, other } }), /two schemas are called 'X'/)
  })
})
