import type { Json, JsonObject } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'

/** Checks a value that somebody wants written to `target` and returns it. Throws SovdError `invalid-request`. */
export type ValueRule<T extends Json> = (value: Json, target: string) => T

export interface NumberRange {
  readonly min: number
  readonly max: number
  readonly unit?: string
}

export function numberIn(range: NumberRange): ValueRule<number> {
  return (value, target) => inRange(asNumber(value), value, target, 'a number', range)
}

export function integerIn(range: NumberRange): ValueRule<number> {
  return (value, target) => {
    const number = asNumber(value)
    return inRange(Number.isInteger(number) ? number : undefined, value, target, 'an integer', range)
  }
}

export function oneOf<const T extends string>(choices: readonly T[]): ValueRule<T> {
  return (value, target) => {
    const choice = choices.find((choice) => choice === value)
    if (choice === undefined) throw refused(target, `one of ${quoted(choices)}`, value)
    return choice
  }
}

/** `'a', 'b', 'c'` */
export function quoted(names: readonly string[], separator = ', '): string {
  return names.map((name) => `'${name}'`).join(separator)
}

function inRange(number: number | undefined, value: Json, target: string, type: string, range: NumberRange): number {
  const expected = `${type} from ${range.min} to ${range.max}${range.unit === undefined ? '' : ` ${range.unit}`}`
  if (number === undefined || number < range.min || number > range.max) throw refused(target, expected, value)
  return number
}

/** A number that a double cannot hold exactly arrives as its text; the ECU stores the nearest double. */
function asNumber(value: Json): number | undefined {
  if (typeof value === 'number') return value
  return JSON.isRawJSON(value) ? Number((value as JsonObject).rawJSON) : undefined
}

function refused(target: string, expected: string, value: Json): SovdError {
  const text = JSON.stringify(value)
  const got = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
  return new SovdError('invalid-request', `'${target}' takes ${expected}, not ${got}`, { target })
}

const MAX_SHOWN = 60
