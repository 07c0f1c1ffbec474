import { type Method, SovdError } from '@opensovd/sovd'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preParsingHookHandler,
} from 'fastify'
import type { Guard } from '../auth/guard.ts'
import type { Contract } from '../contract.ts'
import type { RouteMetrics } from '../observe/route-metrics.ts'
import { routeByTenant } from '../tenants/tenant-routes.ts'
import { parseBody, parseForm } from './body.ts'
import { type BoundRoute, bindRoute } from './bound-route.ts'
import type { Exchanges } from './exchange.ts'
import { allowedMethods, type KnownPath, KnownPaths } from './known-paths.ts'
import { uploadOf } from './upload.ts'

/** Sees to it that each request is let in before anything else is done with it. */
export function guardRequests(app: FastifyInstance, guard: Guard): void {
  app.addHook('onRequest', (request, reply) => guard.admit(request.routeOptions.config, request, reply))
}

/** Registers the rows of the contracts, and an answer for everything else. */
export function bindContracts(
  app: FastifyInstance,
  contracts: readonly Contract[],
  exchanges: Exchanges,
  metrics: RouteMetrics,
): void {
  const paths = new KnownPaths()
  app.removeAllContentTypeParsers()
  const scopes = openScopes(app)
  app.setErrorHandler((error, request, reply) => exchanges.fail(error, request, reply))
  for (const contract of contracts) {
    for (const { method, path, mount } of contract.planned) {
      paths.add('planned', method, mount === 'root' ? path : contract.base + path)
    }
    for (const bound of boundRoutes(contract)) {
      paths.add('served', bound.row.method, bound.template)
      scopes[bound.row.form ? 'form' : (bound.row.upload ?? 'none')].push((scope) =>
        registerRoute(scope, bound, exchanges, metrics),
      )
    }
  }
  const refuse: onRequestHookHandler = (request, reply, done) => done(refusalOf(paths, request, reply))
  for (const { path, method } of paths.shadowed()) {
    app.route({ method: withHead(method), url: urlOf(path.template), onRequest: refuse, handler: () => undefined })
  }
  const withBodies = app.supportedMethods.filter((method) => method !== 'OPTIONS')
  app.route({ method: withBodies, url: '*', onRequest: refuse, handler: () => undefined })
  app.setNotFoundHandler((request, reply) => {
    const error = refusalOf(paths, request, reply)
    return error ? exchanges.fail(error, request, reply) : reply.code(204).send()
  })
}

/** Each tenant that is kept apart is served from a contract of its own, by the same rows. */
function boundRoutes(contract: Contract): BoundRoute[] {
  const routes = routesOf(contract)
  const { views } = contract
  if (!views) return routes
  const ofTenants = [...views].map(([id, view]) => ({ id, tree: view.tree, routes: routesOf(view.contract) }))
  return routes.map((whole, at) => {
    const own = ofTenants.flatMap(({ id, tree, routes }) => {
      const route = routes[at]
      return route ? [[id, { tree, route }] as const] : []
    })
    return routeByTenant(whole, new Map(own))
  })
}

/** Readers first, so that the writers of the same path know what their `If-Match` is about. */
function routesOf(contract: Contract): BoundRoute[] {
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

function registerRoute(app: FastifyInstance, bound: BoundRoute, exchanges: Exchanges, metrics: RouteMetrics): void {
  const { row, template } = bound
  const series = metrics.series(row.method, template)
  app.route({
    method: withHead(row.method),
    url: urlOf(template),
    config: { series, row, contract: bound.contract },
    ...(row.maxBodyBytes === undefined ? {} : { bodyLimit: row.maxBodyBytes }),
    ...(row.form ? { bodyLimit: FORM_LIMIT_BYTES } : {}),
    ...(row.method === 'GET' || row.upload === 'all' ? {} : { preParsing: limitArrival(exchanges) }),
    handler: (request, reply) => exchanges.serve(bound, series, request, reply),
  })
}

/** What is parsed must have arrived by then. */
function limitArrival(exchanges: Exchanges): preParsingHookHandler {
  return (request, reply, payload, done) => {
    if (PARSED_MEDIA_TYPE.test(request.headers['content-type'] ?? '')) exchanges.limitArrival(request, reply)
    done(null, payload)
  }
}

/** Why no route serves a request; nothing for `OPTIONS`, which is answered by the `Allow` header. */
function refusalOf(paths: KnownPaths, { method, url }: FastifyRequest, reply: FastifyReply): SovdError | undefined {
  const path = paths.find(url)
  if (!path) return new SovdError('not-found', `no such path: ${url.slice(0, 200)}`, { target: 'path' })
  const allow = allowedMethods(path).join(', ')
  reply.header('allow', allow)
  if (method === 'OPTIONS') return undefined
  if (isPlanned(path, method)) {
    return new SovdError('not-implemented', `${method} ${path.template} is not available in this version`)
  }
  return new SovdError('method-not-allowed', `${method} is not allowed here, only ${allow}`)
}

function isPlanned({ planned }: KnownPath, method: string): boolean {
  return [...planned].some((known) => withHead(known).includes(method))
}

function withHead(method: Method): string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method]
}

function urlOf(template: string): string {
  return template.replace(/\{(\w+)\}/g, ':$1')
}

/** Any flavour of JSON. */
const JSON_MEDIA_TYPE = /^application\/([\w.-]+\+)?json(;|$)/
/** What is sent as a form is a handful of short texts. */
const FORM_LIMIT_BYTES = 16 * 1024
const FORM_MEDIA_TYPE = 'application/x-www-form-urlencoded'
const PARSED_MEDIA_TYPE = /^application\/(([\w.-]+\+)?json|x-www-form-urlencoded)(;|$)/

type Scopes = Readonly<Record<'none' | 'all' | 'not-json' | 'form', ((scope: FastifyInstance) => void)[]>>

/** Routes by what their bodies are: JSON, whatever the flavour; anything, as it comes; either; or JSON or a form. */
function openScopes(app: FastifyInstance): Scopes {
  const scopes: Scopes = { none: [], all: [], 'not-json': [], form: [] }
  const open = (kind: keyof Scopes, prepare: (scope: FastifyInstance) => void) =>
    app.register((scope, _options, done) => {
      prepare(scope)
      for (const register of scopes[kind]) register(scope)
      done()
    })
  open('none', acceptJson)
  open('all', acceptUploads)
  open('not-json', (scope) => {
    acceptJson(scope)
    acceptUploads(scope)
  })
  open('form', (scope) => {
    acceptJson(scope)
    acceptForm(scope)
  })
  return scopes
}

/** An empty body is no body. */
function acceptJson(scope: FastifyInstance): void {
  acceptText(scope, JSON_MEDIA_TYPE, parseBody)
}

function acceptForm(scope: FastifyInstance): void {
  acceptText(scope, FORM_MEDIA_TYPE, parseForm)
}

function acceptText(scope: FastifyInstance, mediaType: string | RegExp, parse: (text: string) => unknown): void {
  scope.addContentTypeParser(mediaType, { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, parse(text.toString()))
    } catch (error) {
      done(error as Error)
    }
  })
}

function acceptUploads(scope: FastifyInstance): void {
  scope.addContentTypeParser('*', (request, content, done) => done(null, uploadOf(request, content)))
}
