import type { BridgeConfig } from './bridge-config.ts'
import { readBridgeRelay } from './bridge-relay.ts'
import { readBridgeVehicle } from './bridge-vehicle.ts'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

/** Judges what the gateway is to the bridge; undefined where it is nothing. */
export function readBridge(settings: Settings, findings: Findings): BridgeConfig | undefined {
  const { bridge } = settings
  if (!bridge.enabled) return undefined
  const { listen_addr, connect_url } = bridge
  const involved = ['bridge.listen_addr', 'bridge.connect_url']
  if (listen_addr !== undefined && connect_url !== undefined) {
    const problem = 'is for a vehicle, and listen_addr for a relay; a gateway is one or the other'
    findings.problem('bridge.connect_url', problem, { involved })
    return undefined
  }
  const both = {
    heartbeatMs: bridge.heartbeat_interval_secs * 1000,
    maxFrameBytes: bridge.max_frame_bytes,
    maxInFlight: bridge.max_in_flight,
  }
  if (listen_addr !== undefined) return readBridgeRelay(listen_addr, bridge, both, findings)
  if (connect_url !== undefined) return readBridgeVehicle(connect_url, settings, both, findings)
  findings.problem('bridge.enabled', 'needs listen_addr, for a relay, or connect_url, for a vehicle', { involved })
  return undefined
}
