import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import type { DataFacet } from '../facets/data.ts'
import { DataLists } from './data-lists.ts'

const BMS = { kind: 'component', id: 'bms' } as const
const HVAC = { kind: 'component', id: 'hvac' } as const
const context = { signal: new AbortController().signal }
const data: DataFacet = {
  list: async () => [{ id: 'soc', name: 'SOC', access: 'readOnly', dataType: 'float' }],
  read: async (id) => ({ id, value: 1 }),
}

test('a list that nobody reads is forgotten; reading keeps it', async () => {
  const clock = new FakeClock()
  let ids = 0
  const lists = new DataLists({ clock, createId: () => `l${++ids}`, retainMs: 1000 })
  const read = await lists.create(BMS, ['soc'], data, context)
  const left = await lists.create(BMS, ['soc'], data, context)
  await clock.advance(900)
  lists.get(BMS, read.id)
  await clock.advance(900)
  assert.deepEqual(
    lists.list(BMS).map(({ id }) => id),
    [read.id],
  )
  assert.throws(() => lists.get(BMS, left.id), { code: 'not-found' })
  assert.throws(() => lists.get(HVAC, read.id), { code: 'not-found' })
  lists[Symbol.dispose]()
})

test('the lists of one entity are cleared without those of others', async () => {
  let ids = 0
  const lists = new DataLists({ clock: new FakeClock(), createId: () => `l${++ids}` })
  await lists.create(BMS, ['soc'], data, context)
  await lists.create(HVAC, ['soc'], data, context)
  lists.clear(BMS)
  assert.deepEqual([lists.list(BMS).length, lists.list(HVAC).length], [0, 1])
  lists[Symbol.dispose]()
})
