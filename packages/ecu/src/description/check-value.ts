import { complaintAbout, isRecord, listOf, show } from './complaint.ts'
import type { Path, Problems } from './problem.ts'
import type { SchemaNode } from './schema-node.ts'

/** A description contains encodings that contain encodings; deeper than this it is a mistake or an attack. */
const MAX_DEPTH = 64

/** Judges values by a schema, and completes them with its defaults. */
export class ValueCheck {
  readonly #definitions: Readonly<Record<string, SchemaNode>>
  readonly #problems: Problems

  constructor(definitions: Readonly<Record<string, SchemaNode>>, problems: Problems) {
    this.#definitions = definitions
    this.#problems = problems
  }

  /** The completed value; of no use where a problem was reported. */
  complete(schema: SchemaNode, given: unknown, path: Path): unknown {
    if (path.length > MAX_DEPTH) return this.#problems.add(path, 'nested too deeply')
    const value = given === undefined ? structuredClone(schema.default) : given
    if (schema.$ref !== undefined) return this.#completeReference(schema, value, path)
    if (schema.anyOf) return this.#completeUnion(schema.anyOf, value, path)
    if (schema.type === 'object') return this.#completeObject(schema, value, path)
    if (schema.type === 'array') return this.#completeArray(schema, value, path)
    const complaint = complaintAbout(schema, value)
    if (complaint !== undefined) this.#problems.add(path, complaint)
    return value
  }

  #completeReference(schema: SchemaNode, value: unknown, path: Path): unknown {
    const target = this.#definitions[schema.$ref?.replace('#/$defs/', '') ?? '']
    if (!target) throw new TypeError(`the schema refers to ${schema.$ref}, which it has not`)
    this.#requireAll(schema, value, path)
    return this.complete(target, value, path)
  }

  #completeUnion(branches: readonly SchemaNode[], value: unknown, path: Path): unknown {
    const tag = tagOf(branches)
    const candidates = tag === undefined || !isRecord(value) ? branches : tagged(branches, tag, value[tag])
    const branch = candidates.find((each) => hasTypeOf(each, value))
    if (branch) return this.complete(branch, value, path)
    if (tag === undefined) {
      this.#problems.add(path, `expected ${listOf(branches.map(describe))}, got ${show(value)}`)
    } else if (isRecord(value)) {
      const known = listOf(branches.map((each) => String(each.properties?.[tag]?.const)))
      const got = value[tag] === undefined ? 'nothing' : show(value[tag])
      this.#problems.add([...path, tag], `expected ${known}, got ${got}`)
    } else {
      this.#problems.add(path, `expected an object with ${tag}, got ${show(value)}`)
    }
    return undefined
  }

  #completeObject(schema: SchemaNode, value: unknown, path: Path): unknown {
    if (!isRecord(value)) return this.#problems.add(path, `expected an object, got ${show(value)}`)
    if (schema.patternProperties) return this.#completeMap(schema, schema.patternProperties, value, path)
    const properties = schema.properties ?? {}
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(properties, name)) continue
      this.#problems.add([...path, name], `unknown; there are ${Object.keys(properties).join(', ')}`)
    }
    this.#requireAll(schema, value, path)
    const completed: Record<string, unknown> = {}
    for (const [name, child] of Object.entries(properties)) {
      if (value[name] === undefined && child.default === undefined) continue
      completed[name] = this.complete(child, value[name], [...path, name])
    }
    return completed
  }

  #completeMap(
    { minProperties = 0 }: SchemaNode,
    patterns: Readonly<Record<string, SchemaNode>>,
    value: Readonly<Record<string, unknown>>,
    path: Path,
  ): unknown {
    const [[pattern, child] = ['', {}]] = Object.entries(patterns)
    const form = new RegExp(pattern, 'u')
    const entries = Object.entries(value)
    if (entries.length < minProperties) this.#problems.add(path, 'must not be empty')
    const completed = entries.map(([name, each]) => {
      if (!form.test(name)) this.#problems.add([...path, name], `a key that does not match ${pattern}`)
      return [name, this.complete(child, each, [...path, name])] as const
    })
    return Object.fromEntries(completed)
  }

  #completeArray(schema: SchemaNode, value: unknown, path: Path): unknown {
    if (!Array.isArray(value)) return this.#problems.add(path, `expected a list, got ${show(value)}`)
    const { items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema
    if (value.length < minItems) this.#problems.add(path, `expected at least ${minItems}, got ${value.length}`)
    if (value.length > maxItems) this.#problems.add(path, `expected at most ${maxItems}, got ${value.length}`)
    return value.map((item, index) => this.complete(items, item, [...path, index]))
  }

  #requireAll({ required = [], properties = {} }: SchemaNode, value: unknown, path: Path): void {
    if (!isRecord(value)) return
    for (const name of required) {
      if (value[name] !== undefined || properties[name]?.default !== undefined) continue
      this.#problems.add(path, `${name} is missing`)
    }
  }
}

/** The property by whose constant the branches are told apart, if there is one. */
function tagOf(branches: readonly SchemaNode[]): string | undefined {
  const [first] = branches
  const names = Object.keys(first?.properties ?? {})
  return names.find((name) => branches.every((branch) => branch.properties?.[name]?.const !== undefined))
}

function tagged(branches: readonly SchemaNode[], tag: string, value: unknown): readonly SchemaNode[] {
  return branches.filter((branch) => branch.properties?.[tag]?.const === value)
}

function hasTypeOf({ type, const: constant }: SchemaNode, value: unknown): boolean {
  if (constant !== undefined) return value === constant
  if (type === 'object') return isRecord(value)
  if (type === 'integer' || type === 'number') return typeof value === 'number'
  return typeof value === type
}

function describe({ type, const: constant }: SchemaNode): string {
  if (constant !== undefined) return JSON.stringify(constant)
  return type === 'integer' || type === 'object' ? `an ${type}` : `a ${type}`
}
