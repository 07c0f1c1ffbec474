import { messageOf } from '@opensovd/base'
import type { Override } from './document.ts'
import type { Findings } from './findings.ts'
import { formatPath, type Segment } from './problem.ts'
import { elementTable, type SchemaNode, variantsOf } from './schema-node.ts'
import { Settings } from './settings/settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

type Found = { readonly path: readonly Segment[]; readonly node: SchemaNode } | { readonly missing: string }
type Converted = { readonly value: unknown } | { readonly problem: string }

/** `SOVD__SECTION__KEY` or `SOVD_SECTION__KEY`. */
const VARIABLE = /^SOVD_(?:_(.+)|([^_].*__.*))$/

/** The settings made by environment variables, in the order in which they can be applied. */
export function readEnvironment(env: Environment, findings: Findings): readonly Override[] {
  const overrides = new Map<string, Override>()
  for (const [name, text] of Object.entries(env)) {
    const match = VARIABLE.exec(name)
    if (!match || text === undefined) continue
    const found = find((match[1] ?? match[2] ?? '').toLowerCase().split('__'))
    if ('missing' in found) {
      findings.problem('', found.missing, { source: name })
      continue
    }
    const path = formatPath(found.path)
    const converted = convert(text, found.node)
    const other = overrides.get(path)
    if ('problem' in converted) findings.unusable(path, converted.problem, { source: name })
    else if (other === undefined) overrides.set(path, { path: found.path, value: converted.value, source: name })
    else if (env[other.source] !== text)
      findings.unusable(path, `${other.source} says something else`, { source: name })
  }
  return [...overrides].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })).map(([, override]) => override)
}

/** The place in the schema that the parts of a variable's name lead to, or why there is none. */
function find(parts: readonly string[]): Found {
  const path: Segment[] = []
  let node: SchemaNode = Settings
  for (const part of parts) {
    const next = childOf(node, part)
    if (next === undefined) return { missing: missing(path, node, part) }
    path.push(node.type === 'array' ? Number(part) : part)
    node = next
  }
  if (node.type === 'object' || node.anyOf)
    return { missing: `names the table ${formatPath(path)}; name one of its settings` }
  return { path, node }
}

function childOf(node: SchemaNode, part: string): SchemaNode | undefined {
  if (node.type === 'array') return /^\d{1,4}$/.test(part) ? elementTable(node) : undefined
  const found = variantsOf(node).find(({ properties }) => properties && Object.hasOwn(properties, part))
  return found?.properties?.[part]
}

function missing(path: readonly Segment[], node: SchemaNode, part: string): string {
  const where = formatPath(path)
  if (elementTable(node)) return `${where}: expected the number of an element, got "${part}"`
  return where === '' ? `there is no section "${part}"` : `there is no setting "${part}" in ${where}`
}

/** The value that a variable's text stands for where the schema wants this type. */
function convert(text: string, node: SchemaNode): Converted {
  switch (node.type) {
    case 'integer':
      return /^[+-]?\d{1,15}$/.test(text) ? { value: Number(text) } : { problem: `expected an integer, got "${text}"` }
    case 'number':
      return /^[+-]?\d{1,15}(\.\d+)?$/.test(text)
        ? { value: Number(text) }
        : { problem: `expected a number, got "${text}"` }
    case 'boolean':
      if (text === 'true' || text === 'false') return { value: text === 'true' }
      return { problem: `expected true or false, got "${text}"` }
    case 'array':
      if (text.trimStart().startsWith('[')) return parseList(text)
      return elementTable(node) ? { problem: 'expected a JSON array' } : { value: splitList(text) }
    default:
      return { value: text }
  }
}

function parseList(text: string): Converted {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: `not JSON: ${messageOf(error)}` }
  }
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '')
}
