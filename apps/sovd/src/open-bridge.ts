import type { Clock, Logger } from '@opensovd/base'
import type { BridgeOptions, Diagnostics } from '@opensovd/core'
import type { SovdServer } from '@opensovd/server'
import type { BridgeConfig, RelayConfig, VehicleConfig } from './config/bridge-config.ts'

export interface BridgeDeps {
  readonly diagnostics: Pick<Diagnostics, 'bridge' | 'features'>
  readonly clock: Clock
  readonly log: Logger
}

/** What the domain has to know of the bridge. */
export function bridgeOptionsOf(
  config: BridgeConfig,
): Pick<BridgeOptions, 'mode' | 'maxSessions' | 'maxInFlight' | 'timeoutMs'> {
  if (config.role === 'vehicle') return { mode: 'vehicle-client' }
  const { timeoutMs, maxInFlight, vehicles } = config
  return { mode: 'cloud-relay', timeoutMs, maxInFlight, maxSessions: vehicles.length }
}

/**
 * Lets vehicles connect, until what it returns is disposed.
 * @throws AppError `listen-failed`
 */
export async function openBridgeRelay(
  { role: _, ...config }: RelayConfig,
  { diagnostics: { bridge, features }, clock, log }: BridgeDeps,
): Promise<AsyncDisposable> {
  const { openRelay } = await import('@opensovd/integrations/bridge')
  return openRelay({ ...config, sessions: bridge.sessions, features, clock, log })
}

/**
 * Keeps the vehicle connected to its relay, until what it returns is disposed. That closes the server, too, so that
 * what is under way there has as long as any other request.
 * @param bases of the contracts that can be used through the bridge
 */
export async function openBridgeVehicle(
  { role: _, vehicleId, tenantId, ...config }: VehicleConfig,
  server: Pick<SovdServer, 'accept' | 'close'>,
  bases: readonly string[],
  { diagnostics: { bridge, features }, clock, log }: BridgeDeps,
): Promise<AsyncDisposable> {
  const { openVehicleClient } = await import('@opensovd/integrations/bridge')
  const hello = { vehicleId, ...(tenantId !== undefined && { tenantId }) }
  const { accept } = server
  const client = openVehicleClient({ ...config, hello, server: { accept, bases }, bridge, features, clock, log })
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([client[Symbol.asyncDispose](), server.close()])
    },
  }
}
