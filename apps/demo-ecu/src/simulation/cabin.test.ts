import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ClimateControl, flushCabin, INITIAL_CABIN, stepCabin } from './cabin.ts'
import { seededRandom } from './random.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const CONTROL: ClimateControl = { targetCelsius: 21, fanSpeed: 3, effort: 1 }

function simulate(ms: number, control: Partial<ClimateControl>, { seed = 1, dtMs = 500 } = {}) {
  const random = seededRandom(seed)
  let cabin = INITIAL_CABIN
  for (let passed = 0; passed < ms; passed += dtMs) cabin = stepCabin(cabin, { ...CONTROL, ...control }, dtMs, random)
  return cabin
}

test('the cabin follows its target, up and down', () => {
  for (const targetCelsius of [16, 21, 28]) {
    const { airCelsius } = simulate(HOUR, { targetCelsius })
    assert.ok(Math.abs(airCelsius - targetCelsius) < 0.5, `${targetCelsius}: ${airCelsius}`)
  }
})

test('at fan speed 1 the air covers 63 % of the way in about ten minutes, at 7 in a seventh of the time', () => {
  const covered = (ms: number, fanSpeed: number) => {
    const { airCelsius } = simulate(ms, { targetCelsius: 17.3, fanSpeed })
    return (INITIAL_CABIN.airCelsius - airCelsius) / 5
  }
  assert.ok(Math.abs(covered(10 * MINUTE, 1) - 0.632) < 0.05)
  assert.ok(Math.abs(covered((10 * MINUTE) / 7, 7) - 0.632) < 0.02)
})

test('a stronger effort gets there sooner', () => {
  const after = (effort: number) => simulate(2 * MINUTE, { targetCelsius: 17, effort }).airCelsius
  assert.ok(after(1.6) < after(1))
  assert.ok(after(1) < after(0.6))
})

test('without the fan the cabin warms up towards the outside', () => {
  const { airCelsius } = simulate(2 * HOUR, { targetCelsius: 16, fanSpeed: 0 })
  assert.ok(airCelsius > 23 && airCelsius < 30, `${airCelsius}`)
})

test('for days the air stays between the coldest target and the warmest outside', () => {
  const control = fc.record({
    targetCelsius: fc.double({ min: 16, max: 28, noNaN: true }),
    fanSpeed: fc.integer({ min: 0, max: 7 }),
    effort: fc.constantFrom(0.6, 1, 1.6),
  })
  fc.assert(
    fc.property(fc.integer(), control, (seed, control) => {
      const random = seededRandom(seed)
      let cabin = INITIAL_CABIN
      for (let passed = 0; passed < 48 * HOUR; passed += 2000) {
        cabin = stepCabin(cabin, control, 2000, random)
        assert.ok(cabin.airCelsius >= 16 && cabin.airCelsius <= 36, `${cabin.airCelsius}`)
        assert.ok(cabin.outsideCelsius >= 18 && cabin.outsideCelsius <= 36)
        assert.ok(cabin.dustMicrogramsPerCubicMetre > 0 && cabin.dustMicrogramsPerCubicMetre <= 60)
      }
    }),
    { numRuns: 10 },
  )
})

test('a flush takes the dust away and time brings it back', () => {
  const clean = flushCabin(INITIAL_CABIN)
  assert.ok(clean.dustMicrogramsPerCubicMetre < 10)
  assert.deepEqual(flushCabin(clean), clean)
  assert.ok(simulate(HOUR, {}).dustMicrogramsPerCubicMetre > 50)
})
