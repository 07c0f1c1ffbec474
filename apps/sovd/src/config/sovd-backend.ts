import { ENTITY_ID } from '@opensovd/sovd'
import type { SovdBackendConfig } from './config.ts'
import type { Findings } from './findings.ts'
import { readHttpAddress } from './http-backend.ts'
import type { SovdBackendSettings } from './settings.ts'

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
  const address = readHttpAddress(settings, path, findings)
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

/** Says which of the component ids of a source no component can have. */
export function refuseStrangeIds(ids: readonly string[], path: string, findings: Findings): void {
  for (const [index, id] of ids.entries()) {
    if (ENTITY_ID.test(id)) continue
    findings.problem(`${path}.component_ids[${index}]`, `expected the id of a component, got ${JSON.stringify(id)}`)
  }
}
