import type { Retention } from '@opensovd/core'
import type { Settings } from './settings/settings.ts'

/** What is kept of what is over. */
export function readRetention({ retention }: Pick<Settings, 'retention'>): Retention {
  return {
    maxFinished: retention.max_executions,
    maxPerOperation: retention.max_executions_per_operation,
    maxAgeMs: retention.execution_secs * 1000,
  }
}
