import type { JsonObject } from '@opensovd/base'
import { ENTITY_ID } from '../native/api.ts'
import type { Route, RouteTable } from '../route.ts'
import type { OpenApiDocument, Operation, PathItem } from './model.ts'
import { operationOf } from './operation.ts'
import { parameterNamesOf, pathParameter, SHARED_PARAMETERS } from './parameters.ts'
import { errorResponses, SHARED_HEADERS } from './responses.ts'
import { withoutUnused } from './restriction.ts'
import { SchemaCatalog } from './schema-catalog.ts'
import { type SecuritySchemes, secured, securityOf } from './security.ts'
import { NATIVE_STYLE, type OpenApiStyle } from './style.ts'

export interface OpenApiOptions {
  readonly table: RouteTable
  /** Prefix of the paths that are not mounted at the root, without a trailing slash. */
  readonly base: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly sovdVersion: string
  /** How its contract is described; as the native one by default. */
  readonly style?: Partial<OpenApiStyle>
  /** What identifiers in paths look like; as in the native contract by default. */
  readonly idPattern?: RegExp
  /** What clients must show; absent: nothing. */
  readonly security?: SecuritySchemes
  /** Which rows the document is about; all by default. */
  readonly include?: (row: Route) => boolean
}

/**
 * The rows of a table as an OpenAPI 3.1 document. Schemas with a title become components of that name.
 * @throws TypeError for a table that cannot be described: two rows in one place, or two schemas of one name
 */
export function openApiDocument(options: OpenApiOptions): OpenApiDocument {
  const { table, base, info, sovdVersion, security, include = () => true } = options
  const { idPattern = ENTITY_ID } = options
  const style = { ...NATIVE_STYLE, ...options.style }
  const catalog = new SchemaCatalog()
  const paths: Record<string, PathItem> = {}
  const pathParameters: Record<string, JsonObject> = {}
  const tags = new Set<string>()
  for (const [key, row] of Object.entries(table)) {
    if (!include(row)) continue
    tags.add(row.tag)
    for (const [index, template] of [row.path, ...(row.aliases ?? [])].entries()) {
      const path = row.mount === 'root' ? template : base + template
      const operationId = key + aliasSuffix(index)
      const operation = { operationId, ...secured(operationOf(row, catalog, style), security) }
      paths[path] = withOperation(paths[path], row, path, operation)
      for (const name of parameterNamesOf(path)) pathParameters[name] = pathParameter(name, idPattern)
    }
  }
  const responses = errorResponses(style, catalog)
  const secures = securityOf(security)
  return withoutUnused({
    openapi: '3.1.0',
    info: { ...info, 'x-sovd-version': sovdVersion },
    servers: [{ url: '/' }],
    ...secures.document,
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: {
      schemas: catalog.schemas,
      responses,
      parameters: { ...SHARED_PARAMETERS, ...pathParameters },
      headers: SHARED_HEADERS,
      ...secures.components,
    },
  })
}

function aliasSuffix(index: number): string {
  return index === 0 ? '' : `Alias${index === 1 ? '' : index}`
}

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const

function withOperation(item: PathItem = {}, row: Route, path: string, operation: Operation): PathItem {
  const method = METHODS[row.method]
  if (item[method]) throw new TypeError(`two rows describe ${row.method} ${path}`)
  return { ...item, [method]: operation }
}
