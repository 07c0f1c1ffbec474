import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '@opensovd/base'
import { parsePointer, valueAt } from './json-pointer.ts'

/** The example of [RFC 6901 5]. */
const DOCUMENT = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
}

const found: readonly (readonly [pointer: string, value: unknown])[] = [
  ['', DOCUMENT],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
]
for (const [pointer, value] of found) {
  test(`${JSON.stringify(pointer)} is a place in a document [RFC 6901 5]`, () => {
    assert.deepEqual(valueAt(DOCUMENT, parsePointer(pointer)), value)
  })
}

for (const pointer of ['/nope', '/foo/2', '/foo/00', '/foo/-', '/foo/length', '/foo/0/0', '/constructor', '/a~1b/x']) {
  test(`there is nothing at ${pointer}`, () => {
    assert.equal(valueAt(DOCUMENT, parsePointer(pointer)), undefined)
  })
}

test('there is nothing in a number that a double cannot hold', () => {
  assert.equal(valueAt(parseJson('{"n":12345678901234567890}'), ['n', 'rawJSON']), undefined)
})

for (const pointer of ['foo', '/~', '/~2', '/a~']) {
  test(`${pointer} is no JSON pointer`, () => {
    assert.throws(() => parsePointer(pointer), { code: 'invalid-request', target: 'body/path' })
  })
}
