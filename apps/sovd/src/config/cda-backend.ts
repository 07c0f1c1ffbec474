import type { CdaBackendConfig } from './config.ts'
import type { Findings } from './findings.ts'
import { readHttpAddress } from './http-backend.ts'
import type { CdaBackendSettings } from './settings/settings.ts'
import { refuseStrangeIds } from './sovd-backend.ts'

/** Judges a Classic Diagnostic Adapter as a source; undefined for one that cannot be used. */
export function readCdaBackend(
  settings: CdaBackendSettings,
  path: string,
  findings: Findings,
): CdaBackendConfig | undefined {
  refuseStrangeIds(settings.component_ids, path, findings)
  const address = readHttpAddress(settings, path, findings)
  if (address === undefined) return undefined
  return {
    type: 'cda',
    ...address,
    clientId: settings.client_id,
    clientSecret: settings.client_secret ?? '',
    timeoutMs: settings.timeout_secs * 1000,
    refreshMs: settings.refresh_secs * 1000,
    maxConcurrency: settings.max_concurrency,
    componentIds: settings.component_ids,
    automaticLockSeconds: settings.automatic_lock_secs,
    sessions: settings.sessions,
  }
}
