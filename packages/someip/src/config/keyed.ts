import { type Found, reportIgnoredDuplicate, reportOverride } from './field.ts'
import type { Problems } from './problems.ts'

/** A value from a list that is identified by a key. */
export interface Keyed<K, T> {
  readonly key: K
  readonly value: T
  readonly found: readonly Found[]
}

/** A map of the entries. Each one that repeats a key is reported; `repeat` says which one counts. */
export function toMap<K, T>(
  entries: readonly Keyed<K, T>[],
  repeat: 'first' | 'last',
  problems: Problems,
): ReadonlyMap<K, T> {
  const chosen = new Map<K, Keyed<K, T>>()
  for (const entry of entries) {
    const before = chosen.get(entry.key)?.found[0]
    const [place] = entry.found
    if (before !== undefined && place !== undefined) {
      if (repeat === 'first') reportIgnoredDuplicate(before, place, problems)
      else reportOverride(before, place, problems)
    }
    if (before === undefined || repeat === 'last') chosen.set(entry.key, entry)
  }
  return new Map([...chosen].map(([key, { value }]) => [key, value]))
}
