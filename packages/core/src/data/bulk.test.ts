import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SovdError } from '@opensovd/sovd'
import type { DataFacet } from '../facets/data.ts'
import { readMany } from './bulk.ts'

const context = { signal: new AbortController().signal }

test('single reads in place of a bulk read are few at a time, and come in the order asked for', async () => {
  let reading = 0
  let most = 0
  const data: DataFacet = {
    list: async () => [],
    async read(id) {
      most = Math.max(most, ++reading)
      await new Promise((resolve) => setImmediate(resolve))
      reading--
      if (id === '7') throw new SovdError('not-found', 'no 7')
      return { id, value: Number(id) }
    },
  }
  const ids = Array.from({ length: 100 }, (_, at) => String(at))
  const outcomes = await readMany(data, ids, context)
  assert.deepEqual(
    outcomes.map(({ id }) => id),
    ids,
  )
  assert.deepEqual(outcomes[7], { id: '7', error: 'no 7' })
  assert.deepEqual(outcomes[99], { id: '99', value: 99 })
  assert.equal(most, 8)
})
