import { parseJson } from '@opensovd/base'
import type { RawNumber } from './comparison.ts'
import type { Cursor } from './cursor.ts'

export type Literal = null | boolean | number | string | RawNumber

const STRING = /'[^']*(?:''[^']*)*'/y
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i
/** Not a sign, and not the operator. */
const TEXT = /^(?!not$)[\p{L}\p{N}_]/iu
/** `null` is written just so; the Booleans in upper or lower case [OData-ABNF 7]. */
const CONSTANTS: readonly (readonly [pattern: RegExp, value: null | boolean])[] = [
  [/^null$/, null],
  [/^true$/i, true],
  [/^false$/i, false],
]

/** Takes a quoted string, a number, a Boolean or null, if that comes next. */
export function takeLiteral(cursor: Cursor): Literal | undefined {
  if (cursor.peek() === "'") return takeString(cursor)
  const word = cursor.peekWord()
  const value = constantOf(word)
  if (value !== undefined) cursor.advance(word.length)
  return value
}

/** Takes a word without quotes that is neither a constant nor the beginning of a path or a call, if one comes next. */
export function takeText(cursor: Cursor): string | undefined {
  const word = cursor.peekWord()
  if (!TEXT.test(word) || constantOf(word) !== undefined) return undefined
  const next = cursor.peek(word.length)
  if (next === '/' || next === '(') return undefined
  cursor.advance(word.length)
  return word
}

function takeString(cursor: Cursor): string {
  const start = cursor.at
  const quoted = cursor.takeMatch(STRING)
  if (quoted === undefined) throw cursor.unexpected('a string with a closing quote', start)
  return quoted.slice(1, -1).replaceAll("''", "'")
}

function constantOf(word: string): Exclude<Literal, string> | undefined {
  if (NUMBER.test(word)) return numberOf(word)
  return CONSTANTS.find(([pattern]) => pattern.test(word))?.[1]
}

/** As JSON writes it, so that it compares exactly with the numbers of items, which keep their text too. */
function numberOf(word: string): number | RawNumber {
  const json = word.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1')
  const value = parseJson(json)
  return typeof value === 'number' ? value : JSON.rawJSON(json)
}
