import type { Diagnostics } from '@opensovd/core'
import { counter, gauge } from './metric-lines.ts'

/** What became of the faults that programs report, of their history and of the log, in the Prometheus text format. */
export function renderFaultMetrics({ faults, faultHistory, logs }: Diagnostics): string {
  const { received, suppressed, tooManyReports, noRoom, evicted, environmentDropped } = faults.counters
  return [
    counter('sovd_fault_reports_total', 'Reports of faults, whether taken or refused.', received),
    counter('sovd_fault_reports_suppressed_total', 'Reports that said what was known already.', suppressed),
    '# HELP sovd_fault_reports_refused_total Reports that were not taken.',
    '# TYPE sovd_fault_reports_refused_total counter',
    `sovd_fault_reports_refused_total{reason="rate"} ${tooManyReports}`,
    `sovd_fault_reports_refused_total{reason="room"} ${noRoom}`,
    counter('sovd_faults_evicted_total', 'Passive faults that made room for others.', evicted),
    counter('sovd_fault_environments_dropped_total', 'Environment data left out for want of room.', environmentDropped),
    gauge('sovd_faults', 'Reported faults that are known.', faults.size),
    counter('sovd_fault_history_records_total', 'Records of the fault history.', faultHistory.counters.recorded),
    counter('sovd_fault_history_dropped_total', 'Records that could not be kept.', faultHistory.counters.dropped),
    counter('sovd_log_entries_total', 'Entries for the logs of entities.', logs.counters.received),
    counter('sovd_log_entries_below_level_total', 'Entries not severe enough to be kept.', logs.counters.belowLevel),
    counter('sovd_log_entries_evicted_total', 'Entries that made room for others.', logs.counters.evicted),
    '',
  ].join('\n')
}
