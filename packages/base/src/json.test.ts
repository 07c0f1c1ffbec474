import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isJsonObject, parseJson } from './json.ts'

const kept = ['12345678901234567890', '-9007199254740993', '0.1000000000000000055511151231257827', '1e400', '-1E-400']
for (const number of kept) {
  test(`${number} comes out as it went in`, () => {
    const text = `{"value":[${number},{"deep":${number}}]}`
    assert.equal(JSON.stringify(parseJson(text)), text)
  })
}

const plain: [text: string, value: number][] = [
  ['23.0', 23],
  ['0.1000000000000000', 0.1],
  ['1000000000000000000000', 1e21],
  ['100000000000000000000e-20', 1],
  ['9007199254740992', 2 ** 53],
  ['0.00000000000000000', 0],
]
for (const [text, value] of plain) {
  test(`${text} is an ordinary number`, () => {
    assert.equal(parseJson(text), value)
  })
}

test('parses every other JSON text as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(JSON.parse(JSON.stringify(parseJson(text))), JSON.parse(text))
    }),
  )
})

test('what is not JSON is a syntax error', () => {
  for (const text of ['', '{', '[1,]', 'NaN', '1234567890123456789x']) assert.throws(() => parseJson(text), SyntaxError)
})

test('tells an object from everything else', () => {
  assert.ok(isJsonObject(parseJson('{}')))
  for (const text of ['null', '[]', '"a"', '1', '12345678901234567890']) assert.ok(!isJsonObject(parseJson(text)))
})

test('a number of a million digits takes no longer than reading it', () => {
  const text = `[1${'0'.repeat(500_000)}1${'0'.repeat(500_000)}1]`
  assert.equal(JSON.stringify(parseJson(text)), text)
})
