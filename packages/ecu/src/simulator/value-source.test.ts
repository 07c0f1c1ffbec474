import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from './random.ts'
import { valueSource } from './value-source.ts'

const numbers = (value: unknown, seed: number, times: readonly number[]) => {
  const source = valueSource(value, seededRandom(seed))
  return times.map((elapsedMs) => source(elapsedMs))
}

test('a ramp climbs and begins again', () => {
  const ramp = { generate: 'ramp', from: 10, to: 20, periodMs: 1000 }
  assert.deepEqual(numbers(ramp, 1, [0, 500, 900, 1000, 1250]), [10, 15, 19, 10, 12.5])
})

test('a sine has its extremes at a quarter and at three', () => {
  const sine = { generate: 'sine', mean: 5, amplitude: 2, periodMs: 400 }
  assert.deepEqual(numbers(sine, 1, [0, 100, 300]), [5, 7, 3])
})

test('a random walk takes small steps within its limits, the same for the same seed', () => {
  const walk = { generate: 'randomWalk', start: 50, step: 5, minimum: 45, maximum: 60, everyMs: 10 }
  const times = Array.from({ length: 500 }, (_, index) => index * 10)
  const values = numbers(walk, 7, times).map(Number)
  assert.equal(values[0], 50)
  assert.ok(values.every((value) => value >= 45 && value <= 60))
  assert.ok(values.every((value, at) => at === 0 || Math.abs(value - (values[at - 1] ?? 0)) <= 5))
  assert.ok(new Set(values).size > 100)
  assert.deepEqual(numbers(walk, 7, times), values)
  assert.notDeepEqual(numbers(walk, 8, times), values)
})

test('a walk that was not watched for years takes no years', () => {
  const walk = { generate: 'randomWalk', start: 50, step: 5, minimum: 0, maximum: 100, everyMs: 1 }
  assert.equal(numbers(walk, 7, [1e12]).length, 1)
})

test('generators may be anywhere inside a value', () => {
  const value = { fixed: 'x', list: [1, { generate: 'ramp', from: 0, to: 10, periodMs: 10 }] }
  assert.deepEqual(numbers(value, 1, [5]), [{ fixed: 'x', list: [1, 5] }])
})
