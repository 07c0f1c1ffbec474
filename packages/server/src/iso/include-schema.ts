import { bodySchema, type RouteTable } from '@opensovd/sovd'
import type { AnyHandler } from '../contract.ts'

const INCLUDE_SCHEMA = 'include-schema'

/** Whether a request wants the schema of the body beside it. */
export function wantsSchema(query: { readonly [INCLUDE_SCHEMA]?: unknown }): boolean {
  return query[INCLUDE_SCHEMA] === 'true'
}

/** Adds to bodies the schema of their row, where the request wants one and the handler knew none that says more. */
export function withSchemas(
  table: RouteTable,
  handlers: Readonly<Record<string, AnyHandler>>,
): Readonly<Record<string, AnyHandler>> {
  const described = Object.entries(table).flatMap(([name, { query, reply }]) => {
    const handler = handlers[name]
    if (!handler || reply.kind !== 'json' || !query || !(INCLUDE_SCHEMA in query.properties)) return []
    if (!hasOwnSchema(reply.schema)) return []
    const schema = bodySchema(reply.schema)
    const describing: AnyHandler = async (call, context) => {
      const body = await handler(call, context)
      return wantsSchema(call.query ?? {}) ? Object.assign({ schema }, body) : body
    }
    return [[name, describing] as const]
  })
  return { ...handlers, ...Object.fromEntries(described) }
}

/** Bodies without room for their schema bring that of something else. */
function hasOwnSchema(schema: object): boolean {
  return 'properties' in schema && Object.hasOwn(Object(schema.properties), 'schema')
}
