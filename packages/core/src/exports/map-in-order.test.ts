import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapInOrder } from './map-in-order.ts'

test('keeps the order, whichever task is done first, with no more tasks than the limit', async () => {
  let running = 0
  let most = 0
  const results = mapInOrder([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++running)
    for (let turn = 0; turn < 10 - item; turn++) await Promise.resolve()
    running--
    return item * 10
  })
  const taken: number[] = []
  for await (const result of results) taken.push(result)
  assert.deepEqual(taken, [10, 20, 30, 40, 50, 60, 70])
  assert.equal(most, 3)
})

test('begins a task only when the results before it are taken', async () => {
  const begun: number[] = []
  const results = mapInOrder(Array(1000).keys(), 4, async (item) => {
    begun.push(item)
    return item
  })
  assert.equal(begun.length, 0)
  await results.next()
  assert.equal(begun.length, 4)
  await results.next()
  assert.equal(begun.length, 5)
  await results.return()
  assert.equal(begun.length, 5)
})

test('rejects with the first failure in the order of the items', async () => {
  const results = mapInOrder([1, 2, 3], 3, async (item) => {
    if (item > 1) throw new Error(`task ${item}`)
    return item
  })
  assert.deepEqual(await results.next(), { done: false, value: 1 })
  await assert.rejects(results.next(), { message: 'task 2' })
  assert.deepEqual(await results.next(), { done: true, value: undefined })
})
