import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAnswer, readHello, readRequest, writeAnswer, writeHello, writeRequest } from './frames.ts'

test('a vehicle says who it is', () => {
  assert.equal(writeHello({ vehicleId: 'car' }), '{"vehicle_id":"car"}')
  assert.equal(writeHello({ vehicleId: 'car', tenantId: 'a' }), '{"vehicle_id":"car","tenant_id":"a"}')
  assert.deepEqual(readHello('{"vehicle_id":"car","tenant_id":null,"more":1}'), { vehicleId: 'car' })
  assert.deepEqual(readHello('{"tenant_id":"a","vehicle_id":"car"}'), { vehicleId: 'car', tenantId: 'a' })
})

test('requests and answers have the members of the protocol, and none that are empty', () => {
  const request = { method: 'PUT', path: '/a?b=c', body: { value: null }, headers: { 'if-match': '"1"' } }
  assert.equal(
    writeRequest('r1', request),
    '{"request_id":"r1","method":"PUT","path":"/a?b=c","body":{"value":null},"headers":{"if-match":"\\"1\\""}}',
  )
  assert.equal(
    writeRequest('r1', { method: 'GET', path: '/', headers: {} }),
    '{"request_id":"r1","method":"GET","path":"/"}',
  )
  assert.equal(writeAnswer('r1', { status: 204 }), '{"request_id":"r1","status":204}')
  assert.deepEqual(readRequest('{"request_id":"r1","method":"GET","path":"/","body":null,"headers":null}'), {
    requestId: 'r1',
    method: 'GET',
    path: '/',
  })
  assert.deepEqual(readAnswer('{"request_id":"r1","status":200,"body":[1],"headers":{"etag":"x"}}'), {
    requestId: 'r1',
    answer: { status: 200, body: [1], headers: { etag: 'x' } },
  })
})

test('numbers pass that a double cannot hold', () => {
  const { answer } = readAnswer('{"request_id":"r","status":200,"body":{"value":18446744073709551615}}')
  assert.equal(writeAnswer('r', answer), '{"request_id":"r","status":200,"body":{"value":18446744073709551615}}')
})

const deep = `{"request_id":"r","status":200,"body":${'['.repeat(65)}${']'.repeat(65)}}`

for (const [read, text, message] of [
  [readHello, '', /^not JSON: /],
  [readHello, 'null', /^expected an object$/],
  [readHello, '[]', /^expected an object$/],
  [readHello, '{}', /^vehicle_id: expected 1 to 128 characters, got nothing$/],
  [readHello, `{"vehicle_id":"${'x'.repeat(129)}"}`, /^vehicle_id: expected 1 to 128 characters, got "x+…$/],
  [readHello, '{"vehicle_id":"car","tenant_id":7}', /^tenant_id: .* got 7$/],
  [readRequest, '{"request_id":"r","method":"get","path":"/"}', /^method: /],
  [readRequest, '{"request_id":"r","method":"GET","path":"x"}', /^path: /],
  [readRequest, '{"request_id":"r","method":"GET","path":"/a b"}', /^path: /],
  [readRequest, '{"request_id":"","method":"GET","path":"/"}', /^request_id: /],
  [
    readRequest,
    '{"request_id":"r","method":"GET","path":"/","headers":{"a":1}}',
    /^headers\.a: expected a text, got 1$/,
  ],
  [readRequest, '{"request_id":"r","method":"GET","path":"/","headers":[]}', /^headers: /],
  [readAnswer, '{"request_id":"r"}', /^status: expected an integer from 100 to 599, got nothing$/],
  [readAnswer, '{"request_id":"r","status":99}', /^status: /],
  [readAnswer, '{"request_id":"r","status":200.5}', /^status: /],
  [readAnswer, '{"request_id":"r","status":"200"}', /^status: /],
  [readAnswer, '{"request_id":"r","status":200,"encoding":"hex"}', /^encoding: /],
  [readAnswer, deep, /^nested deeper than 65 levels$/],
] as const) {
  test(`${read.name} refuses ${text.slice(0, 60)}`, () => {
    assert.throws(() => read(text), { code: 'bad-frame', message })
  })
}
