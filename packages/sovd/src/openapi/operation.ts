import type { JsonObject } from '@opensovd/base'
import type { Route } from '../route.ts'
import { type Operation, referenceTo } from './model.ts'
import {
  CLIENT_ID,
  IF_MATCH,
  IF_NONE_MATCH,
  ODATA_PARAMETERS,
  parameterNamesOf,
  queryParameters,
} from './parameters.ts'
import { hasPrecondition, isCacheable, responsesOf, takesODataOptions } from './responses.ts'
import type { SchemaCatalog } from './schema-catalog.ts'
import type { OpenApiStyle } from './style.ts'

/** A row as an operation of a document. Parameters of its path are components named by `nameOf`. */
export function operationOf(
  row: Route,
  catalog: SchemaCatalog,
  style: OpenApiStyle,
  nameOf: (parameter: string) => string = (parameter) => parameter,
): Omit<Operation, 'operationId'> {
  return {
    tags: [row.tag],
    summary: row.summary,
    [style.permissionKey]: row.permission,
    parameters: [
      ...parameterNamesOf(row.path).map((name) => referenceTo('parameters', nameOf(name))),
      ...(row.query ? queryParameters(row.query, catalog, style.arrayQuery) : []),
      ...(style.odata && takesODataOptions(row) ? ODATA_PARAMETERS : []),
      ...(isCacheable(row) ? [IF_NONE_MATCH] : []),
      ...(hasPrecondition(row) ? [IF_MATCH] : []),
      ...(style.clientIdHeader && concernsLocks(row) ? [CLIENT_ID] : []),
    ],
    ...(row.body || row.upload ? { requestBody: requestBody(row, catalog) } : {}),
    responses: responsesOf(row, catalog, style),
  }
}

/** Whether it matters who asks: locks keep some out, and belong to others. */
function concernsLocks({ mutates, tag }: Route): boolean {
  return (mutates !== undefined && mutates !== false) || tag === 'locks'
}

function requestBody({ method, body, bodyOptional, form, upload }: Route, catalog: SchemaCatalog): JsonObject {
  const media = body && { schema: catalog.refer(body) }
  return {
    required: !bodyOptional,
    content: {
      ...(media && method === 'PATCH' ? { 'application/merge-patch+json': media } : {}),
      ...(media ? { 'application/json': media } : {}),
      ...(media && form ? { 'application/x-www-form-urlencoded': media } : {}),
      ...(upload ? { 'application/octet-stream': { schema: {} } } : {}),
    },
  }
}
