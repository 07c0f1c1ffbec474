import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { AppError, type Clock, type Logger, messageOf } from '@opensovd/base'
import type { Diagnostics } from '@opensovd/core'
import fastify, { type FastifyInstance } from 'fastify'
import { AuditRecorder } from './audit/audit-recorder.ts'
import type { Auth } from './auth/auth.ts'
import type { AuthOptions } from './auth/options.ts'
import { publicPathsOf } from './auth/public-paths.ts'
import { securitySchemesOf } from './auth/security-schemes.ts'
import type { Contract } from './contract.ts'
import { bindContracts, guardRequests } from './http/bind.ts'
import type { EventStreamOptions } from './http/event-streams.ts'
import { Exchanges } from './http/exchange.ts'
import { createListener, type TlsOptions } from './http/listener.ts'
import { ExchangeRecorder } from './http/recorder.ts'
import { UnaskedConnections } from './http/unasked-connections.ts'
import { isoContract } from './iso/contract.ts'
import { takeSocketPath } from './local-socket.ts'
import { nativeContract } from './native/contract.ts'
import type { Metrics } from './observe/metrics.ts'
import { RouteMetrics } from './observe/route-metrics.ts'
import { limitRequests } from './rate-limit/limit-requests.ts'
import { type RateLimit, RateLimiter } from './rate-limit/rate-limiter.ts'
import { contractsWithViews } from './tenants/contract-views.ts'
import { gateRequests, TenantGate } from './tenants/tenant-gate.ts'

export type SovdServerOptions = ServerAddress & ServiceOptions

export type ServerAddress =
  | {
      readonly host: string
      /** 0 takes any free port. */
      readonly port: number
    }
  | {
      /** A socket in the file system instead; its server is known as `localhost`. */
      readonly socketPath: string
      /** Who may connect, as permissions of the socket file. */
      readonly socketMode: number
    }

interface ServiceOptions {
  readonly diagnostics: Diagnostics
  readonly clock: Clock
  readonly log: Logger
  readonly serverName: string
  readonly serverVersion: string
  readonly description: string
  /** Prefix of the native contract, without a trailing slash. */
  readonly nativeBase?: string
  /** Prefix of the contract of ISO 17978-3, without a trailing slash. */
  readonly isoBase?: string
  /** Shown as `x-served-by`; requests for another deployment are refused. */
  readonly deploymentLabel?: string
  readonly tls?: TlsOptions
  /** Absent: whoever reaches the server may do everything. */
  readonly auth?: AuthOptions
  /** Origins that browsers may call from; `*` is all of them. */
  readonly corsOrigins?: readonly string[]
  /** Where requests are counted, and what `/metrics` shows; absent: nothing is. */
  readonly metrics?: Metrics
  /** A request that takes longer is answered with 504, and what it does is aborted. */
  readonly requestTimeoutMs?: number
  /** How many requests each caller may send; absent: as many as they like. */
  readonly rateLimit?: RateLimit
  /** The header that names a tenant, where the vehicle is shared. */
  readonly tenantHeader?: string
  /** How clients that read events are kept, and when one that does not is given up. */
  readonly eventStreams?: Partial<EventStreamOptions>
}

export interface SovdServer extends AsyncDisposable {
  /** `http://…`, `https://…`, or `unix:` and the path of the socket. */
  readonly url: string
  /** 0 when it listens on a socket in the file system. */
  readonly port: number
  /** Serves HTTP on a connection that did not come through the listener, in clear text. */
  accept(connection: Duplex): void
  /** Refuses new requests, lets those in flight finish for up to 9.5 s, then cuts. The diagnostics stay open. */
  close(): Promise<void>
}

export const DEFAULT_NATIVE_BASE = '/sovd/v1'
export const DEFAULT_ISO_BASE = '/vehicle/v1'

const DEFAULT_TENANT_HEADER = 'X-Tenant-ID'
const BODY_LIMIT_BYTES = 2 * 1024 * 1024
const REQUEST_TIMEOUT_MS = 30_000
const CLOSE_TIMEOUT_MS = 9500
/** Longer identifiers than any policy allows reach the policy, which says so; beyond this a path is unknown. */
const MAX_PARAM_LENGTH = 16 * 1024

/**
 * Serves the diagnostics over HTTP until it is closed.
 * @throws AppError `address-in-use`, `address-unavailable` or `listen-failed`; `base-conflict` for contracts in one place
 */
export async function openSovdServer(options: SovdServerOptions): Promise<SovdServer> {
  const parts = await createApp(options)
  const { app } = parts
  const { url, port } = await listen(app, options)
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= closeServer(parts, options.clock)
    return closing
  }
  const accept = (connection: Duplex) => {
    app.server.emit(options.tls ? 'secureConnection' : 'connection', connection)
  }
  return { url, port, accept, close, [Symbol.asyncDispose]: close }
}

interface ServerParts {
  readonly app: FastifyInstance
  readonly exchanges: Exchanges
  readonly unasked: UnaskedConnections
}

async function createApp(options: SovdServerOptions): Promise<ServerParts> {
  const { clock, log, tls, metrics, deploymentLabel = 'default' } = options
  const tenants = gateOf(options)
  const auth = options.auth && (await authOf(options, options.auth, tenants))
  const contracts = contractsWithViews(options.diagnostics, (view) => contractsOver(view, options, auth))
  const routeMetrics = metrics?.routes ?? new RouteMetrics()
  const exchanges = new Exchanges({
    contracts,
    clock,
    log,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    recorder: new ExchangeRecorder(options.diagnostics),
    ...(options.diagnostics.audit && {
      audit: new AuditRecorder(options.diagnostics.audit, options.diagnostics.tenancy),
    }),
    deploymentLabel,
    headers: {
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'x-served-by': deploymentLabel,
      ...(tls ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
    },
    metrics: routeMetrics,
    ...(auth && { guard: auth.guard }),
    ...(options.eventStreams && { events: options.eventStreams }),
  })
  const app = fastify({
    serverFactory: (handler) => createListener(handler, tls),
    return503OnClosing: false,
    exposeHeadRoutes: false,
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => exchanges.fail(error, request, reply),
  })
  if (options.corsOrigins?.length) await allowOrigins(app, options.corsOrigins, tenants ? [tenants.headerName] : [])
  if (auth) guardRequests(app, auth.guard)
  if (tenants) gateRequests(app, tenants)
  if (options.rateLimit) {
    limitRequests(app, new RateLimiter(clock, options.rateLimit), options.rateLimit, options.diagnostics.features)
  }
  bindContracts(app, contracts, exchanges, routeMetrics)
  return { app, exchanges, unasked: new UnaskedConnections(app.server, { isSecure: tls !== undefined }) }
}

async function authOf(options: SovdServerOptions, auth: AuthOptions, tenants: TenantGate | undefined): Promise<Auth> {
  const { createAuth } = await import('./auth/auth.ts')
  const { clock, log, diagnostics, nativeBase = DEFAULT_NATIVE_BASE, isoBase = DEFAULT_ISO_BASE } = options
  const publicPaths = publicPathsOf(nativeBase, isoBase)
  return createAuth(auth, { clock, log, features: diagnostics.features, publicPaths, tenants })
}

function gateOf({ diagnostics, tenantHeader = DEFAULT_TENANT_HEADER, log }: SovdServerOptions): TenantGate | undefined {
  const { tenancy, features } = diagnostics
  return tenancy && new TenantGate({ tenants: tenancy.tenants, headerName: tenantHeader, features, log })
}

/** The contracts, the one first that also answers for paths which are nobody's. */
function contractsOver(diagnostics: Diagnostics, options: SovdServerOptions, auth: Auth | undefined): Contract[] {
  const { clock, metrics, serverName, serverVersion, description } = options
  const { nativeBase = DEFAULT_NATIVE_BASE, isoBase = DEFAULT_ISO_BASE } = options
  if (nativeBase === isoBase) throw new AppError('base-conflict', `two contracts cannot both be at '${isoBase}'`)
  const identity = { serverName, serverVersion, description }
  const security = options.auth && { security: securitySchemesOf(options.auth, `${isoBase}/token`) }
  return [
    nativeContract({ diagnostics, clock, identity, base: nativeBase, metrics, ...security }),
    isoContract({
      diagnostics,
      serverName,
      serverVersion,
      base: isoBase,
      otherBases: [nativeBase],
      ...security,
      ...(auth?.tokens && { tokens: auth.tokens }),
    }),
  ]
}

async function allowOrigins(
  app: FastifyInstance,
  origins: readonly string[],
  headers: readonly string[],
): Promise<void> {
  const { default: cors } = await import('@fastify/cors')
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    strictPreflight: false,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    allowedHeaders: [
      'content-type',
      'authorization',
      'x-api-key',
      'x-sovd-client-id',
      'if-match',
      'if-none-match',
      ...headers,
    ],
    exposedHeaders: ['etag', 'location', 'retry-after', 'ratelimit', 'ratelimit-policy', 'traceparent'],
  })
}

type Listening = Pick<SovdServer, 'url' | 'port'>

async function listen(app: FastifyInstance, options: SovdServerOptions): Promise<Listening> {
  try {
    return await ('socketPath' in options ? listenOnSocket(app, options) : listenOnPort(app, options))
  } catch (error) {
    await app.close()
    throw error
  }
}

async function listenOnSocket(
  app: FastifyInstance,
  { socketPath, socketMode }: Extract<ServerAddress, { socketPath: string }>,
): Promise<Listening> {
  await takeSocketPath(socketPath, socketMode, () => app.listen({ path: socketPath }))
  return { url: `unix:${socketPath}`, port: 0 }
}

async function listenOnPort(
  app: FastifyInstance,
  { host, port, tls }: Extract<SovdServerOptions, { host: string }>,
): Promise<Listening> {
  await app.listen({ host, port }).catch((error: unknown) => {
    throw listenError(error, host, port)
  })
  const { port: taken } = app.server.address() as AddressInfo
  const authority = host.includes(':') ? `[${host}]` : host
  return { url: `${tls ? 'https' : 'http'}://${authority}:${taken}`, port: taken }
}

function listenError(error: unknown, host: string, port: number): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return new AppError('address-in-use', `port ${port} on ${host} is already in use`, { cause: error })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new AppError('address-unavailable', `${host} is not an address of this machine`, { cause: error })
    case 'EACCES':
      return new AppError('listen-failed', `no permission to listen on port ${port}`, { cause: error })
    default:
      return new AppError('listen-failed', `cannot listen on ${host}:${port}: ${messageOf(error)}`, { cause: error })
  }
}

async function closeServer({ app, exchanges, unasked }: ServerParts, clock: Clock): Promise<void> {
  exchanges.drain()
  unasked.destroy()
  const cancel = clock.after(CLOSE_TIMEOUT_MS, () => app.server.closeAllConnections())
  try {
    await app.close()
  } finally {
    cancel()
    exchanges[Symbol.dispose]()
  }
}
