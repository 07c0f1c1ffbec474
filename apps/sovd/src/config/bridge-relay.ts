import { hash } from 'node:crypto'
import { ENTITY_ID } from '@opensovd/sovd'
import type { BridgeEnd, RelayConfig, RelayedVehicle } from './bridge-config.ts'
import type { Findings } from './findings.ts'
import { isLoopback } from './loopback.ts'
import { loadCertificates, loadKeyPair } from './pem.ts'
import type { BridgeSettings } from './settings/bridge.ts'

type VehicleSettings = BridgeSettings['vehicles'][number]

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/
const MAX_PORT = 65_535
/** [RFC 6750 2.1] */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
const MIN_TOKEN = 32
const TOKEN_HASH = /^sha256:([0-9a-f]{64})$/
const CERTIFICATE_NAME = /^[!-+\--~]{1,256}$/

/** Judges a relay; undefined for one that cannot listen. */
export function readBridgeRelay(
  address: string,
  settings: BridgeSettings,
  both: BridgeEnd,
  findings: Findings,
): RelayConfig | undefined {
  for (const name of ['vehicle_id', 'tenant_id', 'token', 'ca_path'] as const) {
    if (settings[name] !== undefined) findings.problem(`bridge.${name}`, 'is for a vehicle, and this is a relay')
  }
  const place = readAddress(address, findings)
  const tls = readTls(settings, findings)
  const vehicles = readVehicles(settings, findings)
  if (!place) return undefined
  if (!tls) judgePlain(place.host, settings, findings)
  const timeoutMs = settings.timeout_secs * 1000
  return { role: 'relay', ...place, ...both, timeoutMs, vehicles, ...(tls && { tls }) }
}

function readAddress(text: string, findings: Findings) {
  const [, six, other, digits] = ADDRESS.exec(text) ?? []
  const host = six ?? other
  const port = Number(digits)
  if (host !== undefined && port <= MAX_PORT) return { host, port }
  findings.problem('bridge.listen_addr', `expected host:port such as 0.0.0.0:9443, got "${text}"`)
  return undefined
}

function readTls(settings: BridgeSettings, findings: Findings): RelayConfig['tls'] {
  const { cert_path, key_path, client_ca_path } = settings
  const certPath = 'bridge.cert_path'
  const keyPath = 'bridge.key_path'
  const caPath = 'bridge.client_ca_path'
  const pair = loadKeyPair({ path: certPath, file: cert_path }, { path: keyPath, file: key_path }, findings)
  if (client_ca_path !== undefined && cert_path === undefined && key_path === undefined) {
    findings.problem(caPath, `needs ${certPath} and ${keyPath} as well`, { involved: [certPath, keyPath] })
  }
  const clientCa = loadCertificates({ path: caPath, file: client_ca_path }, findings)
  return pair && { ...pair, ...(clientCa !== undefined && { clientCa }) }
}

function judgePlain(host: string, { cert_path, key_path, allow_plain }: BridgeSettings, findings: Findings): void {
  if (isLoopback(host) || cert_path !== undefined || key_path !== undefined) return
  if (allow_plain) {
    findings.warning(
      'bridge.listen_addr',
      `WITHOUT TLS ON ${host}: tokens of vehicles and what is asked can be read on the way`,
    )
    return
  }
  const problem = 'needs cert_path and key_path where others can reach it, or allow_plain = true'
  findings.problem('bridge.listen_addr', problem, { involved: ['bridge.cert_path', 'bridge.key_path'] })
}

function readVehicles(settings: BridgeSettings, findings: Findings): readonly RelayedVehicle[] {
  if (settings.vehicles.length === 0) findings.problem('bridge.vehicles', 'are needed: nobody could connect')
  const taken = new Map<string, string>()
  const claim = (path: string, what: string, key: string) => {
    const other = taken.get(key)
    if (other !== undefined) findings.problem(path, `has the ${what} of ${other}`)
    else taken.set(key, path)
  }
  return settings.vehicles.map((vehicle, index) => {
    const path = `bridge.vehicles[${index}]`
    const { vehicle_id: vehicleId, tenant_id: tenantId, certificate } = vehicle
    if (!ENTITY_ID.test(vehicleId)) {
      findings.problem(`${path}.vehicle_id`, `expected 1 to 128 letters, digits, '_', '.' and '-', got "${vehicleId}"`)
    }
    claim(path, 'vehicle_id', `id ${vehicleId}`)
    const tokenSha256 = readToken(path, vehicle, findings)
    if (tokenSha256 !== undefined) claim(path, 'token', `token ${tokenSha256}`)
    else if (certificate !== undefined) claim(path, 'certificate', `certificate ${certificate}`)
    judgeCertificate(path, vehicle, settings, findings)
    return {
      vehicleId,
      ...(tenantId !== undefined && { tenantId }),
      ...(tokenSha256 !== undefined && { tokenSha256 }),
      ...(certificate !== undefined && { certificateName: certificate }),
    }
  })
}

function readToken(path: string, { token, token_hash }: VehicleSettings, findings: Findings): string | undefined {
  if (token !== undefined && token_hash !== undefined) {
    findings.problem(path, 'has both token and token_hash', { involved: [`${path}.token`, `${path}.token_hash`] })
  }
  if (token_hash !== undefined) {
    const [, digest] = TOKEN_HASH.exec(token_hash) ?? []
    if (digest === undefined) findings.problem(`${path}.token_hash`, 'expected sha256: and 64 hex digits in lower case')
    return digest ?? ''
  }
  if (token === undefined) return undefined
  judgeToken(`${path}.token`, token, findings)
  return hash('sha256', token, 'hex')
}

/** Says what is wrong with a token, at either end. */
export function judgeToken(path: string, token: string, findings: Findings): void {
  if (!TOKEN.test(token)) findings.problem(path, 'has characters that a bearer token cannot have [RFC 6750 2.1]')
  else if (token.length < MIN_TOKEN) findings.problem(path, `must have at least ${MIN_TOKEN} characters`)
}

function judgeCertificate(
  path: string,
  { certificate, token, token_hash }: VehicleSettings,
  { client_ca_path }: BridgeSettings,
  findings: Findings,
): void {
  const at = `${path}.certificate`
  if (certificate === undefined) {
    if (token !== undefined || token_hash !== undefined) return
    const involved = [`${path}.token`, `${path}.token_hash`, at]
    findings.problem(path, 'needs token, token_hash or certificate: no vehicle connects without credentials', {
      involved,
    })
    return
  }
  if (!CERTIFICATE_NAME.test(certificate) || certificate.includes('"')) {
    findings.problem(at, `expected a name without spaces, commas and quotes, got ${JSON.stringify(certificate)}`)
  }
  if (client_ca_path === undefined) {
    findings.problem(at, 'needs bridge.client_ca_path: no vehicle shows a certificate', {
      involved: ['bridge.client_ca_path'],
    })
  }
}
