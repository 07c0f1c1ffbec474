import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sovdUnit } from './units.ts'

/** A value in SI units, and the same in another unit, as tables of physics have them. */
const rows: readonly (readonly [unit: string, si: number, value: number])[] = [
  ['°C', 273.15, 0],
  ['°C', 373.15, 100],
  ['°F', 373.15, 212],
  ['km/h', 10, 36],
  ['kWh', 3_600_000, 1],
  ['Ah', 3600, 1],
  ['bar', 100_000, 1],
  ['%', 0.5, 50],
  ['mV', 4.2, 4200],
  ['rpm', 50, 3000],
  ['°', Math.PI, 180],
  ['km', 1500, 1.5],
]

for (const [unit, si, value] of rows) {
  test(`${si} in SI units is ${value} ${unit}`, () => {
    const { display_name, factor_si_to_unit, offset_si_to_unit = 0 } = sovdUnit(unit) ?? {}
    assert.equal(display_name, unit)
    const converted = si * Number(factor_si_to_unit) + Number(offset_si_to_unit)
    assert.ok(Math.abs(converted - value) < 1e-9, `${converted}`)
  })
}

test('of a unit that is not known nothing is claimed', () => {
  for (const unit of ['furlong', 'constructor', '']) assert.equal(sovdUnit(unit), undefined)
})
