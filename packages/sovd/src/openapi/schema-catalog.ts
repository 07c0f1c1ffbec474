import type { Json, JsonObject } from '@opensovd/base'
import { referenceTo } from './model.ts'

/** Keywords whose value is not a schema, but data that looks as it likes. */
const DATA = new Set(['const', 'default', 'enum', 'examples', 'required'])
/** Keywords whose value names schemas. */
const SCHEMAS_BY_NAME = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas'])

/** Collects the schemas that have a title, so that each is written once and referred to elsewhere. */
export class SchemaCatalog {
  readonly #named = new Map<string, { readonly source: string; schema: JsonObject }>()

  /** The named schemas so far. */
  get schemas(): Readonly<Record<string, JsonObject>> {
    return Object.fromEntries([...this.#named].map(([name, { schema }]) => [name, schema]))
  }

  /**
   * The schema as plain JSON, with references for it and what is in it where there is a title.
   * @throws TypeError when two different schemas have the same title
   */
  refer(schema: object): JsonObject {
    const title = 'title' in schema && typeof schema.title === 'string' ? schema.title : undefined
    if (title === undefined) return this.#write(schema)
    const source = JSON.stringify(schema)
    const known = this.#named.get(title)
    if (known && known.source !== source) throw new TypeError(`two schemas are called '${title}'`)
    if (!known) {
      const entry = { source, schema: {} }
      this.#named.set(title, entry)
      entry.schema = this.#write(schema)
    }
    return referenceTo('schemas', title)
  }

  #write(schema: object): JsonObject {
    const members = Object.entries(schema).map(([keyword, value]) => [keyword, this.#keyword(keyword, value)] as const)
    return Object.fromEntries(members)
  }

  #keyword(keyword: string, value: unknown): Json {
    if (DATA.has(keyword) || typeof value !== 'object' || value === null) return jsonOf(value)
    if (SCHEMAS_BY_NAME.has(keyword)) {
      return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, this.#keyword('', schema)]))
    }
    return Array.isArray(value) ? value.map((member) => this.#keyword('', member)) : this.refer(value)
  }
}

/** @throws TypeError for what JSON cannot say */
function jsonOf(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      break
    case 'object':
      if (value === null) return null
      if (Array.isArray(value)) return value.map(jsonOf)
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]))
  }
  throw new TypeError(`not JSON: ${String(value)}`)
}
