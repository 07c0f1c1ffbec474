import {
  COMPONENT_KINDS,
  type Components,
  type OpenApiDocument,
  type PathItem,
  REFERENCE_PREFIX,
  referenceTo,
} from './model.ts'

export interface Restriction {
  /** A path of the document, with its parameters in braces: this path and those below it are kept. */
  readonly below: string
  /** Values to put in the place of parameters of the paths. */
  readonly params: Readonly<Record<string, string>>
}

/** The document of one entity, or of one part of it: with its paths only, and what they refer to. */
export function restrictTo(document: OpenApiDocument, { below, params }: Restriction): OpenApiDocument {
  const paths = Object.entries(document.paths)
    .filter(([path]) => path === below || path.startsWith(`${below}/`))
    .map(([path, item]) => [filled(path, params), withoutParameters(item, Object.keys(params))] as const)
  return withoutUnused({ ...document, paths: Object.fromEntries(paths) })
}

function filled(path: string, params: Restriction['params']): string {
  return path.replace(/\{(\w+)\}/g, (template, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    return value === undefined ? template : encodeURIComponent(value)
  })
}

function withoutParameters(item: PathItem, names: readonly string[]): PathItem {
  const dropped = new Set<unknown>(names.map((name) => referenceTo('parameters', name).$ref))
  const operations = Object.entries(item).map(([method, operation]) => {
    const parameters = operation.parameters.filter((parameter) => !dropped.has(parameter.$ref))
    return [method, { ...operation, parameters }] as const
  })
  return Object.fromEntries(operations)
}

/** The document without components and tags that no path leads to. */
export function withoutUnused(document: OpenApiDocument): OpenApiDocument {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
  const tags = new Set(operations.flatMap((operation) => operation.tags))
  return {
    ...document,
    tags: document.tags.filter(({ name }) => tags.has(name)),
    components: usedComponents(document.paths, document.components),
  }
}

/** Those of the components that the paths lead to. */
export function usedComponents(paths: object, components: Components): Components {
  const used = new Set<string>()
  collectReferences(paths, components, { used, seen: new WeakSet() })
  const kept = <Kind extends (typeof COMPONENT_KINDS)[number]>(kind: Kind) =>
    Object.fromEntries(Object.entries(components[kind]).filter(([name]) => used.has(referenceTo(kind, name).$ref)))
  return {
    schemas: kept('schemas'),
    responses: kept('responses'),
    parameters: kept('parameters'),
    headers: kept('headers'),
    ...(components.securitySchemes && { securitySchemes: components.securitySchemes }),
  }
}

interface Collected {
  readonly used: Set<string>
  /** What many paths share is looked through once. */
  readonly seen: WeakSet<object>
}

function collectReferences(value: unknown, components: Components, collected: Collected): void {
  if (typeof value !== 'object' || value === null || collected.seen.has(value)) return
  collected.seen.add(value)
  for (const [key, member] of Object.entries(value)) {
    if (key !== '$ref' || typeof member !== 'string') collectReferences(member, components, collected)
    else if (!collected.used.has(member)) {
      collected.used.add(member)
      collectReferences(componentAt(member, components), components, collected)
    }
  }
}

function componentAt(reference: string, components: Components): unknown {
  const [kind, name = ''] = reference.slice(REFERENCE_PREFIX.length).split('/')
  const known = COMPONENT_KINDS.find((candidate) => candidate === kind)
  return known && components[known][name]
}
