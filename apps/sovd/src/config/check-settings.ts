import { isTable, type Table } from './document.ts'
import type { Findings } from './findings.ts'
import { formatPath, type Segment } from './problem.ts'
import { type SchemaNode, typesOf, variantsOf } from './schema-node.ts'
import { Settings } from './settings/settings.ts'

/**
 * Judges values by the schema and completes them with the defaults. What does not fit is reported and replaced
 * by its default, so that the rest can be judged further.
 */
export function checkSettings(values: Table, findings: Findings): Settings {
  // Every value of the result was judged by the schema that the type is made from, or is one of its defaults.
  return completeTable(Settings, values, [], findings) as Settings
}

function complete(schema: SchemaNode, value: unknown, path: readonly Segment[], findings: Findings): unknown {
  if (schema.type === 'object') return completeTable(schema, value === undefined ? {} : value, path, findings)
  if (schema.anyOf) return completeVariant(schema, value, path, findings)
  if (value === undefined) return structuredClone(schema.default)
  if (schema.type === 'array') return completeArray(schema, value, path, findings)
  const complaint = complaintAbout(schema, value)
  if (complaint === undefined) return value
  findings.unusable(formatPath(path), complaint)
  return structuredClone(schema.default)
}

function completeTable(schema: SchemaNode, value: unknown, path: readonly Segment[], findings: Findings): Table {
  if (!isTable(value)) findings.unusable(formatPath(path), `expected a table, got ${show(schema, value)}`)
  const given = isTable(value) ? value : {}
  const { properties = {} } = schema
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(properties, name)) continue
    findings.unusable(formatPath([...path, name]), `unknown setting; ${suggestion(name, Object.keys(properties))}`)
  }
  const table: Table = {}
  for (const [name, child] of Object.entries(properties)) {
    const completed = complete(child, given[name], [...path, name], findings)
    if (completed !== undefined) table[name] = completed
  }
  return table
}

/** Judges a table of the kind that its `type` names; of the first kind when it names none. */
function completeVariant(schema: SchemaNode, value: unknown, path: readonly Segment[], findings: Findings): Table {
  const variants = variantsOf(schema)
  const [first = {}] = variants
  const type = isTable(value) ? value.type : undefined
  const found = type === undefined ? first : variants.find((variant) => typesOf(variant).includes(type))
  if (found) return completeTable(found, value === undefined ? {} : value, path, findings)
  findings.unusable(formatPath([...path, 'type']), `expected ${list(variants.flatMap(typesOf))}, got ${show({}, type)}`)
  return completeTable(first, { ...(isTable(value) ? value : {}), type: undefined }, path, findings)
}

function completeArray(schema: SchemaNode, value: unknown, path: readonly Segment[], findings: Findings): unknown {
  if (!Array.isArray(value)) {
    findings.unusable(formatPath(path), `expected an array, got ${show(schema, value)}`)
    return structuredClone(schema.default)
  }
  const { items = {} } = schema
  const completed = value.map((element, index) => complete(items, element, [...path, index], findings))
  return completed.includes(undefined) ? structuredClone(schema.default) : completed
}

const TYPES: Readonly<Record<string, { readonly name: string; readonly has: (value: unknown) => boolean }>> = {
  string: { name: 'a string', has: (value) => typeof value === 'string' },
  boolean: { name: 'true or false', has: (value) => typeof value === 'boolean' },
  integer: { name: 'an integer', has: Number.isSafeInteger },
  number: { name: 'a number', has: Number.isFinite },
}

function complaintAbout(schema: SchemaNode, value: unknown): string | undefined {
  const shown = show(schema, value)
  if (schema.enum) return schema.enum.includes(value) ? undefined : `expected ${list(schema.enum)}, got ${shown}`
  const type = TYPES[schema.type ?? '']
  if (type && !type.has(value)) return `expected ${type.name}, got ${shown}`
  if (typeof value === 'number') return complaintAboutNumber(schema, value)
  if (typeof value !== 'string') return undefined
  if (value.length < (schema.minLength ?? 0)) return 'must not be empty'
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    return `must match ${schema.pattern}, got ${shown}`
  }
  return undefined
}

function complaintAboutNumber({ minimum, exclusiveMinimum, maximum }: SchemaNode, value: number): string | undefined {
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}, got ${value}`
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return `must be above ${exclusiveMinimum}, got ${value}`
  if (maximum !== undefined && value > maximum) return `must be at most ${maximum}, got ${value}`
  return undefined
}

function show({ writeOnly }: SchemaNode, value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'a table'
  return writeOnly || typeof value === 'bigint' ? `a ${typeof value}` : String(JSON.stringify(value) ?? value)
}

function list(allowed: readonly unknown[]): string {
  const quoted = allowed.map((value) => JSON.stringify(value))
  return quoted.length === 1 ? String(quoted[0]) : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

function suggestion(name: string, known: readonly string[]): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const near = known.find((each) => plain(each) === plain(name) || plain(each).includes(plain(name)))
  return near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`
}
