import { basename, isAbsolute } from 'node:path'
import { ENTITY_ID } from '@opensovd/sovd'
import type { SovdBackendConfig } from './config.ts'
import type { Findings } from './findings.ts'
import { type HttpAddress, readApiPrefix, readHttpAddress } from './http-backend.ts'
import type { SovdBackendSettings } from './settings/settings.ts'

const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/

/** Judges another SOVD server as a source; undefined for one that cannot be used. */
export function readSovdBackend(
  settings: SovdBackendSettings,
  path: string,
  findings: Findings,
): SovdBackendConfig | undefined {
  if (settings.bearer_token !== undefined && !BEARER_TOKEN.test(settings.bearer_token)) {
    findings.problem(`${path}.bearer_token`, 'has characters that a bearer token cannot have [RFC 6750 2.1]')
  }
  refuseStrangeIds(settings.component_ids, path, findings)
  const isLocal = settings.base_url.startsWith('unix:')
  const address = isLocal ? readSocket(settings, path, findings) : readHttpAddress(settings, path, findings)
  if (address === undefined) return undefined
  return {
    type: 'sovd',
    ...address,
    dialect: settings.dialect,
    timeoutMs: settings.timeout_secs * 1000,
    refreshMs: settings.refresh_secs * 1000,
    maxConcurrency: settings.max_concurrency,
    componentIds: settings.component_ids,
    ...(settings.bearer_token !== undefined && { bearerToken: settings.bearer_token }),
  }
}

/** The socket of a program on this machine. */
function readSocket(settings: SovdBackendSettings, path: string, findings: Findings): HttpAddress {
  const socket = settings.base_url.slice('unix:'.length)
  if (!isAbsolute(socket)) {
    findings.problem(`${path}.base_url`, `expected unix: and an absolute path, got "${settings.base_url}"`)
  }
  for (const name of ['client_cert_path', 'client_key_path', 'ca_cert_path'] as const) {
    if (settings[name] === undefined) continue
    findings.problem(`${path}.${name}`, `makes no sense without https:// in ${path}.base_url`)
  }
  const apiPrefix = readApiPrefix(settings, path, findings)
  return { name: settings.name ?? basename(socket, '.sock'), baseUrl: settings.base_url, apiPrefix }
}

/** Says which of the component ids of a source no component can have. */
export function refuseStrangeIds(ids: readonly string[], path: string, findings: Findings): void {
  for (const [index, id] of ids.entries()) {
    if (ENTITY_ID.test(id)) continue
    findings.problem(`${path}.component_ids[${index}]`, `expected the id of a component, got ${JSON.stringify(id)}`)
  }
}
