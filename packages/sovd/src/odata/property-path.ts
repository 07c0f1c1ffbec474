import { isJsonObject } from '@opensovd/base'
import { type Cursor, MAX_DEPTH } from './cursor.ts'

/** Names of properties from the outside in: `a/b` is `['a', 'b']`. Never empty. */
export type PropertyPath = readonly string[]

/** Wider than OData's identifier: properties of the contracts contain `-` too, as in `x-uds-did`. */
const NAME = /^[\p{L}_]/u

/** Whether a word can be the name of a property: it begins with a letter or an underscore. */
export function isName(word: string): boolean {
  return NAME.test(word)
}

/** @throws SovdError `invalid-request` */
export function parsePropertyPath(cursor: Cursor, expected = 'a property'): PropertyPath {
  const path: string[] = []
  do {
    const word = cursor.peekWord()
    if (!isName(word)) throw cursor.unexpected(path.length === 0 ? expected : 'a property')
    if (path.length === MAX_DEPTH) throw cursor.refusal(`a path may have at most ${MAX_DEPTH} segments`)
    cursor.advance(word.length)
    path.push(word)
  } while (cursor.take('/'))
  return path
}

/** A function that reads the property of an item: null when it, or something on the way to it, is missing. */
export function propertyReader(path: PropertyPath): (item: unknown) => unknown {
  return (item) => {
    let value = item
    for (const name of path) {
      if (!isJsonObject(value) || !Object.hasOwn(value, name)) return null
      value = value[name]
    }
    return value ?? null
  }
}
