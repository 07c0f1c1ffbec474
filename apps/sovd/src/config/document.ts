import { formatPath, isWithin, type Segment } from './problem.ts'

export interface Table {
  [name: string]: unknown
}

/** One setting from outside the file, by the path it replaces. */
export interface Override {
  readonly path: readonly Segment[]
  readonly value: unknown
  /** The environment variable or option it came from. */
  readonly source: string
}

/** What was configured, before it is judged. */
export interface Document {
  readonly values: Table
  /** Where each setting was made, by path. */
  readonly sources: Map<string, string>
}

/** A configuration that is not in a file. */
export function embeddedDocument(values: Table = {}): Document {
  return { values: structuredClone(values), sources: new Map() }
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The value at `segment` of a table or array, if there is one. */
export function childOf(container: unknown, segment: Segment): unknown {
  if (Array.isArray(container) && typeof segment === 'number') return container[segment]
  if (isTable(container) && typeof segment === 'string' && Object.hasOwn(container, segment)) return container[segment]
  return undefined
}

/**
 * Sets one value, making the tables and the next array element on the way to it.
 * @returns what is wrong when there is no such place
 */
export function applyOverride(document: Document, { path, value, source }: Override): string | undefined {
  let container: unknown = document.values
  for (const [depth, segment] of path.entries()) {
    const made = typeof path[depth + 1] === 'number' ? [] : {}
    const next = depth === path.length - 1 ? value : (childOf(container, segment) ?? made)
    if (isTable(container) && typeof segment === 'string') container[segment] = next
    else if (!Array.isArray(container) || typeof segment !== 'number') {
      return `${formatPath(path.slice(0, depth))} is something else already`
    } else if (segment > container.length) return `there is no element ${segment - 1} before it`
    else container[segment] = next
    container = next
  }
  recordSource(document.sources, formatPath(path), source)
  return undefined
}

function recordSource(sources: Map<string, string>, path: string, source: string): void {
  for (const replaced of sources.keys()) if (isWithin(replaced, path)) sources.delete(replaced)
  sources.set(path, source)
}

/** Where a setting was made, or else the nearest table around it. */
export function sourceOf({ sources }: Document, path: string): string | undefined {
  let at = path
  while (at !== '') {
    const source = sources.get(at)
    if (source !== undefined) return source
    at = at.slice(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['), 0))
  }
  return undefined
}
