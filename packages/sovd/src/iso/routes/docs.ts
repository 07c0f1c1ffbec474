import { Type } from 'typebox'
import { BACKEND_READ_ERRORS } from '../../native/routes/errors.ts'
import { json, type Route, type RouteTable } from '../../route.ts'

const AnyObject = Type.Record(Type.String(), Type.Unknown())

export const CapabilityDocument = Type.Object(
  {
    openapi: Type.String({ pattern: '^3\\.1\\.' }),
    info: AnyObject,
    jsonSchemaDialect: Type.String(),
    servers: Type.Array(Type.Object({ url: Type.String() })),
    tags: Type.Array(Type.Object({ name: Type.String() })),
    paths: Type.Record(Type.String(), AnyObject),
    components: AnyObject,
  },
  { title: 'CapabilityDocument' },
)

/** The name of the row that describes what the rows at a path serve. */
export function docsName(path: string): string {
  return `docs of ${path}`
}

/** A row for the description of every path that a table serves [17978-3 7.5]. */
export function docsRoutes(table: RouteTable): RouteTable {
  const described = Object.values(table).filter(({ mount }) => mount !== 'root')
  const paths = new Set(described.map(({ path }) => path))
  return Object.fromEntries([...paths].map((path) => [docsName(path), docsRoute(path)]))
}

function docsRoute(path: string): Route {
  return {
    method: 'GET',
    path: `${path === '/' ? '' : path}/docs`,
    tag: 'docs',
    permission: 'discovery:read',
    summary: 'What can be done here and one level below, as an OpenAPI 3.1 document',
    reply: json(CapabilityDocument),
    errors: BACKEND_READ_ERRORS,
  }
}
