import type { Backend } from '@opensovd/core'
import { createMetrics, openFaultIntake, openSovdServer, renderLogIntakeMetrics } from '@opensovd/server'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config/config.ts'
import { type DomainDeps, openDomain } from './domain.ts'
import { openBridgeRelay, openBridgeVehicle } from './open-bridge.ts'
import { openLogs } from './open-logs.ts'
import { openMdns } from './open-mdns.ts'

export interface Gateway extends AsyncDisposable {
  /** Where the native contract is. */
  readonly url: string
  readonly backends: readonly Backend[]
}

/** How long a request may take, and how much longer than a vehicle that it waits for. */
const REQUEST_MS = 30_000
const ANSWER_MS = 1000

export type GatewayDeps = Omit<DomainDeps, 'observe'>

/**
 * Opens a gateway. Closing it lets requests in flight finish before their backends close.
 * @throws AppError when it cannot listen, as `openSovdServer` and `openLogs` do; ConfigError as `openDomain` does
 */
export async function openGateway(config: Config, deps: GatewayDeps): Promise<Gateway> {
  const { clock, log, more = [] } = deps
  const { nativeBase, metrics: measured, ...server } = config.server
  const metrics = measured ? createMetrics() : undefined
  const { intake } = config.faults
  await using opening = new AsyncDisposableStack()
  const { diagnostics, backends } = opening.use(
    await openDomain(config, { clock, log, more, ...(metrics && { observe: metrics.observeBackendCall }) }),
  )
  if (intake) opening.use(await openFaultIntake({ ...intake, faults: diagnostics.faults, clock, log }))
  if (config.logs.intake) {
    const { counters } = opening.use(await openLogs(config.logs.intake, { sink: diagnostics.logs, clock, log }))
    metrics?.add(() => renderLogIntakeMetrics(counters))
  }
  const { bridge } = config
  if (bridge?.role === 'relay') opening.use(await openBridgeRelay(bridge, { diagnostics, clock, log }))
  const sovdServer = opening.use(
    await openSovdServer({
      ...server,
      nativeBase,
      ...(config.rateLimit && { rateLimit: config.rateLimit }),
      ...(config.auth && { auth: config.auth }),
      ...(config.tenants && { tenantHeader: config.tenants.headerName }),
      eventStreams: config.events.streams,
      diagnostics,
      clock,
      log,
      serverName: 'OpenSOVD gateway',
      serverVersion: manifest.version,
      description: 'Gateway to the diagnostics of a vehicle',
      ...(metrics && { metrics }),
      ...(bridge?.role === 'relay' && { requestTimeoutMs: Math.max(REQUEST_MS, bridge.timeoutMs + ANSWER_MS) }),
    }),
  )
  const { url, port } = sovdServer
  if (bridge?.role === 'vehicle')
    opening.use(await openBridgeVehicle(bridge, sovdServer, [nativeBase, server.isoBase], { diagnostics, clock, log }))
  const { features } = diagnostics
  if (config.mdns) opening.use(await openMdns(config.mdns, config.server, port, { features, clock, log }))
  const opened = opening.move()
  return { url: `${url}${nativeBase}`, backends, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
