import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Json, JsonObject } from '@opensovd/base'
import { LINT_RULES, lint } from './lint.ts'
import { resourceAt } from './resources.ts'

/** A description as the standard wants it, written by hand. */
function description(): JsonObject {
  const json = (properties: JsonObject) => ({
    content: { 'application/json': { schema: { type: 'object', properties } } },
  })
  const items = (...attributes: string[]) =>
    json({ items: { type: 'array', items: { properties: Object.fromEntries(attributes.map((name) => [name, {}])) } } })
  const fail = { $ref: '#/components/responses/error' }
  const schemaParameter = { name: 'include-schema', in: 'query', schema: { type: 'boolean' } }
  const location = { headers: { Location: { schema: { type: 'string' } } } }
  const part = { items: { $ref: '#/components/schemas/DataError' } }
  const at = '/components/ecu'
  return {
    openapi: '3.1.0',
    info: { title: 'ECU', version: '1', 'x-sovd-version': '1.1.0' },
    paths: {
      [`${at}/data`]: { get: { responses: { 200: items('id', 'name', 'category'), default: fail } } },
      [`${at}/data/rpm`]: {
        'x-sovd-name': 'Engine speed',
        'x-sovd-data-category': 'currentData',
        get: {
          parameters: [schemaParameter],
          responses: { 200: json({ id: {}, data: {}, errors: part }), default: fail },
        },
        put: { responses: { 204: {}, 400: json({ path: {}, error: {} }) } },
      },
      [`${at}/operations/test`]: {
        'x-sovd-name': 'Test',
        get: { parameters: [schemaParameter], responses: { 200: json({ item: {} }), default: fail } },
      },
      [`${at}/operations/test/executions`]: {
        'x-sovd-name': 'Executions',
        'x-sovd-retention-timeout': 60,
        get: { responses: { 200: json({ items: {} }) } },
        post: { 'x-sovd-asynchronous-execution': true, responses: { 202: { ...location, ...json({ id: {} }) } } },
      },
      [`${at}/operations/test/executions/{execution-id}`]: {
        'x-sovd-name': 'Execution',
        parameters: [schemaParameter],
        get: { responses: { 200: json({ status: {} }) } },
        put: { responses: { 202: location } },
      },
      [`${at}/x-acme-extra`]: { 'x-sovd-name': 'Extra', get: { responses: { 200: {} } } },
      '/updates': {
        'x-sovd-retention-timeout': 0,
        get: {
          parameters: [{ name: 'origin', in: 'query', style: 'form', explode: true, schema: { type: 'array' } }],
          responses: { 200: json({ items: {} }) },
        },
      },
    },
    components: {
      responses: { error: json({ error_code: {}, message: {} }) },
      schemas: { DataError: { allOf: [{ properties: { path: {} } }, { properties: { error: {} } }] } },
    },
  }
}

/** Puts a value at a place of a description, or takes away what is there. */
function withChange(place: string, value?: Json): JsonObject {
  const names = place
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/'))
  const last = names.pop() ?? ''
  const document = description()
  let parent: unknown = document
  for (const name of names) {
    assert.ok(typeof parent === 'object' && parent !== null && Object.hasOwn(parent, name), name)
    parent = Reflect.get(parent, name)
  }
  assert.ok(typeof parent === 'object' && parent !== null)
  if (value === undefined) assert.ok(Reflect.deleteProperty(parent, last) && last !== '')
  else Reflect.set(parent, last, value)
  return document
}

const data = '/paths/~1components~1ecu~1data~1rpm'
const start = '/paths/~1components~1ecu~1operations~1test~1executions'
const bare = { get: { responses: {} } }

/** What is changed for the worse, and what is found then. */
const breaches: readonly (readonly [rule: string, place: string, value: Json | undefined, found: string])[] = [
  ['openapi-version', '/openapi', '3.0.3', '/openapi'],
  ['openapi-version', '/openapi', undefined, '/openapi'],
  ['sovd-version', '/info/x-sovd-version', undefined, '/info'],
  ['sovd-version', '/info', undefined, '/info'],
  ['version-info', '/paths/~1version-info', { 'x-sovd-name': 'v', ...bare }, '/paths/~1version-info'],
  ['references', '/components/responses', {}, '/paths/~1components~1ecu~1data/get/responses/default'],
  ['references', `${data}/get/parameters`, [{ $ref: 'http://elsewhere' }], `${data}/get/parameters/0`],
  ['path-structure', '/paths/~1sovd~1v1~1components', { 'x-sovd-name': 'c', ...bare }, '/paths/~1sovd~1v1~1components'],
  [
    'path-structure',
    '/paths/~1components~1ecu~1related-apps',
    { 'x-sovd-name': 'r', ...bare },
    '/paths/~1components~1ecu~1related-apps',
  ],
  ['path-structure', '/paths/~1apps~1a~1hosts', { 'x-sovd-name': 'h', ...bare }, '/paths/~1apps~1a~1hosts'],
  ['name', `${data}/x-sovd-name`, undefined, data],
  ['data-category', `${data}/x-sovd-data-category`, undefined, data],
  ['data-category', `${data}/x-sovd-data-category`, 'CURRENT', `${data}/x-sovd-data-category`],
  ['retention-timeout', `${start}/x-sovd-retention-timeout`, undefined, start],
  ['executions', start, undefined, '/paths/~1components~1ecu~1operations~1test'],
  ['extensions', `${data}/x-sovd-colour`, 'red', `${data}/x-sovd-colour`],
  [
    'extensions',
    `${data}/get/responses/default/X-SOVD-Permission`,
    'x',
    `${data}/get/responses/default/X-SOVD-Permission`,
  ],
  [
    'headers',
    `${data}/get/responses/200/headers`,
    { 'X-SOVD-Owner': {} },
    `${data}/get/responses/200/headers/X-SOVD-Owner`,
  ],
  ['headers', `${data}/put/parameters`, [{ name: 'x-sovd-client-id', in: 'header' }], `${data}/put/parameters/0`],
  ['standard-operations', `${data}/get`, undefined, data],
  ['standard-operations', `${data}/get/responses/200`, undefined, `${data}/get/responses`],
  [
    'standard-operations',
    `${data}/get/responses/200/content/application~1json/schema/properties/data`,
    undefined,
    `${data}/get/responses/200`,
  ],
  ['standard-operations', `${data}/get/responses/200`, {}, `${data}/get/responses/200`],
  [
    'standard-operations',
    '/paths/~1components~1ecu~1data/get/responses/200/content/application~1json/schema/properties/items',
    {},
    '/paths/~1components~1ecu~1data/get/responses/200',
  ],
  ['location', `${start}/post/responses/202/headers`, {}, `${start}/post/responses/202`],
  ['include-schema', `${data}/get/parameters`, [], `${data}/get`],
  ['query-arrays', '/paths/~1updates/get/parameters/0/explode', false, '/paths/~1updates/get'],
  ['query-arrays', '/paths/~1updates/get/parameters/0/style', 'pipeDelimited', '/paths/~1updates/get'],
  [
    'error-body',
    '/components/responses/error/content/application~1json/schema/properties/error_code',
    undefined,
    '/paths/~1components~1ecu~1data/get/responses/default',
  ],
  ['error-body', '/components/schemas/DataError', {}, `${data}/get/responses/200`],
]

describe('lint', () => {
  it('finds nothing in a description as the standard wants it', () => {
    assert.deepEqual(lint(description()), [])
  })

  for (const [rule, place, value, found] of breaches) {
    it(`finds what ${rule} forbids where ${place} is ${JSON.stringify(value) ?? 'missing'}`, () => {
      const finding = lint(withChange(place, value)).find((each) => each.rule === rule && each.place === found)
      assert.ok(finding, JSON.stringify(lint(withChange(place, value))))
      assert.equal(finding.clause, LINT_RULES.find(({ id }) => id === rule)?.clause)
      assert.notEqual(finding.message, '')
    })
  }

  it('has a breach of every rule', () => {
    assert.deepEqual(new Set(breaches.map(([rule]) => rule)), new Set(LINT_RULES.map(({ id }) => id)))
  })

  it('leaves alone what looks like an extension but is data, and what somebody else extends', () => {
    const example = { 'x-sovd-colour': 1, headers: { 'x-sovd-colour': 1 } }
    assert.deepEqual(lint(withChange(`${data}/get/responses/200/content/application~1json/example`, example)), [])
    assert.deepEqual(lint(withChange(`${data}/x-acme-colour`, 'red')), [])
    assert.deepEqual(lint(withChange(`${data}/x-sovd-data-category`, 'x-acme-plant')), [])
  })

  it('follows references that go round in circles no further than it has to', () => {
    const document = withChange('/components/responses/error', { $ref: '#/components/responses/error' })
    assert.ok(lint(document).some(({ rule }) => rule === 'references'))
  })

  it('takes any JSON, and misses what every description has', () => {
    for (const json of [
      null,
      [],
      1,
      {},
      { paths: { '/data': null, x: 1 }, info: [] },
      { paths: { '/': { get: 5 } } },
    ]) {
      const rules = lint(json).map(({ rule }) => rule)
      assert.ok(rules.includes('openapi-version') && rules.includes('sovd-version'))
    }
  })
})

describe('the resources of the standard', () => {
  const known = [
    '/',
    '/areas',
    '/functions',
    '/components/a/subcomponents/b/data/c',
    '/areas/a/subareas',
    '/areas/a/contains',
  ]
  const more = [
    '/apps/a/bulk-data/logs/1',
    '/updates/u/execute',
    '/components/a/docs',
    '/components/a/clear-data/status',
  ]
  for (const path of [...known, ...more]) it(`are at ${path}`, () => assert.ok(resourceAt(path)))

  const unknown = [
    '',
    'components',
    '/groups',
    '/components/a/sub',
    '/components/a/subareas/b/data',
    '/apps/a/contains',
  ]
  const others = ['/components/a/status/stop', '/components/', '/updates/u/activate', '/components/a/data/']
  for (const path of [...unknown, ...others]) {
    it(`are not at ${path === '' ? 'an empty path' : path}`, () => assert.equal(resourceAt(path), undefined))
  }
})
