import { isJsonObject } from '@opensovd/base'
import { Cursor } from './cursor.ts'
import { parsePropertyPath } from './property-path.ts'

/** Most properties of `$select`. */
export const MAX_SELECTED = 64

export type Selection = (item: unknown) => unknown

/** Names with what is selected below them; an empty one selects everything. */
type Names = Map<string, Names>

/**
 * Parses `$select`: property paths separated by commas, or `*` for all. The result copies an item with the selected
 * properties only; those it does not have stay away. A path through a list goes through each of its members.
 * @throws SovdError `invalid-request` that points at the character
 */
export function parseSelection(text: string): Selection {
  const cursor = new Cursor('$select', text)
  const paths: string[][] = []
  do {
    if (paths.length === MAX_SELECTED) throw cursor.refusal(`at most ${MAX_SELECTED} properties are accepted`)
    cursor.skipSpace()
    paths.push(cursor.take('*') ? [] : [...parsePropertyPath(cursor, "a property or '*'")])
    cursor.skipSpace()
  } while (cursor.take(','))
  if (!cursor.atEnd) throw cursor.unexpected("',' or the end")
  const names = namesOf(paths)
  return (item) => pick(item, names)
}

function namesOf(paths: readonly (readonly string[])[]): Names {
  const names: Names = new Map()
  if (paths.some((path) => path.length === 0)) return names
  for (const first of new Set(paths.map(([name = '']) => name))) {
    const below = paths.filter(([name]) => name === first).map((path) => path.slice(1))
    names.set(first, namesOf(below))
  }
  return names
}

function pick(value: unknown, names: Names): unknown {
  if (names.size === 0) return value
  if (Array.isArray(value)) return value.map((member) => pick(member, names))
  if (!isJsonObject(value)) return value
  const chosen: [string, unknown][] = []
  for (const [name, below] of names) {
    if (Object.hasOwn(value, name)) chosen.push([name, pick(value[name], below)])
  }
  return Object.fromEntries(chosen)
}
