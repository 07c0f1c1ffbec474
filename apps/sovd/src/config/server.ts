import { isIP } from 'node:net'
import { NATIVE_API } from '@opensovd/sovd'
import type { ServerConfig, ServerTls } from './config.ts'
import type { Findings } from './findings.ts'
import { isLoopback } from './loopback.ts'
import { loadCertificates, loadKeyPair } from './pem.ts'
import type { Settings } from './settings.ts'

const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$/
const BASE_PATH = /^(\/[A-Za-z0-9._~-]+)+$/

/** Judges what concerns the gateway's own side. */
export function readServer({ server, api, auth, metrics }: Settings, findings: Findings): ServerConfig {
  if (isIP(server.host) === 0 && !HOST_NAME.test(server.host)) {
    findings.problem('server.host', `expected an IP address or a host name, got "${server.host}"`)
  }
  checkNativeBase(api.native_base, findings)
  for (const [index, origin] of auth.cors_origins.entries()) checkOrigin(index, origin, findings)
  const tls = loadTls(server, findings)
  warnOfExposure({ server, auth }, tls, findings)
  return {
    host: server.host,
    port: server.port,
    nativeBase: api.native_base,
    deploymentLabel: server.deployment_label,
    corsOrigins: auth.cors_origins,
    metrics: metrics.enabled,
    ...(tls && { tls }),
  }
}

function checkNativeBase(base: string, findings: Findings): void {
  const path = 'api.native_base'
  if (!BASE_PATH.test(base) || /\/\.{1,2}(\/|$)/.test(base)) {
    findings.problem(path, `expected a path such as /sovd/v1, without a slash at its end, got "${base}"`)
    return
  }
  const taken = rootPaths().find((root) => base === root || base.startsWith(`${root}/`))
  if (taken !== undefined) findings.problem(path, `${base} collides with ${taken}`)
}

/** Paths that are served whatever the base is. */
function rootPaths(): readonly string[] {
  return Object.values(NATIVE_API).flatMap((route) => ('mount' in route ? [route.path] : []))
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
  if (!isLoopback(server.host) && tls?.clientCa === undefined) {
    findings.warning(
      'server.host',
      `LISTENING ON ${server.host} WITHOUT AUTHENTICATION: whoever reaches this address can read and change everything`,
    )
  }
  for (const name of ['api_key', 'jwt_secret', 'oidc_issuer_url'] as const) {
    if (auth[name] !== undefined) findings.warning(`auth.${name}`, 'has no effect: auth.enabled is false')
  }
}
