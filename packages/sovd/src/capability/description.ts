import { isJsonObject, type JsonObject } from '@opensovd/base'
import { ENTITY_ID } from '../native/api.ts'
import { type Components, type Operation, referenceTo } from '../openapi/model.ts'
import { operationOf } from '../openapi/operation.ts'
import { parameterNamesOf, pathParameter, SHARED_PARAMETERS } from '../openapi/parameters.ts'
import { errorResponses, SHARED_HEADERS } from '../openapi/responses.ts'
import { usedComponents } from '../openapi/restriction.ts'
import { SchemaCatalog } from '../openapi/schema-catalog.ts'
import { type SecuritySchemes, secured, securityOf } from '../openapi/security.ts'
import type { Method, Route, RouteTable } from '../route.ts'
import { BYTES, SOVD_DIALECT } from './extensions.ts'
import { retentionAt } from './retention.ts'
import { ISO_STYLE } from './style.ts'

/** One resource of a server, as its description shows it. */
export interface DescribedResource {
  /** Path template of the rows that serve it. */
  readonly template: string
  /** Values for the parameters of the template, as far as they are known; the others stay parameters. */
  readonly params: Readonly<Record<string, string>>
  readonly name: string
  /** Keys of its path. */
  readonly extensions?: JsonObject
  /** Methods that its rows have and it has not. */
  readonly without?: readonly Method[]
  /** The one media type of what it contains, where its rows have several. */
  readonly mediaType?: string
  /** Schemas of members of what it answers and of what it is sent, in place of those of its rows. */
  readonly members?: { readonly read?: JsonObject; readonly written?: JsonObject }
}

/** A capability description: an OpenAPI 3.1 document with the extensions of the standard [17978-3 6.2]. */
export type CapabilityDescription = {
  readonly openapi: '3.1.0'
  readonly info: JsonObject
  readonly jsonSchemaDialect: string
  readonly servers: readonly { readonly url: string }[]
  readonly security?: readonly JsonObject[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: { readonly [path: string]: JsonObject }
  readonly components: Components
}

export interface DescriberOptions {
  /** Prefix of the paths, without a trailing slash. */
  readonly base: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  /** The release of the standard. */
  readonly sovdVersion: string
  /** For how many seconds the temporary items of a collection can be read once they are over, by its name. */
  readonly retentionSeconds: Readonly<Record<string, number>>
  /** What clients must show; absent: nothing. */
  readonly security?: SecuritySchemes
}

type Rendered = { readonly row: Route; readonly operation: Omit<Operation, 'operationId'> }

/** Makes descriptions from the rows of a table; what is the same in all of them is made here, once. */
export function createDescriber(
  table: RouteTable,
  options: DescriberOptions,
): (resources: readonly DescribedResource[]) => CapabilityDescription {
  const catalog = new SchemaCatalog()
  const rendered = renderRows(table, catalog, options.security)
  const responses = errorResponses(ISO_STYLE, catalog)
  const secures = securityOf(options.security)
  const names = Object.values(table).flatMap(({ path }) => parameterNamesOf(path))
  const components: Components = {
    ...secures.components,
    schemas: catalog.schemas,
    responses,
    headers: SHARED_HEADERS,
    parameters: {
      ...SHARED_PARAMETERS,
      ...Object.fromEntries(names.map((name) => [kebab(name), describedParameter(name)])),
    },
  }

  return (resources) => {
    const paths: Record<string, JsonObject> = {}
    const tags = new Set<string>()
    for (const resource of resources) {
      const own = rendered.get(resource.template)?.filter(({ row }) => !resource.without?.includes(row.method)) ?? []
      for (const { row } of own) tags.add(row.tag)
      paths[pathOf(resource)] = pathItemOf(resource, own, components.schemas, options)
    }
    return {
      openapi: '3.1.0',
      info: { ...options.info, 'x-sovd-version': options.sovdVersion },
      jsonSchemaDialect: SOVD_DIALECT,
      ...secures.document,
      servers: [{ url: options.base === '' ? '/' : options.base }],
      tags: [...tags].map((name) => ({ name })),
      paths,
      components: usedComponents(paths, components),
    }
  }
}

function renderRows(
  table: RouteTable,
  catalog: SchemaCatalog,
  security: SecuritySchemes | undefined,
): ReadonlyMap<string, readonly Rendered[]> {
  const rendered = new Map<string, Rendered[]>()
  for (const row of Object.values(table)) {
    if (row.mount === 'root') continue
    const rows = rendered.get(row.path) ?? []
    rendered.set(row.path, rows)
    rows.push({ row, operation: secured(operationOf(row, catalog, ISO_STYLE, kebab), security) })
  }
  return rendered
}

/** Parameters of paths are written as the standard writes them: `execution-id`. */
function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function describedParameter(name: string): JsonObject {
  return { ...pathParameter(name, ENTITY_ID), name: kebab(name) }
}

function pathOf({ template, params }: DescribedResource): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    return value === undefined ? `{${kebab(name)}}` : encodeURIComponent(value)
  })
}

function pathItemOf(
  resource: DescribedResource,
  own: readonly Rendered[],
  schemas: Components['schemas'],
  { retentionSeconds }: DescriberOptions,
): JsonObject {
  const keeps = own.some(({ row }) => row.method === 'POST' || row.method === 'PUT')
  const retention = keeps ? retentionAt(resource.template, retentionSeconds) : undefined
  const operations = own.map(
    ({ row, operation }) => [row.method.toLowerCase(), described(resource, row, operation, schemas)] as const,
  )
  return {
    'x-sovd-name': resource.name,
    ...resource.extensions,
    ...(retention === undefined ? {} : { 'x-sovd-retention-timeout': retention }),
    ...Object.fromEntries(operations),
  }
}

function described(
  { params, mediaType, members = {} }: DescribedResource,
  row: Route,
  operation: Rendered['operation'],
  schemas: Components['schemas'],
): JsonObject {
  const known = new Set<unknown>(Object.keys(params).map((name) => referenceTo('parameters', kebab(name)).$ref))
  const parameters = operation.parameters.filter(({ $ref }) => !known.has($ref))
  const { read, written } = members
  const { reply } = row
  const status = 'status' in reply ? reply.status : 200
  const answers = withMedia(operation.responses[status], mediaType)
  const takes = withMedia(operation.requestBody, mediaType)
  return {
    ...operation,
    parameters,
    ...(row.method === 'POST' && status === 202 ? { 'x-sovd-asynchronous-execution': true } : {}),
    responses: {
      ...operation.responses,
      ...(answers && { [status]: read && reply.kind === 'json' ? withMembers(answers, read, schemas) : answers }),
    },
    ...(takes && { requestBody: written ? withMembers(takes, written, schemas) : takes }),
  }
}

/** A response or a request body with the media type that it is known to have, where it could have others. */
function withMedia(body: JsonObject | undefined, mediaType: string | undefined): JsonObject | undefined {
  if (mediaType === undefined || !body || !isJsonObject(body.content) || body.content[BYTES] === undefined) return body
  const schema = body.content[mediaType] ?? body.content[BYTES]
  return { ...body, content: { [mediaType]: schema } }
}

/** A response or a request body whose schema says more of some members. */
function withMembers(body: JsonObject, members: JsonObject, schemas: Components['schemas']): JsonObject {
  const { schema } = Object(Object(body.content)['application/json'])
  const name = String(Object(schema).$ref).split('/').at(-1) ?? ''
  const { title: _, ...common } = schemas[name] ?? {}
  const properties = { ...Object(common.properties), ...members }
  return { ...body, content: { 'application/json': { schema: { ...common, properties } } } }
}
