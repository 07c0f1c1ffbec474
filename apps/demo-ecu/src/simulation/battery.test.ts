import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Battery, balanceCells, INITIAL_BATTERY, isolationKiloOhms, packVolts, stepBattery } from './battery.ts'
import { seededRandom } from './random.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Steps until `ms` have passed and shows each state to `visit`. */
function simulate(
  ms: number,
  options: { seed?: number; from?: Battery; limit?: number; dtMs?: number },
  visit?: (b: Battery) => void,
) {
  const { seed = 1, from = INITIAL_BATTERY, limit = 80, dtMs = 500 } = options
  const random = seededRandom(seed)
  let battery = from
  for (let passed = 0; passed < ms; passed += dtMs) {
    battery = stepBattery(battery, limit, dtMs, random)
    visit?.(battery)
  }
  return battery
}

test('at the start a pack of 397.8 V gives 20 A through 0.08 Ω', () => {
  assert.equal(Math.round(packVolts(INITIAL_BATTERY) * 10) / 10, 396.2)
})

test('the state of charge drains by some 15 % in an hour of driving', () => {
  for (let seed = 0; seed < 5; seed++) {
    const drained = INITIAL_BATTERY.socPercent - simulate(HOUR, { seed }).socPercent
    assert.ok(drained > 12 && drained < 18, `${drained}`)
  }
})

test('at the same load the voltage rises with the state of charge', () => {
  let last = 0
  for (let socPercent = 0; socPercent <= 100; socPercent += 0.5) {
    const volts = packVolts({ ...INITIAL_BATTERY, socPercent })
    assert.ok(volts > last)
    last = volts
  }
})

test('for days every reading stays plausible, and there is no jump from one second to the next', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 50, max: 100 }), (seed, limit) => {
      let before = INITIAL_BATTERY
      simulate(2 * DAY, { seed, limit, dtMs: 1000 }, (battery) => {
        assert.ok(battery.socPercent > 14 && battery.socPercent <= 100, `soc ${battery.socPercent}`)
        const volts = packVolts(battery)
        assert.ok(volts > 340 && volts < 420, `${volts} V`)
        assert.ok(
          battery.cellTempMaxCelsius > 25 && battery.cellTempMaxCelsius < 56,
          `${battery.cellTempMaxCelsius} °C`,
        )
        assert.ok(battery.cellSpreadMillivolts > 0 && battery.cellSpreadMillivolts < 60)
        assert.ok(Math.abs(battery.socPercent - before.socPercent) < 0.05)
        assert.ok(Math.abs(battery.cellTempMaxCelsius - before.cellTempMaxCelsius) < 0.1)
        before = battery
      })
    }),
    { numRuns: 8 },
  )
})

test('an empty battery is charged up to the charge limit and then driven again', () => {
  const from: Battery = { ...INITIAL_BATTERY, socPercent: 15.1 }
  let highest = 0
  const uses: string[] = []
  simulate(6 * HOUR, { from, limit: 60 }, ({ use, socPercent }) => {
    highest = Math.max(highest, socPercent)
    if (uses.at(-1) !== use) uses.push(use)
  })
  assert.deepEqual(uses.slice(0, 3), ['driving', 'charging', 'driving'])
  assert.ok(highest >= 60 && highest < 60.1, `${highest}`)
})

test('a full charge is reached although the current fades', () => {
  const from: Battery = { ...INITIAL_BATTERY, use: 'charging', socPercent: 95, currentAmps: -30 }
  let highest = 0
  simulate(HOUR, { from, limit: 100 }, ({ socPercent }) => {
    highest = Math.max(highest, socPercent)
  })
  assert.equal(highest, 100)
})

test('charging with a weak coolant pump overheats a cell, and the derating keeps it below 55 °C', () => {
  const from: Battery = {
    ...INITIAL_BATTERY,
    use: 'charging',
    socPercent: 16,
    currentAmps: -80,
    cellTempMaxCelsius: 39,
  }
  const cool = simulate(HOUR / 3, { from })
  assert.ok(cool.cellTempMaxCelsius < 43, `${cool.cellTempMaxCelsius}`)
  const hot = simulate(2 * HOUR, { from: { ...from, weakPumpMs: DAY }, limit: 100 })
  assert.ok(hot.cellTempMaxCelsius > 45 && hot.cellTempMaxCelsius < 55, `${hot.cellTempMaxCelsius}`)
})

test('balancing evens the cells out, and within half an hour they drift 20 mV apart again', () => {
  const balanced = balanceCells(INITIAL_BATTERY)
  assert.ok(balanced.cellSpreadMillivolts < 10)
  assert.ok(simulate(5 * 60_000, { from: balanced }).cellSpreadMillivolts < 20)
  assert.ok(simulate(HOUR / 2, { from: balanced }).cellSpreadMillivolts > 20)
})

test('the isolation is sound at any temperature the battery reaches', () => {
  for (const cellTempMaxCelsius of [20, 34.1, 56]) {
    assert.ok(isolationKiloOhms({ ...INITIAL_BATTERY, cellTempMaxCelsius }) > 500)
  }
})
