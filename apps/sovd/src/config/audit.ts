import { join } from 'node:path'
import type { Settings } from './settings/settings.ts'

const MB = 1024 * 1024

export interface AuditConfig {
  /** Entries in memory. */
  readonly maxEntries: number
  /** Absent: memory is all there is. */
  readonly files?: { readonly folder: string; readonly maxBytes: number }
}

/** Where it is kept who changed what: in memory, and below the folder for what survives a restart. */
export function readAudit({ max_entries, max_mb }: Settings['audit'], stateDir: string | undefined): AuditConfig {
  return {
    maxEntries: max_entries,
    ...(stateDir ? { files: { folder: join(stateDir, 'audit'), maxBytes: max_mb * MB } } : {}),
  }
}
