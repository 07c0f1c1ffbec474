import { ENTITY_ID } from '@opensovd/sovd'
import type { BridgeEnd, VehicleConfig } from './bridge-config.ts'
import { judgeToken } from './bridge-relay.ts'
import type { Findings } from './findings.ts'
import { isLoopback } from './loopback.ts'
import { loadCertificates, loadKeyPair } from './pem.ts'
import type { BridgeSettings } from './settings/bridge.ts'
import type { Settings } from './settings/settings.ts'

/** Judges a vehicle that connects to a relay; undefined for one that cannot. */
export function readBridgeVehicle(
  address: string,
  { bridge, auth }: Settings,
  both: BridgeEnd,
  findings: Findings,
): VehicleConfig | undefined {
  if (bridge.client_ca_path !== undefined)
    findings.problem('bridge.client_ca_path', 'is for a relay, and this is a vehicle')
  if (bridge.vehicles.length > 0) findings.problem('bridge.vehicles', 'are for a relay, and this is a vehicle')
  const { vehicle_id: vehicleId = '', tenant_id: tenantId, token } = bridge
  if (!ENTITY_ID.test(vehicleId)) {
    const got = vehicleId === '' ? 'nothing' : `"${vehicleId}"`
    findings.problem('bridge.vehicle_id', `expected 1 to 128 letters, digits, '_', '.' and '-', got ${got}`)
  }
  if (token !== undefined) judgeToken('bridge.token', token, findings)
  if (token === undefined && bridge.cert_path === undefined) {
    const problem = 'needs token, or cert_path and key_path: a relay lets nobody in without credentials'
    findings.problem('bridge.connect_url', problem, { involved: ['bridge.token', 'bridge.cert_path'] })
  }
  if (!auth.enabled) {
    const warning = 'WITHOUT AUTHENTICATION: whoever may use the relay can read and change everything here'
    findings.warning('bridge.connect_url', warning)
  }
  const tls = readTls(bridge, findings)
  const url = readUrl(address, bridge, findings)
  return (
    url && {
      role: 'vehicle',
      url: url.href,
      vehicleId,
      ...(tenantId !== undefined && { tenantId }),
      ...(token !== undefined && { token }),
      ...(url.protocol === 'wss:' && { tls }),
      backoffMs: bridge.reconnect_backoff_secs * 1000,
      maxAttempts: bridge.max_reconnect_attempts,
      ...both,
    }
  )
}

function readUrl(text: string, { allow_plain }: BridgeSettings, findings: Findings): URL | undefined {
  const path = 'bridge.connect_url'
  if (!/^wss?:\/\//i.test(text) || !URL.canParse(text)) {
    findings.problem(path, `expected an address such as wss://cloud.example:9443, got "${text}"`)
    return undefined
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') findings.problem(path, 'must not hold a user or a password')
  if (url.hash !== '') findings.problem(path, 'must not hold a fragment')
  if (url.protocol === 'wss:') return url
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isLoopback(host)) return url
  if (allow_plain) findings.warning(path, `WITHOUT TLS TO ${host}: the token and what is asked can be read on the way`)
  else findings.problem(path, 'expected wss:// where others are on the way, or allow_plain = true')
  return url
}

function readTls(
  { cert_path, key_path, ca_path }: BridgeSettings,
  findings: Findings,
): NonNullable<VehicleConfig['tls']> {
  const pair = loadKeyPair(
    { path: 'bridge.cert_path', file: cert_path },
    { path: 'bridge.key_path', file: key_path },
    findings,
  )
  const ca = loadCertificates({ path: 'bridge.ca_path', file: ca_path }, findings)
  return { ...pair, ...(ca !== undefined && { ca }) }
}
