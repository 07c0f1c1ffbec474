import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SovdError } from '../error.ts'
import { applyODataQuery } from './page.ts'
import { ODATA_OPTIONS, parseODataQuery } from './query.ts'

function parse(query: string) {
  return parseODataQuery(new URLSearchParams(query))
}

describe('OData query options', () => {
  it('leave a list alone when there are none', () => {
    const items = [{ id: 1 }]
    const page = applyODataQuery(parse('variant=x&top=1&filter=y'), items)
    assert.equal(page.items, items)
    assert.deepEqual(page, { items, count: 1 })
  })

  it('are applied in the order filter, count, orderby, skip, top, select [OData-Protocol 11.2.6]', () => {
    const items = [5, 3, 4, 1, 2].map((n) => ({ n, even: n % 2 === 0 }))
    const query = parse('$filter=n gt 1&$orderby=n desc&$skip=1&$top=2&$select=n')
    assert.deepEqual(applyODataQuery(query, items), { items: [{ n: 4 }, { n: 3 }], count: 4, nextSkip: 3 })
    assert.deepEqual(
      items.map(({ n }) => n),
      [5, 3, 4, 1, 2],
    )
  })

  it('are known percent-encoded and in upper or lower case [OData-URL 5.1]', () => {
    assert.deepEqual(applyODataQuery(parse('%24Top=1&$SKIP=1'), ['a', 'b', 'c']).items, ['b'])
  })

  it('tell the count unless that is declined', () => {
    assert.equal(parse('').count, true)
    assert.equal(parse('$count=true').count, true)
    assert.equal(parse('$count=False').count, false)
  })

  it('name the next page only where $top cut the list', () => {
    const items = ['a', 'b', 'c']
    assert.equal(applyODataQuery(parse('$top=3'), items).nextSkip, undefined)
    assert.equal(applyODataQuery(parse('$top=2'), items).nextSkip, 2)
    assert.equal(applyODataQuery(parse('$top=2&$skip=1'), items).nextSkip, undefined)
    assert.equal(applyODataQuery(parse('$top=0'), items).nextSkip, undefined)
    assert.deepEqual(applyODataQuery(parse('$top=0'), items), { items: [], count: 3 })
    assert.deepEqual(applyODataQuery(parse('$skip=9'), items), { items: [], count: 3 })
    assert.deepEqual(applyODataQuery(parse('$skip=9007199254740991&$top=9007199254740991'), items).items, [])
  })

  const supported = ODATA_OPTIONS.join(', ')
  const refusals: readonly (readonly [query: string, target: string, message: string])[] = [
    ['$expand=x', '$expand', `unknown query option '$expand'; supported are ${supported}`],
    ['$search=x', '$search', `unknown query option '$search'; supported are ${supported}`],
    ['$=x', '$', `unknown query option '$'; supported are ${supported}`],
    ['$top=1&$top=2', '$top', '$top: given more than once'],
    ['$top=1&$Top=1', '$top', '$top: given more than once'],
    ['$top=', '$top', '$top: expected a whole number from 0 to 9007199254740991 at character 1, found the end'],
    ['$top=-1', '$top', "$top: expected a whole number from 0 to 9007199254740991 at character 1, found '-1'"],
    ['$skip=1.5', '$skip', "$skip: expected a whole number from 0 to 9007199254740991 at character 1, found '1.5'"],
    [
      '$skip=9007199254740992',
      '$skip',
      "$skip: expected a whole number from 0 to 9007199254740991 at character 1, found '9007199254740992'",
    ],
    ['$count=yes', '$count', "$count: expected 'true' or 'false' at character 1, found 'yes'"],
    [
      '$filter=',
      '$filter',
      "$filter: expected a property, a value, a function, 'not' or '(' at character 1, found the end",
    ],
  ]
  for (const [query, target, message] of refusals) {
    it(`are refused: ${query}`, () => {
      assert.throws(() => parse(query), { code: 'invalid-request', target, message })
    })
  }

  it('never fail other than with a SovdError', () => {
    const name = fc.oneof(fc.constantFrom(...ODATA_OPTIONS, '$expand', 'plain'), fc.string())
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'binary' })), { maxLength: 4 }), (parameters) => {
        try {
          applyODataQuery(parseODataQuery(parameters), [{ a: 1 }, {}, null])
        } catch (error) {
          assert.ok(error instanceof SovdError && error.code === 'invalid-request', String(error))
        }
      }),
      { numRuns: 1000 },
    )
  })
})
