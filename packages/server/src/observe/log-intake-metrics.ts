import type { LogIntakeCounters } from '../logs-intake/log-admission.ts'
import { counter } from './metric-lines.ts'

/** What became of the messages of programs, in the Prometheus text format. */
export function renderLogIntakeMetrics({ received, unmapped, dropped }: LogIntakeCounters): string {
  return [
    counter('sovd_log_messages_total', 'Messages of programs, whether kept or not.', received),
    counter('sovd_log_messages_unmapped_total', 'Messages that no rule is for.', unmapped),
    counter('sovd_log_messages_dropped_total', 'Messages beyond the rate, too long or not to be told apart.', dropped),
    '',
  ].join('\n')
}
