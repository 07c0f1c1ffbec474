import { compareAny } from './comparison.ts'
import { Cursor } from './cursor.ts'
import { parsePropertyPath, propertyReader } from './property-path.ts'

/** Most keys of `$orderby`. */
export const MAX_ORDER_KEYS = 32

export type Order = (a: unknown, b: unknown) => number

/**
 * Parses `$orderby`: property paths with `asc` or `desc`, separated by commas. Ascending, a missing property or null
 * comes first, then false, true, numbers, strings by code unit, and last lists and objects, which keep their order;
 * descending is the reverse.
 * @throws SovdError `invalid-request` that points at the character
 */
export function parseOrder(text: string): Order {
  const cursor = new Cursor('$orderby', text)
  const keys: Order[] = []
  do {
    if (keys.length === MAX_ORDER_KEYS) throw cursor.refusal(`at most ${MAX_ORDER_KEYS} keys are accepted`)
    keys.push(parseKey(cursor))
  } while (cursor.take(','))
  if (!cursor.atEnd) throw cursor.unexpected("'asc', 'desc', ',' or the end")
  return inTurn(keys)
}

function parseKey(cursor: Cursor): Order {
  cursor.skipSpace()
  const read = propertyReader(parsePropertyPath(cursor))
  cursor.skipSpace()
  const sign = takeDirection(cursor)
  cursor.skipSpace()
  return (a, b) => sign * compareAny(read(a), read(b))
}

function takeDirection(cursor: Cursor): 1 | -1 {
  const word = cursor.peekWord()
  const direction = word.toLowerCase()
  if (direction !== 'asc' && direction !== 'desc') return 1
  cursor.advance(word.length)
  return direction === 'asc' ? 1 : -1
}

function inTurn(keys: readonly Order[]): Order {
  return (a, b) => {
    for (const key of keys) {
      const difference = key(a, b)
      if (difference !== 0) return difference
    }
    return 0
  }
}
