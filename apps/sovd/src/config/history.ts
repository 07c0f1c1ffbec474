import { join } from 'node:path'
import type { FileFaultHistoryOptions } from '@opensovd/server'
import type { Settings } from './settings/settings.ts'

const MB = 1024 * 1024
const DAY_MS = 86_400_000

export type HistoryConfig =
  | { readonly kind: 'memory'; readonly maxRecords: number }
  | ({ readonly kind: 'files' } & Required<Pick<FileFaultHistoryOptions, 'folder' | 'maxBytes' | 'maxAgeMs'>>)

/** Where the history of faults is kept: below the folder for what survives a restart, or else in memory. */
export function readHistory(
  { max_records, max_mb, max_days }: Settings['history'],
  stateDir: string | undefined,
): HistoryConfig {
  if (stateDir === undefined || stateDir === '') return { kind: 'memory', maxRecords: max_records }
  return { kind: 'files', folder: join(stateDir, 'fault-history'), maxBytes: max_mb * MB, maxAgeMs: max_days * DAY_MS }
}
