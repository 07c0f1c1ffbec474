import type { JsonObject } from '@opensovd/base'
import type { TSchema } from 'typebox'
import { ENTITY_ID } from '../native/api.ts'
import { ErrorBody } from '../native/resources/common.ts'
import type { Route, RouteTable } from '../route.ts'
import { type OpenApiDocument, type Operation, type PathItem, referenceTo } from './model.ts'
import {
  CLIENT_ID,
  IF_MATCH,
  IF_NONE_MATCH,
  ODATA_PARAMETERS,
  parameterNamesOf,
  pathParameter,
  queryParameters,
  SHARED_PARAMETERS,
} from './parameters.ts'
import {
  errorResponses,
  hasPrecondition,
  isCacheable,
  responsesOf,
  SHARED_HEADERS,
  takesODataOptions,
} from './responses.ts'
import { withoutUnused } from './restriction.ts'
import { SchemaCatalog } from './schema-catalog.ts'

export interface OpenApiOptions {
  readonly table: RouteTable
  /** Prefix of the paths that are not mounted at the root, without a trailing slash. */
  readonly base: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly sovdVersion: string
  /** Whether the OData query options apply to collections. */
  readonly odata: boolean
  /** The body of every error; that of the native contract by default. */
  readonly errorBody?: TSchema
  /** What identifiers in paths look like; as in the native contract by default. */
  readonly idPattern?: RegExp
  /** Which rows the document is about; all by default. */
  readonly include?: (row: Route) => boolean
}

/**
 * The rows of a table as an OpenAPI 3.1 document. Schemas with a title become components of that name.
 * @throws TypeError for a table that cannot be described: two rows in one place, or two schemas of one name
 */
export function openApiDocument(options: OpenApiOptions): OpenApiDocument {
  const { table, base, info, sovdVersion, include = () => true } = options
  const { errorBody = ErrorBody, idPattern = ENTITY_ID } = options
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
      paths[path] = withOperation(paths[path], row, path, operationOf(row, operationId, catalog, options.odata))
      for (const name of parameterNamesOf(path)) pathParameters[name] = pathParameter(name, idPattern)
    }
  }
  const responses = errorResponses(errorBody, catalog)
  return withoutUnused({
    openapi: '3.1.0',
    info: { ...info, 'x-sovd-version': sovdVersion },
    servers: [{ url: '/' }],
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: {
      schemas: catalog.schemas,
      responses,
      parameters: { ...SHARED_PARAMETERS, ...pathParameters },
      headers: SHARED_HEADERS,
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

function operationOf(row: Route, operationId: string, catalog: SchemaCatalog, odata: boolean): Operation {
  return {
    operationId,
    tags: [row.tag],
    summary: row.summary,
    'x-sovd-permission': row.permission,
    parameters: [
      ...parameterNamesOf(row.path).map((name) => referenceTo('parameters', name)),
      ...(row.query ? queryParameters(row.query, catalog) : []),
      ...(odata && takesODataOptions(row) ? ODATA_PARAMETERS : []),
      ...(isCacheable(row) ? [IF_NONE_MATCH] : []),
      ...(hasPrecondition(row) ? [IF_MATCH] : []),
      ...(concernsLocks(row) ? [CLIENT_ID] : []),
    ],
    ...(row.body ? { requestBody: requestBody(row, row.body, catalog) } : {}),
    responses: responsesOf(row, catalog),
  }
}

/** Whether it matters who asks: locks keep some out, and belong to others. */
function concernsLocks({ mutates, tag }: Route): boolean {
  return (mutates !== undefined && mutates !== false) || tag === 'locks'
}

function requestBody(row: Route, body: object, catalog: SchemaCatalog): JsonObject {
  const media = { schema: catalog.refer(body) }
  return {
    required: !row.bodyOptional,
    content: {
      ...(row.method === 'PATCH' ? { 'application/merge-patch+json': media } : {}),
      'application/json': media,
    },
  }
}
