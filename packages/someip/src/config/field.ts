import type { JsonNode, Position } from './json-text.ts'
import { formatPlace, type Place, type Problems } from './problems.ts'

/** One place where a key is given. */
export interface Found {
  readonly node: JsonNode
  /** Where the key itself stands. */
  readonly nameAt: Position
  readonly file: string
  readonly path: string
}

/** What the reference says about a key. */
export interface FieldDoc {
  readonly type: string
  /** As written in a file; empty if there is none. */
  readonly default: string
  readonly meaning: string
  /** Why the stack does nothing with the value; absent where it does. */
  readonly noEffect?: string
  /** Which definition counts if there are several. */
  readonly repeat: Repeat
}

/** Which of several definitions counts. `all`: they add up. */
export type Repeat = 'first' | 'last' | 'all'

/** How one key is read and described. */
export interface Field<T> {
  readonly doc: FieldDoc
  /** The keys inside, if the value is an object; under the name `[]` the items, if it is a list. */
  readonly inner: Readonly<Record<string, Field<unknown>>>
  /** Reads all places where the key is given, in order; none of them: the default. Never throws. */
  read(found: readonly Found[], problems: Problems): T
}

export type Infer<F> = F extends Field<infer T> ? T : never

export function atName(found: Found): Place {
  return { file: found.file, line: found.nameAt.line, column: found.nameAt.column, path: found.path }
}

export function atValue(found: Found): Place {
  return { file: found.file, line: found.node.at.line, column: found.node.at.column, path: found.path }
}

export function reportIgnoredDuplicate(first: Found, second: Found, problems: Problems): void {
  const message = `already defined at ${formatPlace(atName(first))}; this definition is ignored`
  problems.report('duplicate-definition', atName(second), message)
}

export function reportOverride(first: Found, second: Found, problems: Problems): void {
  const message = `this definition is used instead of the one at ${formatPlace(atName(first))}`
  problems.report('duplicate-definition', atName(second), message)
}

/** The path of a key inside `path`. */
export function joinPath(path: string, name: string): string {
  if (!/^[\w-]{1,60}$/.test(name)) return `${path}[${JSON.stringify(name.slice(0, 60))}]`
  return path === '' ? name : `${path}.${name}`
}

/** `field` with its value turned into another; `change` may report what it finds wrong. */
export function mapped<T, U>(
  field: Field<T>,
  change: (value: T, found: readonly Found[], problems: Problems) => U,
): Field<U> {
  return {
    doc: field.doc,
    inner: field.inner,
    read: (found, problems) => change(field.read(found, problems), found, problems),
  }
}

/** `field`, or undefined where the key is not given at all. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return { ...field, read: (found, problems) => (found.length === 0 ? undefined : field.read(found, problems)) }
}

/** Says of a list item that it is left out, and why. */
export function dropEntry(found: readonly Found[], problems: Problems, why: string): undefined {
  for (const one of found) problems.report('dropped-entry', atValue(one), `${why}; the entry is left out`)
}
