import { isIP } from 'node:net'
import { ISO_API, NATIVE_API, type Route } from '@opensovd/sovd'
import type { ServerConfig, ServerTls } from './config.ts'
import type { Findings } from './findings.ts'
import { isLoopback } from './loopback.ts'
import { loadCertificates, loadKeyPair } from './pem.ts'
import type { Settings } from './settings/settings.ts'

const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$/
const BASE_PATH = /^(\/[A-Za-z0-9._~-]+)+$/

/** Judges what concerns the gateway's own side. */
export function readServer({ server, api, auth, metrics }: Settings, findings: Findings): ServerConfig {
  if (isIP(server.host) === 0 && !HOST_NAME.test(server.host)) {
    findings.problem('server.host', `expected an IP address or a host name, got "${server.host}"`)
  }
  checkBases(api, findings)
  for (const [index, origin] of auth.cors_origins.entries()) checkOrigin(index, origin, findings)
  const tls = loadTls(server, findings)
  warnOfExposure({ server, auth }, tls, findings)
  return {
    host: server.host,
    port: server.port,
    nativeBase: api.native_base,
    isoBase: api.iso_base,
    deploymentLabel: server.deployment_label,
    corsOrigins: auth.cors_origins,
    metrics: metrics.enabled,
    ...(tls && { tls }),
  }
}

function checkBases(api: Settings['api'], findings: Findings): void {
  checkBase('api.native_base', api.native_base, findings)
  checkBase('api.iso_base', api.iso_base, findings)
  if (api.iso_base !== api.native_base) return
  const problem = `${api.iso_base} is the base of the native contract already`
  findings.problem('api.iso_base', problem, { involved: ['api.native_base'] })
}

function checkBase(path: string, base: string, findings: Findings): void {
  if (!BASE_PATH.test(base) || /\/\.{1,2}(\/|$)/.test(base)) {
    findings.problem(path, `expected a path such as /sovd/v1, without a slash at its end, got "${base}"`)
    return
  }
  const taken = rootPaths().find((root) => base === root || base.startsWith(`${root}/`))
  if (taken !== undefined) findings.problem(path, `${base} collides with ${taken}`)
}

/** Paths that are served whatever the base is. */
function rootPaths(): readonly string[] {
  const rows: readonly Route[] = [...Object.values(NATIVE_API), ...Object.values(ISO_API)]
  return rows.flatMap(({ mount, path, aliases = [] }) => (mount === 'root' ? [path, ...aliases] : []))
}

function checkOrigin(index: number, origin: string, findings: Findings): void {
  if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) return
  findings.problem(
    `auth.cors_origins[${index}]`,
    `expected an origin such as https://tool.example:8443, got "${origin}"`,
  )
}

function loadTls(server: Settings['server'], findings: Findings): ServerTls | undefined {
  const certPath = 'server.cert_path'
  const keyPath = 'server.key_path'
  const pair = loadKeyPair(
    { path: certPath, file: server.cert_path },
    { path: keyPath, file: server.key_path },
    findings,
  )
  const caPath = 'server.client_ca_path'
  if (server.client_ca_path !== undefined && server.cert_path === undefined && server.key_path === undefined) {
    findings.problem(caPath, `needs ${certPath} and ${keyPath} as well`, { involved: [certPath, keyPath] })
  }
  const clientCa = loadCertificates({ path: caPath, file: server.client_ca_path }, findings)
  return pair && { ...pair, ...(clientCa !== undefined && { clientCa }) }
}

function warnOfExposure(
  { server, auth }: Pick<Settings, 'server' | 'auth'>,
  tls: ServerTls | undefined,
  findings: Findings,
): void {
  if (!auth.enabled && !isLoopback(server.host) && tls?.clientCa === undefined) {
    findings.warning(
      'server.host',
      `LISTENING ON ${server.host} WITHOUT AUTHENTICATION: whoever reaches this address can read and change everything`,
    )
  }
}
