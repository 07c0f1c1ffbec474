import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import { EntityTree } from '../entities/tree.ts'
import type { DataFacet, DataValue } from '../facets/data.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { EntityData } from './entity-data.ts'

const { signal } = new AbortController()

function setUp(overrides: Partial<DataFacet>) {
  const clock = new FakeClock()
  const data: DataFacet = {
    list: async () => [],
    read: async (id) => {
      throw new SovdError('not-found', `no ${id}`)
    },
    ...overrides,
  }
  const entity = { kind: 'component', id: 'c', name: 'C', connectionState: 'connected', facets: { data } } as const
  const tree = new EntityTree([new MemoryBackend('m', [entity])], silentLogger)
  return { clock, data: new EntityData(clock, tree, entity) }
}

test('items that are wanted at the same time are one request, each with its own outcome', async () => {
  const requests: string[][] = []
  const { clock, data } = setUp({
    readMany: async (ids) => {
      requests.push([...ids])
      return ids.map((id) => (id === 'c' ? { id, error: 'failed' } : { id, value: `${id}!` }))
    },
  })
  const outcomes = Promise.allSettled(['a', 'b', 'a', 'c'].map((id) => data.read(id, { signal })))
  await clock.advance(2)
  const [a, b, again, c] = await outcomes
  assert.deepEqual(requests, [['a', 'b', 'c']])
  assert.deepEqual(
    [a, b, again].map((each) => each?.status === 'fulfilled' && each.value.value),
    ['a!', 'b!', 'a!'],
  )
  assert.equal(c?.status === 'rejected' && c.reason.code, 'not-found', 'a single read says why')
})

test('one watch tells of all items that somebody wants, and is made anew as they come and go', async () => {
  const watches: { ids: readonly string[]; tell: (value: DataValue) => void; signal: AbortSignal }[] = []
  const { clock, data } = setUp({
    watch: (ids, tell, context) => {
      watches.push({ ids, tell, signal: context.signal })
      return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }))
    },
  })
  const told: unknown[] = []
  const [a, b] = [new AbortController(), new AbortController()]
  const ends = [
    data.watch('a', ({ value }) => told.push(value), { signal: a.signal }),
    data.watch('b', ({ value }) => told.push(value), { signal: b.signal }),
  ]
  await clock.advance(5)
  assert.deepEqual(
    watches.map(({ ids }) => ids),
    [['a', 'b']],
  )
  watches[0]?.tell({ id: 'b', value: 1 })
  watches[0]?.tell({ id: 'other', value: 2 })
  assert.deepEqual(told, [1])
  a.abort()
  await clock.advance(5)
  assert.deepEqual(
    watches.map((each) => [each.ids, each.signal.aborted]),
    [
      [['a', 'b'], true],
      [['b'], false],
    ],
  )
  b.abort()
  await clock.advance(5)
  await Promise.all(ends)
  assert.equal(watches[1]?.signal.aborted, true)
  assert.equal(watches.length, 2)
})

test('when the source ends the watch, all who wanted it are told', async () => {
  const over = Promise.withResolvers<void>()
  const { clock, data } = setUp({ watch: () => over.promise })
  const watching = data.watch('a', () => {}, { signal })
  const outcome = assert.rejects(watching, { code: 'bad-gateway' })
  await clock.advance(5)
  over.reject(new SovdError('bad-gateway', 'cut'))
  await outcome
})
