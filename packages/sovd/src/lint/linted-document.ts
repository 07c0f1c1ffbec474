import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { type LintedMethod, METHODS } from './methods.ts'
import { type FoundResource, resourceAt } from './resources.ts'

export interface LintedOperation {
  readonly method: LintedMethod
  readonly operation: JsonObject
  readonly at: readonly string[]
}

export interface LintedPath {
  readonly path: string
  readonly item: JsonObject
  readonly operations: readonly LintedOperation[]
  /** What the standard has at such a path, if anything. */
  readonly resource: FoundResource | undefined
  readonly at: readonly string[]
}

/** References that lead on to references are followed this far. */
const MAX_REFERENCES = 32

/** A document that may be anything, as the rules look at it: what is not of the right kind is as good as absent. */
export class LintedDocument {
  readonly root: JsonObject
  readonly paths: readonly LintedPath[]

  constructor(root: JsonObject) {
    this.root = root
    this.paths = Object.entries(objectAt(root, 'paths')).map(([path, item]) => this.#path(path, item))
  }

  /** What a reference leads to, or the value itself if it is none; nothing where it leads nowhere. */
  resolve(value: Json | undefined): Json | undefined {
    let resolved = value
    for (let steps = 0; isJsonObject(resolved) && typeof resolved.$ref === 'string'; steps++) {
      if (steps === MAX_REFERENCES) return undefined
      resolved = this.#target(resolved.$ref)
    }
    return resolved
  }

  object(value: Json | undefined): JsonObject {
    const resolved = this.resolve(value)
    return isJsonObject(resolved) ? resolved : {}
  }

  /** The properties that a schema describes, those of `allOf` among them. */
  properties(schema: Json | undefined, depth = 0): JsonObject {
    const { allOf, properties } = this.object(schema)
    const inherited = Array.isArray(allOf) && depth < MAX_REFERENCES ? allOf : []
    return Object.assign(
      {},
      ...inherited.map((each) => this.properties(each, depth + 1)),
      isJsonObject(properties) ? properties : {},
    )
  }

  /** Parameters of an operation, those of its path among them. */
  parameters({ item }: LintedPath, { operation }: LintedOperation): readonly JsonObject[] {
    return [item.parameters, operation.parameters]
      .flatMap((list) => (Array.isArray(list) ? list : []))
      .map((each) => this.object(each))
  }

  responses({ operation }: LintedOperation): readonly (readonly [status: string, response: JsonObject])[] {
    return Object.entries(objectAt(operation, 'responses')).map(
      ([status, each]) => [status, this.object(each)] as const,
    )
  }

  /** The schema of the JSON body of a response or request. */
  jsonSchema(body: JsonObject): Json | undefined {
    return this.object(objectAt(body, 'content')['application/json']).schema
  }

  /** Every object in the document with the way to it; each once, however many references lead there. */
  *everything(
    value: Json = this.root,
    at: readonly string[] = [],
  ): Generator<readonly [JsonObject, readonly string[]]> {
    if (typeof value !== 'object' || value === null) return
    if (isJsonObject(value)) yield [value, at]
    for (const [name, member] of Object.entries(value)) {
      if (member !== undefined) yield* this.everything(member, [...at, name])
    }
  }

  #path(path: string, value: Json | undefined): LintedPath {
    const at = ['paths', path]
    const item = this.object(value)
    const operations = METHODS.flatMap((method): LintedOperation[] => {
      const operation = item[method]
      return isJsonObject(operation) ? [{ method, operation, at: [...at, method] }] : []
    })
    return { path, item, operations, resource: resourceAt(path), at }
  }

  #target(reference: string): Json | undefined {
    if (!reference.startsWith('#/')) return undefined
    let found: Json | undefined = this.root
    for (const part of reference.slice(2).split('/')) {
      const name = decoded(part)
      found =
        typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? Reflect.get(found, name) : undefined
    }
    return found
  }
}

export function objectAt(value: JsonObject, name: string): JsonObject {
  const member = value[name]
  return isJsonObject(member) ? member : {}
}

/** A part of a JSON pointer in a fragment [RFC 6901 6]. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return part
  }
}
