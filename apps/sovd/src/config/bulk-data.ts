import { ENTITY_ID } from '@opensovd/sovd'
import type { BulkDataConfig } from './config.ts'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

const MEGABYTE = 1_000_000

/** Judges where files are kept, and how many; undefined when none are. */
export function readBulkData(settings: Settings['bulk_data'], findings: Findings): BulkDataConfig | undefined {
  const { dir, categories, quota_mb, max_file_mb } = settings
  for (const [index, category] of categories.entries()) {
    if (ENTITY_ID.test(category)) continue
    findings.problem(`bulk_data.categories[${index}]`, `cannot be part of a path: ${JSON.stringify(category)}`)
  }
  if (max_file_mb > quota_mb) {
    const message = `must not be above bulk_data.quota_mb, which is ${quota_mb}, got ${max_file_mb}`
    findings.problem('bulk_data.max_file_mb', message, { involved: ['bulk_data.quota_mb'] })
  }
  if (dir === undefined) return undefined
  return { path: dir, categories, quotaBytes: quota_mb * MEGABYTE, maxFileBytes: max_file_mb * MEGABYTE }
}
