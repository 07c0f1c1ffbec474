import type { JsonObject } from '@opensovd/base'
import { SOVD_ERRORS, type SovdErrorCode } from '../error.ts'
import { PartialFailureBody } from '../native/resources/common.ts'
import type { Route } from '../route.ts'
import { referenceTo } from './model.ts'
import type { SchemaCatalog } from './schema-catalog.ts'
import type { OpenApiStyle } from './style.ts'

/** What any request can end in. */
export const COMMON_ERRORS = [
  'invalid-request',
  'request-timeout',
  'uri-too-long',
  'misdirected-request',
  'header-fields-too-large',
  'internal-error',
  'unavailable',
  'gateway-timeout',
] as const satisfies readonly SovdErrorCode[]

/** What any request with a body can end in. */
export const BODY_ERRORS = [
  'content-too-large',
  'unsupported-media-type',
  'unprocessable-content',
] as const satisfies readonly SovdErrorCode[]

export const SHARED_HEADERS: Readonly<Record<string, JsonObject>> = {
  ETag: { description: 'Changes with the body.', schema: { type: 'string' } },
  Location: { description: 'Absolute path of what was created.', schema: { type: 'string', format: 'uri-reference' } },
  'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer', minimum: 0 } },
}

const REASONS: Readonly<Record<200 | 201 | 202 | 204, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No content',
}

const RETRYABLE: ReadonlySet<SovdErrorCode> = new Set(['conflict', 'too-many-requests', 'unavailable'])

/** The name of the response to a value that cannot be taken, where that has a body of its own. */
const REFUSED_VALUE = 'refused-value'
/** The name of the response to whatever else goes wrong. */
const ANY_ERROR = 'any-error'

/** The responses that operations refer to: one for every error code, by the code, and those of the style. */
export function errorResponses(style: OpenApiStyle, catalog: SchemaCatalog): Record<string, JsonObject> {
  const contentOf = (body: object) => ({ content: { 'application/json': { schema: catalog.refer(body) } } })
  const content = contentOf(style.errorBody)
  const codes = Object.keys(SOVD_ERRORS) as SovdErrorCode[]
  const byCode = codes.map((code) => {
    const description = `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('-', ' ')}`
    const headers = RETRYABLE.has(code) ? { headers: headersOf('Retry-After') } : {}
    return [code, { description, ...headers, ...content }] as const
  })
  return {
    ...Object.fromEntries(byCode),
    ...(style.refusedValue
      ? { [REFUSED_VALUE]: { description: 'A value cannot be taken', ...contentOf(style.refusedValue.body) } }
      : {}),
    ...(style.defaultError ? { [ANY_ERROR]: { description: 'Any other failure', ...content } } : {}),
  }
}

/** What a row answers, good and bad, by status. */
export function responsesOf(row: Route, catalog: SchemaCatalog, style: OpenApiStyle): Record<string, JsonObject> {
  const codes: SovdErrorCode[] = [...COMMON_ERRORS, ...(row.errors ?? [])]
  if (row.body) codes.push(...BODY_ERRORS)
  if (hasPrecondition(row)) codes.push('precondition-failed')
  const isOther = (code: SovdErrorCode) => style.statusOf(code) !== SOVD_ERRORS[code]
  const failures = [...codes.filter(isOther), ...codes.filter((code) => !isOther(code))]
  return {
    ...successOf(row, catalog),
    ...Object.fromEntries(failures.map((code) => [style.statusOf(code), referenceTo('responses', code)])),
    ...(style.refusedValue?.of(row) ? { 400: referenceTo('responses', REFUSED_VALUE) } : {}),
    ...(style.defaultError ? { default: referenceTo('responses', ANY_ERROR) } : {}),
  }
}

/** Whether the answer is a list that is read; what a POST returns is complete. */
export function takesODataOptions({ method, reply }: Route): boolean {
  return method === 'GET' && reply.kind === 'collection'
}

/** Whether the answer has an entity tag. */
export function isCacheable({ method, reply }: Route): boolean {
  return method === 'GET' && (reply.kind === 'json' || reply.kind === 'collection')
}

/** Whether `If-Match` counts. */
export function hasPrecondition({ method }: Route): boolean {
  return method === 'PUT' || method === 'PATCH'
}

function successOf(row: Route, catalog: SchemaCatalog): Record<string, JsonObject> {
  const { reply } = row
  const names = [
    ...(isCacheable(row) ? ['ETag'] : []),
    ...((reply.kind === 'json' || reply.kind === 'empty') && reply.location ? ['Location'] : []),
  ]
  const headers = names.length === 0 ? {} : { headers: headersOf(...names) }
  const status = 'status' in reply ? reply.status : 200
  const notModified = { 304: { description: 'Not modified', headers: headersOf('ETag') } }
  return {
    [status]: { description: REASONS[status], ...headers, ...contentOf(row, catalog) },
    ...(isCacheable(row) ? notModified : {}),
  }
}

function contentOf(row: Route, catalog: SchemaCatalog): JsonObject {
  const { reply } = row
  switch (reply.kind) {
    case 'empty':
      return {}
    case 'text':
      return { content: { [reply.contentType]: { schema: { type: 'string' } } } }
    case 'bytes': {
      const json = reply.schema && { 'application/json': { schema: catalog.refer(reply.schema) } }
      return {
        content: { ...json, [reply.contentType ?? (json ? 'application/octet-stream' : '*/*')]: { schema: {} } },
      }
    }
    case 'ndjson': {
      const line = { description: 'One line.', anyOf: [reply.head, reply.item] }
      return { content: { 'application/x-ndjson': { schema: catalog.refer(line) } } }
    }
    case 'events': {
      const names = Object.keys(reply.events)
      const data = { description: `JSON data of one event: ${names.join(', ')}.`, anyOf: Object.values(reply.events) }
      return { content: { 'text/event-stream': { schema: catalog.refer(data) } } }
    }
    case 'json':
      return { content: { 'application/json': { schema: catalog.refer(reply.schema) } } }
    case 'collection':
      return {
        content: {
          'application/json': { schema: catalog.refer(collectionSchema(reply.item, takesODataOptions(row))) },
        },
      }
  }
}

/** The envelope of a list of items, or of what `$select` leaves of them; named after them if they have a name. */
function collectionSchema(item: object, isSelectable: boolean): object {
  const title = titled(item, 'Collection')
  return {
    ...title,
    type: 'object',
    required: ['@odata.context', 'value'],
    properties: {
      '@odata.context': { type: 'string', pattern: '^\\$metadata#' },
      value: { type: 'array', items: isSelectable ? { anyOf: [item, selectionSchema(item)] } : item },
      '@odata.count': { type: 'integer', minimum: 0 },
      '@odata.nextLink': { type: 'string', format: 'uri-reference' },
      '@sovd.partial': { type: 'array', minItems: 1, items: PartialFailureBody },
    },
  }
}

/** What `$select` leaves of an item: any of its properties. */
function selectionSchema(item: object): object {
  const { required, ...selection } = item as { required?: unknown }
  return { ...selection, ...titled(item, 'Selection'), additionalProperties: false }
}

function titled(item: object, suffix: string): { readonly title?: string } {
  return 'title' in item && typeof item.title === 'string' ? { title: item.title + suffix } : {}
}

function headersOf(...names: string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, referenceTo('headers', name)]))
}
