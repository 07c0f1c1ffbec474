import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { collectionEnvelope } from './envelope.ts'
import { applyODataQuery } from './page.ts'
import { parseODataQuery } from './query.ts'

function answer(url: string, items: readonly unknown[]) {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const query = parseODataQuery(searchParams)
  return collectionEnvelope({
    context: 'data',
    query,
    page: applyODataQuery(query, items),
    request: { path: pathname, parameters: searchParams },
  })
}

describe('a collection envelope', () => {
  it('has context, value and count', () => {
    assert.deepEqual(answer('/data', [{ id: 'a' }]), {
      '@odata.context': '$metadata#data',
      value: [{ id: 'a' }],
      '@odata.count': 1,
    })
  })

  it('leaves the count out when asked to', () => {
    assert.deepEqual(Object.keys(answer('/data?$count=false', [])), ['@odata.context', 'value'])
  })

  it('links to the next page with all parameters of the request', () => {
    const url = "/sovd/v1/data?variant=a%26b&$filter=n+gt+1+and+t+eq+'é+%2B'&%24Skip=1&$top=1&$count=false"
    const items = [1, 2, 3, 4].map((n) => ({ n, t: 'é +' }))
    const envelope = answer(url, items)
    assert.deepEqual(envelope.value, [{ n: 3, t: 'é +' }])
    assert.equal(
      envelope['@odata.nextLink'],
      "/sovd/v1/data?variant=a%26b&$filter=n%20gt%201%20and%20t%20eq%20'%C3%A9%20%2B'&$top=1&$count=false&$skip=2",
    )
    const last = answer(envelope['@odata.nextLink'], items)
    assert.deepEqual(last.value, [{ n: 4, t: 'é +' }])
    assert.equal(last['@odata.nextLink'], undefined)
  })

  it('names the backends that did not contribute', () => {
    const query = parseODataQuery([])
    const envelope = collectionEnvelope({
      context: 'components',
      query,
      page: applyODataQuery(query, []),
      partial: [{ backend: 'ecu', code: 'bad-gateway', message: 'refused' }],
      request: { path: '/components', parameters: [] },
    })
    assert.deepEqual(envelope['@sovd.partial'], [{ backend: 'ecu', code: 'SOVD-ERR-502', message: 'refused' }])
  })

  it('survives text that is no Unicode', () => {
    const query = parseODataQuery([['$top', '1']])
    const envelope = collectionEnvelope({
      context: 'data',
      query,
      page: applyODataQuery(query, [1, 2]),
      request: { path: '/data', parameters: [['x', '\ud800']] },
    })
    assert.equal(envelope['@odata.nextLink'], '/data?x=%EF%BF%BD&$skip=1')
  })

  it('leads through every item exactly once, page by page', () => {
    const arguments_ = [
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
    ] as const
    fc.assert(
      fc.property(...arguments_, fc.nat({ max: 5 }), (values, top, skip) => {
        const items = values.map((k, id) => ({ k, id }))
        const seen: unknown[] = []
        let link: string | undefined = `/data?$orderby=k desc&$filter=k ne 3&$top=${top}&$skip=${skip}`
        for (let pages = 0; link !== undefined; pages += 1) {
          assert.ok(pages <= items.length)
          const { value, '@odata.nextLink': next } = answer(link, items)
          assert.ok(value.length <= top)
          seen.push(...value)
          link = next
        }
        const expected = items
          .filter(({ k }) => k !== 3)
          .sort((a, b) => b.k - a.k || a.id - b.id)
          .slice(skip)
        assert.deepEqual(seen, expected)
      }),
    )
  })
})
