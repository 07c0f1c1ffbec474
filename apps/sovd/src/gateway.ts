import { randomUUID } from 'node:crypto'
import { createSovdBackend } from '@opensovd/backends/sovd'
import type { Clock, Logger } from '@opensovd/base'
import { type Backend, declaredComponents, openDiagnostics } from '@opensovd/core'
import { createMetrics, openFaultIntake, openSovdServer } from '@opensovd/server'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config/config.ts'

export interface Gateway extends AsyncDisposable {
  /** Where the native contract is. */
  readonly url: string
  readonly backends: readonly Backend[]
}

/**
 * Opens a gateway. Closing it lets requests in flight finish before their backends close.
 * @throws AppError when it cannot listen, as `openSovdServer` does
 */
export async function openGateway(config: Config, deps: { clock: Clock; log: Logger }): Promise<Gateway> {
  const { clock, log } = deps
  const { nativeBase, metrics: measured, ...server } = config.server
  const metrics = measured ? createMetrics() : undefined
  const { intake, components, ...faults } = config.faults
  const servers = config.backends.map((backend) =>
    createSovdBackend(backend, {
      clock,
      log: log.child({ backend: backend.name }),
      ...(metrics && { observe: metrics.observeBackendCall }),
    }),
  )
  const backends = components.length > 0 ? [...servers, declaredComponents('faults', components)] : servers
  await using opening = new AsyncDisposableStack()
  const diagnostics = opening.use(
    openDiagnostics({ clock, log, createId: randomUUID, backends, faults, locks: config.locks }),
  )
  if (intake) opening.use(await openFaultIntake({ ...intake, faults: diagnostics.faults, clock, log }))
  const { url } = opening.use(
    await openSovdServer({
      ...server,
      nativeBase,
      diagnostics,
      clock,
      log,
      serverName: 'OpenSOVD gateway',
      serverVersion: manifest.version,
      description: 'Gateway to the diagnostics of a vehicle',
      ...(metrics && { metrics }),
    }),
  )
  const opened = opening.move()
  return { url: `${url}${nativeBase}`, backends, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
