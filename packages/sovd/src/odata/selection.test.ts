import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseJson } from '@opensovd/base'
import { parseSelection } from './selection.ts'

const item = { id: 'v', name: 'Voltage', range: { min: 1, max: 2, unit: null }, tags: [{ a: 1, b: 2 }, { b: 3 }, 'x'] }

const ROWS: readonly (readonly [select: string, expected: unknown])[] = [
  ['id', { id: 'v' }],
  ['id, name', { id: 'v', name: 'Voltage' }],
  ['missing,id', { id: 'v' }],
  ['missing', {}],
  ['range/min', { range: { min: 1 } }],
  ['range/min,range/unit', { range: { min: 1, unit: null } }],
  ['range,range/min', { range: { min: 1, max: 2, unit: null } }],
  ['range/missing', { range: {} }],
  ['range/unit/deeper', { range: { unit: null } }],
  ['name/deeper', { name: 'Voltage' }],
  ['tags/a', { tags: [{ a: 1 }, {}, 'x'] }],
  ['*', item],
  ['id,*', item],
  ['constructor,toString', {}],
]

describe('$select', () => {
  for (const [select, expected] of ROWS) {
    it(`keeps of an item with ${select} ${JSON.stringify(expected).slice(0, 50)}`, () => {
      assert.deepEqual(parseSelection(select)(item), expected)
    })
  }

  it('keeps numbers as they were written', () => {
    const selected = parseSelection('a/n')(parseJson('{"a":{"n":18446744073709551615,"m":1},"b":1}'))
    assert.equal(JSON.stringify(selected), '{"a":{"n":18446744073709551615}}')
  })

  it('copies a property that is named like the prototype as a property', () => {
    const selected = parseSelection('__proto__')(parseJson('{"__proto__":{"polluted":true},"b":1}'))
    assert.equal(JSON.stringify(selected), '{"__proto__":{"polluted":true}}')
    assert.equal(Object.getPrototypeOf(selected), Object.prototype)
  })

  const refusals: readonly (readonly [select: string, message: string])[] = [
    ['', "$select: expected a property or '*' at character 1, found the end"],
    ['id;name', "$select: expected ',' or the end at character 3, found ';'"],
    ['id name', "$select: expected ',' or the end at character 4, found 'name'"],
    ['range/*', "$select: expected a property at character 7, found '*'"],
    [Array(70).fill('a').join(), '$select: at most 64 properties are accepted'],
  ]
  for (const [select, message] of refusals) {
    it(`is refused: ${select.slice(0, 20)}`, () => {
      assert.throws(() => parseSelection(select), { code: 'invalid-request', target: '$select', message })
    })
  }
})
