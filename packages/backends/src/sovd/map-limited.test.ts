import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { mapLimited } from './map-limited.ts'

test('runs no more tasks at a time than allowed, and keeps the order', async () => {
  let running = 0
  let most = 0
  const results = await mapLimited([5, 4, 3, 2, 1], 2, async (item) => {
    most = Math.max(most, ++running)
    for (let turn = 0; turn < item; turn++) await settle()
    running--
    return item * 10
  })
  assert.deepEqual(results, [50, 40, 30, 20, 10])
  assert.equal(most, 2)
})

test('begins no task after one that failed', async () => {
  const begun: number[] = []
  const mapping = mapLimited([1, 2, 3, 4], 1, async (item) => {
    begun.push(item)
    if (item === 2) throw new Error('no')
  })
  await assert.rejects(mapping, { message: 'no' })
  await settle()
  assert.deepEqual(begun, [1, 2])
})

test('maps nothing to nothing', async () => {
  assert.deepEqual(await mapLimited([], 3, async () => 1), [])
})
