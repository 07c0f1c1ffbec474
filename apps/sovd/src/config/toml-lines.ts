import { formatPath, type Segment } from './problem.ts'

const KEY = `(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')`
const DOTTED = String.raw`${KEY}(?:\s*\.\s*${KEY})*`
const TABLE = new RegExp(String.raw`^\s*\[\s*(${DOTTED})\s*\]`)
const ARRAY_TABLE = new RegExp(String.raw`^\s*\[\[\s*(${DOTTED})\s*\]\]`)
const ASSIGNMENT = new RegExp(String.raw`^\s*(${DOTTED})\s*=`)
const EACH_KEY = new RegExp(KEY, 'g')
const MULTILINE_QUOTE = /"""|'''/g

/**
 * The line of each table and setting of a TOML text, by path. Settings of inline tables and arrays are on the
 * line of the setting they are part of. The text must have been parsed without error.
 */
export function locateSettings(text: string): Map<string, number> {
  const lines = new Map<string, number>()
  const elements = new Map<string, number>()
  let table: readonly Segment[] = []
  let insideText = false
  for (const [index, line] of text.split('\n').entries()) {
    const startsInsideText = insideText
    if ((line.match(MULTILINE_QUOTE)?.length ?? 0) % 2 === 1) insideText = !insideText
    if (startsInsideText) continue
    const arrayTable = ARRAY_TABLE.exec(line)?.[1]
    const plainTable = TABLE.exec(line)?.[1]
    const assignment = ASSIGNMENT.exec(line)?.[1]
    if (arrayTable !== undefined) table = nextElement(resolve(arrayTable, elements), elements)
    else if (plainTable !== undefined) table = resolve(plainTable, elements)
    else if (assignment === undefined) continue
    const path = formatPath(assignment === undefined ? table : [...table, ...keysOf(assignment)])
    if (!lines.has(path)) lines.set(path, index + 1)
  }
  return lines
}

function keysOf(dotted: string): readonly string[] {
  return (dotted.match(EACH_KEY) ?? []).map((key) => key.replace(/^(["'])(.*)\1$/, '$2'))
}

/** A table's path, with the element that is current in each array of tables on the way. */
function resolve(dotted: string, elements: ReadonlyMap<string, number>): readonly Segment[] {
  const keys = keysOf(dotted)
  const path: Segment[] = []
  for (const [depth, key] of keys.entries()) {
    path.push(key)
    const element = elements.get(formatPath(path))
    if (element !== undefined && depth < keys.length - 1) path.push(element)
  }
  return path
}

function nextElement(array: readonly Segment[], elements: Map<string, number>): readonly Segment[] {
  const name = formatPath(array)
  const element = (elements.get(name) ?? -1) + 1
  elements.set(name, element)
  return [...array, element]
}
