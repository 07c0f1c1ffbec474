import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from './random.ts'

test('the same seed gives the same numbers, another seed others', () => {
  const take = (seed: number) => Array.from({ length: 20 }, seededRandom(seed))
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (a, b) => {
      assert.deepEqual(take(a), take(a))
      if (a !== b) assert.notDeepEqual(take(a), take(b))
    }),
  )
})

test('the numbers fill [0, 1) evenly', () => {
  const random = seededRandom(0)
  const tenths = new Array<number>(10).fill(0)
  for (let i = 0; i < 100_000; i++) {
    const number = random()
    assert.ok(number >= 0 && number < 1)
    const tenth = Math.floor(number * 10)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  // The standard deviation of each count is 95.
  for (const count of tenths) assert.ok(Math.abs(count - 10_000) < 500, String(tenths))
})
