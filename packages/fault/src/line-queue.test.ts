import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineQueue } from './line-queue.ts'

test('delivers lines in order, and again those that did not arrive', () => {
  const queue = new LineQueue(10)
  for (const line of ['a', 'b', 'c', 'd']) queue.push(line)
  assert.deepEqual(queue.take(3), ['a', 'b', 'c'])
  assert.deepEqual([queue.length, queue.inFlight], [4, 3])
  queue.arrived(1)
  queue.rewind()
  assert.deepEqual(queue.take(10), ['b', 'c', 'd'])
})

test('drops the oldest that was not sent when there are too many', () => {
  const queue = new LineQueue(3)
  for (const line of ['a', 'b', 'c']) assert.equal(queue.push(line), false)
  queue.take(1)
  assert.equal(queue.push('d'), true)
  queue.rewind()
  assert.deepEqual(queue.take(10), ['a', 'c', 'd'])
  assert.equal(queue.push('e'), true)
  assert.deepEqual(queue.take(10), [])
})

test('never holds more than it may, and loses only what it says', () => {
  const steps = fc.array(fc.oneof(fc.constantFrom('push', 'rewind'), fc.nat(5)), { maxLength: 200 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 8 }), (taken, maxLines) => {
      const queue = new LineQueue(maxLines)
      let pushed = 0
      let lost = 0
      let arrived = 0
      for (const step of taken) {
        if (step === 'push') {
          if (queue.push(`${pushed++}`)) lost++
        } else if (step === 'rewind') queue.rewind()
        else {
          queue.take(Number(step))
          const count = Math.min(queue.inFlight, 1)
          queue.arrived(count)
          arrived += count
        }
        assert.ok(queue.length <= maxLines)
        assert.equal(queue.length, pushed - lost - arrived)
      }
    }),
  )
})
