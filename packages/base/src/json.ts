/** Any JSON value. Numbers that a double cannot hold are kept as `JSON.rawJSON` objects. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

/** Only a long number or one with an exponent can be one that a double would change. */
const SUSPICIOUS = /[\d.]{16}|\d[eE]/

interface RawJson {
  readonly rawJSON: string
}
declare global {
  interface JSON {
    rawJSON(text: string): RawJson
    isRawJSON(value: unknown): boolean
  }
}

/**
 * Parses JSON so that `JSON.stringify` of the result writes the same numbers again: one that a double
 * cannot hold exactly (a 64-bit counter, say) is kept as its text.
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseJson(text: string): Json {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text)
  return JSON.parse(text, keepNumber as (key: string, value: unknown) => unknown)
}

function keepNumber(_key: string, value: unknown, context: { source: string }): unknown {
  if (typeof value !== 'number' || sameNumber(value, context.source)) return value
  return JSON.rawJSON(context.source)
}

function sameNumber(value: number, source: string): boolean {
  return String(value) === source || canonical(String(value)) === canonical(source)
}

/** A decimal number as `sign digits e exponent`, without leading or trailing zeros. */
function canonical(number: string): string {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e')
  const negative = mantissa.startsWith('-')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.slice(0, digits.length - trailingZeros(digits))
  if (significant === '') return '0'
  const shift = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${negative ? '-' : ''}${significant}e${shift}`
}

function trailingZeros(digits: string): number {
  let count = 0
  while (digits[digits.length - 1 - count] === '0') count++
  return count
}

/** Whether `value` is a JSON object: not null, not an array, not a number kept as text. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
}
