import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConcurrencyLimit } from './concurrency-limit.ts'

function waiter(started: string[], name: string) {
  return { start: () => void started.push(name) }
}

test('starts as many as may run, and the others in the order they came', () => {
  const started: string[] = []
  const limit = new ConcurrencyLimit(2, 10)
  for (const name of ['a', 'b', 'c', 'd']) assert.equal(limit.enter(waiter(started, name), false), true)
  assert.deepEqual(started, ['a', 'b'])
  limit.leave()
  assert.deepEqual(started, ['a', 'b', 'c'])
  limit.leave()
  assert.deepEqual(started, ['a', 'b', 'c', 'd'])
})

test('turns away when too many wait', () => {
  const started: string[] = []
  const limit = new ConcurrencyLimit(1, 1)
  assert.equal(limit.enter(waiter(started, 'a'), false), true)
  assert.equal(limit.enter(waiter(started, 'b'), false), true)
  assert.equal(limit.enter(waiter(started, 'c'), false), false)
  limit.leave()
  limit.leave()
  assert.deepEqual(started, ['a', 'b'])
})

test('what is urgent goes first and is never turned away', () => {
  const started: string[] = []
  const limit = new ConcurrencyLimit(1, 1)
  limit.enter(waiter(started, 'a'), false)
  limit.enter(waiter(started, 'b'), false)
  assert.equal(limit.enter(waiter(started, 'urgent'), true), true)
  limit.leave()
  limit.leave()
  assert.deepEqual(started, ['a', 'urgent', 'b'])
})

test('who withdraws is not started', () => {
  const started: string[] = []
  const limit = new ConcurrencyLimit(1, 10)
  const [impatient, urgent] = [waiter(started, 'impatient'), waiter(started, 'urgent')]
  limit.enter(waiter(started, 'a'), false)
  limit.enter(impatient, false)
  limit.enter(urgent, true)
  limit.enter(waiter(started, 'b'), false)
  limit.withdraw(impatient)
  limit.withdraw(urgent)
  limit.leave()
  assert.deepEqual(started, ['a', 'b'])
})

test('waiters that leave while they start do not pile up on the stack', () => {
  const limit = new ConcurrencyLimit(1, 100_000)
  let ended = 0
  const leaver = () => ({
    start() {
      ended++
      limit.leave()
    },
  })
  limit.enter({ start() {} }, false)
  for (let count = 0; count < 100_000; count++) limit.enter(leaver(), false)
  limit.leave()
  assert.equal(ended, 100_000)
})
