import { nameOf, type VssUnit, type VssUnits } from './units.ts'

/** What is longer is no misspelt name. */
const MAX_NAME = 60

/** A unit by its name, in whatever case, as vss-tools take it. */
export function unitNamed(units: VssUnits, name: string): VssUnit | undefined {
  const exact = units.get(name)
  if (exact) return exact
  const lower = name.toLowerCase()
  for (const [each, unit] of units) if (each.toLowerCase() === lower) return unit
  return undefined
}

/** The name most like one that no unit has, if any is. */
export function nearestUnit(units: VssUnits, name: string): string | undefined {
  if (name.length > MAX_NAME) return undefined
  if (units.has(nameOf(name))) return nameOf(name)
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const ranked = [...units.keys()]
    .map((each) => ({ each, edits: editsBetween(plain(each), plain(name)) }))
    .toSorted((a, b) => a.edits - b.edits)
  const [nearest] = ranked
  return nearest && nearest.edits <= plain(name).length / 3 ? nearest.each : undefined
}

/** The fewest letters to put in, take out or change that make one text of another. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (const [at, each] of [...other].entries()) {
      const change = (row[at] ?? 0) + (each === letter ? 0 : 1)
      next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
