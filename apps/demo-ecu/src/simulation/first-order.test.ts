import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { approach, wander } from './first-order.ts'
import { seededRandom } from './random.ts'

test('after one time constant 63.2 % of the way is covered', () => {
  assert.ok(Math.abs(approach(0, 100, 5000, 5000) - 63.2) < 0.05)
})

test('many small steps lead where one large step does', () => {
  let value = 10
  for (let step = 0; step < 1000; step++) value = approach(value, 50, 60_000, 100)
  assert.ok(Math.abs(value - approach(10, 50, 60_000, 100_000)) < 1e-9)
})

test('a wandering value has the mean and the deviation asked for, whatever the step', () => {
  const around = { mean: 30, deviation: 18, timeConstantMs: 20_000 }
  for (const dtMs of [500, 5000]) {
    const random = seededRandom(7)
    let value = 30
    let sum = 0
    let squares = 0
    const steps = 200_000
    for (let step = 0; step < steps; step++) {
      value = wander(value, around, dtMs, random)
      sum += value
      squares += value * value
    }
    const mean = sum / steps
    assert.ok(Math.abs(mean - 30) < 2, `mean ${mean}`)
    const deviation = Math.sqrt(squares / steps - mean * mean)
    assert.ok(Math.abs(deviation - 18) < 1.5, `deviation ${deviation}`)
  }
})

test('a wandering value never goes further than three deviations from its mean', () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (seed, start) => {
      const value = wander(start, { mean: 5, deviation: 2, timeConstantMs: 1000 }, 500, seededRandom(seed))
      assert.ok(value >= -1 && value <= 11)
    }),
  )
})
