import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, parseJson } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { integerIn, numberIn, oneOf, type ValueRule } from './value-rules.ts'

const percent = integerIn({ min: 50, max: 100, unit: '%' })
const celsius = numberIn({ min: 16, max: 28, unit: '°C' })
const speed = integerIn({ min: 0, max: 7 })
const profile = oneOf(['eco', 'normal'])

const accepted: [name: string, rule: ValueRule<Json>, text: string, value: Json][] = [
  ['the lower end', percent, '50', 50],
  ['the upper end', percent, '100', 100],
  ['an integer written with a fraction', speed, '3.0', 3],
  ['a fraction', celsius, '21.37', 21.37],
  ['a number with more digits than a double has', celsius, '22.00000000000000000001', 22],
  ['a choice', profile, '"eco"', 'eco'],
]

for (const [name, rule, text, value] of accepted) {
  test(`${name} is accepted`, () => assert.equal(rule(parseJson(text), 'x'), value))
}

const refused: [rule: ValueRule<Json>, text: string, message: string][] = [
  [percent, '49', "'x' takes an integer from 50 to 100 %, not 49"],
  [percent, '101', "'x' takes an integer from 50 to 100 %, not 101"],
  [percent, '80.5', "'x' takes an integer from 50 to 100 %, not 80.5"],
  [percent, '"80"', `'x' takes an integer from 50 to 100 %, not "80"`],
  [percent, 'true', "'x' takes an integer from 50 to 100 %, not true"],
  [celsius, '15.9', "'x' takes a number from 16 to 28 °C, not 15.9"],
  [celsius, '28.1', "'x' takes a number from 16 to 28 °C, not 28.1"],
  [celsius, 'null', "'x' takes a number from 16 to 28 °C, not null"],
  [celsius, '{"rawJSON":"20"}', `'x' takes a number from 16 to 28 °C, not {"rawJSON":"20"}`],
  [celsius, '[21]', "'x' takes a number from 16 to 28 °C, not [21]"],
  [celsius, '123456789012345678901', "'x' takes a number from 16 to 28 °C, not 123456789012345678901"],
  [speed, '8', "'x' takes an integer from 0 to 7, not 8"],
  [speed, '-1', "'x' takes an integer from 0 to 7, not -1"],
  [profile, '"turbo"', `'x' takes one of 'eco', 'normal', not "turbo"`],
  [profile, '1', "'x' takes one of 'eco', 'normal', not 1"],
]

for (const [rule, text, message] of refused) {
  test(`${text} is refused: ${message}`, () => {
    assert.throws(
      () => rule(parseJson(text), 'x'),
      (error) => {
        assert.ok(error instanceof SovdError)
        assert.deepEqual([error.code, error.target, error.message], ['invalid-request', 'x', message])
        return true
      },
    )
  })
}

test('of a long value the message shows the beginning', () => {
  assert.throws(
    () => celsius('y'.repeat(10_000), 'x'),
    (error) => error instanceof Error && error.message.length < 200,
  )
})
