import { type Method, SovdError } from '@opensovd/sovd'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Contract } from '../contract.ts'
import type { RouteMetrics } from '../observe/route-metrics.ts'
import { parseBody } from './body.ts'
import { type BoundRoute, bindRoute } from './bound-route.ts'
import type { Exchanges } from './exchange.ts'

/** Registers the rows of the contracts, and an answer for everything else. */
export function bindContracts(
  app: FastifyInstance,
  contracts: readonly Contract[],
  exchanges: Exchanges,
  metrics: RouteMetrics,
): void {
  acceptJson(app)
  app.setErrorHandler((error, request, reply) => exchanges.fail(error, request, reply))
  app.setNotFoundHandler((request, reply) => {
    const isKnown = app.supportedMethods.includes(request.method)
    return exchanges.fail(isKnown ? unknownPath(request) : unknownMethod(request), request, reply)
  })
  for (const [path, methods] of pathsOf(contracts)) registerPath(app, path, methods, exchanges, metrics)
}

/** A route of a contract, or `planned`: answered with 501. */
type Served = BoundRoute | 'planned'

/** Every path with what serves each of its methods. */
function pathsOf(contracts: readonly Contract[]): Map<string, Map<Method, Served>> {
  const paths = new Map<string, Map<Method, Served>>()
  const add = (method: Method, path: string, served: Served) => {
    const methods = paths.get(path) ?? new Map<Method, Served>()
    paths.set(path, methods.set(method, served))
  }
  for (const contract of contracts) {
    for (const { method, path, mount } of contract.planned) {
      add(method, mount === 'root' ? path : contract.base + path, 'planned')
    }
    for (const bound of boundRoutes(contract)) add(bound.row.method, bound.template, bound)
  }
  return paths
}

/** Readers first, so that the writers of the same path know what their `If-Match` is about. */
function boundRoutes(contract: Contract): BoundRoute[] {
  const readers = new Map<string, BoundRoute>()
  const rows = Object.entries(contract.table).sort(
    ([, a], [, b]) => Number(b.method === 'GET') - Number(a.method === 'GET'),
  )
  return rows.flatMap(([name, row]) =>
    [row.path, ...(row.aliases ?? [])].map((path) => {
      const bound = bindRoute(contract, name, row, path, readers.get(path))
      if (row.method === 'GET') readers.set(path, bound)
      return bound
    }),
  )
}

/** Registers what serves a path, its `OPTIONS`, and a 405 that names its methods for the rest. */
function registerPath(
  app: FastifyInstance,
  path: string,
  methods: ReadonlyMap<Method, Served>,
  exchanges: Exchanges,
  metrics: RouteMetrics,
): void {
  const url = path.replace(/\{(\w+)\}/g, ':$1')
  const allowed = [...methods.keys(), ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS']
  const allow = allowed.join(', ')
  for (const [method, served] of methods) {
    const series = metrics.series(method, path)
    const serving =
      served === 'planned'
        ? { config: { series }, onRequest: refusePlanned, handler: () => undefined }
        : {
            config: { series, row: served.row },
            handler: (request: FastifyRequest, reply: FastifyReply) => exchanges.serve(served, series, request, reply),
          }
    app.route({ method: method === 'GET' ? ['GET', 'HEAD'] : method, url, ...serving })
  }
  app.route({
    method: app.supportedMethods.filter((method) => !allowed.includes(method) || method === 'OPTIONS'),
    url,
    onRequest: (request, reply, done) => {
      reply.header('allow', allow)
      if (request.method === 'OPTIONS') void reply.code(204).send()
      else done(new SovdError('method-not-allowed', `${request.method} is not allowed here, only ${allow}`))
    },
    handler: () => undefined,
  })
}

async function refusePlanned(request: FastifyRequest): Promise<never> {
  const message = `${request.method} ${request.routeOptions.url} is not available in this version`
  throw new SovdError('not-implemented', message)
}

function unknownPath({ url }: FastifyRequest): SovdError {
  return new SovdError('not-found', `no such path: ${url.slice(0, 200)}`, { target: 'path' })
}

function unknownMethod({ method }: FastifyRequest): SovdError {
  return new SovdError('not-implemented', `unknown method ${method}`)
}

/** Bodies are JSON, whatever the flavour; an empty one is no body. */
function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(/^application\/([\w.-]+\+)?json(;|$)/, { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, parseBody(text.toString()))
    } catch (error) {
      done(error as Error)
    }
  })
}
