import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseJson } from '@opensovd/base'
import { parseOrder } from './order.ts'

function sorted(orderby: string, items: readonly unknown[]): readonly unknown[] {
  return items.toSorted(parseOrder(orderby))
}

describe('$orderby', () => {
  it('sorts by one key after the other, in upper or lower case [OData-URL 5.1.5]', () => {
    const [a, b, c, d] = [
      { name: 'x', rating: 2 },
      { name: 'x', rating: 10 },
      { name: 'w', rating: 1 },
      { name: 'y', rating: 0 },
    ]
    assert.deepEqual(sorted('name asc,rating DESC', [a, b, c, d]), [c, b, a, d])
    assert.deepEqual(sorted('name\tDesc , rating', [a, b, c, d]), [d, a, b, c])
  })

  it('puts what is missing or null first ascending and last descending [OData-Protocol 11.2.6.2]', () => {
    const items = [{ k: 1 }, { k: null }, {}, { k: 0 }]
    assert.deepEqual(sorted('k', items), [{ k: null }, {}, { k: 0 }, { k: 1 }])
    assert.deepEqual(sorted('k desc', items), [{ k: 1 }, { k: 0 }, { k: null }, {}])
  })

  it('orders values of mixed types: null, false, true, numbers, strings, then the rest as it came', () => {
    const values = [{ b: 1 }, 'b', 'B', 10, 9, true, false, null, [2], [1]]
    const items = values.map((k) => ({ k }))
    const expected = [null, false, true, 9, 10, 'B', 'b', { b: 1 }, [2], [1]]
    assert.deepEqual(
      sorted('k', items),
      expected.map((k) => ({ k })),
    )
  })

  it('reads nested properties and exact numbers', () => {
    const items = [
      parseJson('{"a":{"b":18446744073709551615}}'),
      parseJson('{"a":{"b":18446744073709551614}}'),
      parseJson('{"a":{"b":5}}'),
    ]
    assert.deepEqual(sorted('a/b', items), [items[2], items[1], items[0]])
  })

  it('keeps the order of equals', () => {
    const items = Array.from({ length: 100 }, (_, index) => ({ k: index % 2, index }))
    const expected = [...items.filter(({ k }) => k === 0), ...items.filter(({ k }) => k === 1)]
    assert.deepEqual(sorted('k', items), expected)
  })

  const refusals: readonly (readonly [orderby: string, message: string])[] = [
    ['', '$orderby: expected a property at character 1, found the end'],
    ['name,', '$orderby: expected a property at character 6, found the end'],
    ['name up', "$orderby: expected 'asc', 'desc', ',' or the end at character 6, found 'up'"],
    ['name asc desc', "$orderby: expected 'asc', 'desc', ',' or the end at character 10, found 'desc'"],
    ['a/', '$orderby: expected a property at character 3, found the end'],
    ['5', "$orderby: expected a property at character 1, found '5'"],
    [Array(40).fill('a').join(), '$orderby: at most 32 keys are accepted'],
    ['a'.repeat(5000), '$orderby: at most 4096 characters are accepted, these are 5000'],
  ]
  for (const [orderby, message] of refusals) {
    it(`is refused: ${orderby.slice(0, 20)}`, () => {
      assert.throws(() => parseOrder(orderby), { code: 'invalid-request', target: '$orderby', message })
    })
  }
})
