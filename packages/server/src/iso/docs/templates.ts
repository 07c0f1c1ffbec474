import type { Method, Route, RouteTable } from '@opensovd/sovd'
import { COLLECTIONS } from '../entities.ts'

export interface NamedRow {
  readonly name: string
  readonly row: Route
}

/** A path template of the contract, and the rows that serve it. */
export interface Template {
  readonly path: string
  readonly segments: readonly string[]
  readonly rows: { readonly [M in Method]?: NamedRow }
}

/** The path templates of a table, in its order. */
export function templatesOf(table: RouteTable): readonly Template[] {
  const templates = new Map<string, { path: string; segments: readonly string[]; rows: { [M in Method]?: NamedRow } }>()
  for (const [name, row] of Object.entries(table)) {
    if (row.mount === 'root') continue
    const segments = row.path === '/' ? [] : row.path.slice(1).split('/')
    const template = templates.get(row.path) ?? { path: row.path, segments, rows: {} }
    templates.set(row.path, template)
    template.rows[row.method] = { name, row }
  }
  return [...templates.values()]
}

/** Whether a segment of a template, or of a path of which some parts are open, stands for any value. */
export function isOpen(segment: string): boolean {
  return segment.startsWith('{')
}

/** Whether the template is one of a path one level below this one. */
export function isBelow(template: Template, path: readonly string[]): boolean {
  return (
    template.segments.length === path.length + 1 && path.every((part, at) => fits(template.segments[at] ?? '', part))
  )
}

function fits(segment: string, part: string): boolean {
  if (segment === '{entityCollection}') return Object.hasOwn(COLLECTIONS, part)
  return isOpen(segment) || segment === part
}

/** The values that a path gives to the parameters of a template. */
export function paramsOf(template: Template, path: readonly string[]): Readonly<Record<string, string>> {
  const values = template.segments.flatMap((segment, at) => {
    const part = path[at]
    return isOpen(segment) && part !== undefined && !isOpen(part) ? [[segment.slice(1, -1), part] as const] : []
  })
  return Object.fromEntries(values)
}
