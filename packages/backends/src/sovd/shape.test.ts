import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '@opensovd/base'
import { defined, type itemsOf, listOf, objectOf, requiredJson, requiredText, ShapeError, textsOf } from './shape.ts'

function shapeError(message: string) {
  return (error: unknown) => error instanceof ShapeError && error.message === message
}

test('says where a list is not what it should be', () => {
  const decode = (json: Parameters<typeof itemsOf>[0]) => listOf(json, 'value', (item) => requiredText(item, 'id'))
  assert.throws(() => decode(undefined), shapeError('it is not an object'))
  assert.throws(() => decode([]), shapeError('it is not an object'))
  assert.throws(() => decode({ items: [] }), shapeError('value is not an array'))
  assert.throws(() => decode({ value: [{ id: 'a' }, null] }), shapeError('value[1] is not an object'))
  assert.throws(() => decode({ value: [{ id: 'a' }, { id: 1 }] }), shapeError('value[1].id is not a text'))
  assert.deepEqual(decode({ value: [{ id: 'a' }] }), ['a'])
})

test('null is a value, and absence is not', () => {
  assert.equal(requiredJson({ value: null }, 'value'), null)
  assert.throws(() => requiredJson({}, 'value'), shapeError('value is missing'))
})

test('a number kept as text is no object', () => {
  assert.throws(() => objectOf(parseJson('123456789012345678901234567890')), ShapeError)
})

test('leaves out of a list of texts what is none', () => {
  assert.deepEqual(textsOf({ tags: ['a', 1, null, 'b'] }, 'tags'), ['a', 'b'])
  assert.equal(textsOf({ tags: 'a' }, 'tags'), undefined)
})

test('keeps only members that are defined', () => {
  assert.deepEqual(Object.keys(defined<{ a?: number; b: number }>({ a: undefined, b: 0 })), ['b'])
})
