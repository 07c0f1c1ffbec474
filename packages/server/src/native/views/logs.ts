import { pick } from '@opensovd/base'
import type { LogEntry, LogSeverity } from '@opensovd/core'
import type { NativeLogLevel } from '@opensovd/sovd'

/** The contract has a word less. */
const LEVELS = {
  fatal: 'error',
  error: 'error',
  warn: 'warning',
  info: 'info',
  debug: 'debug',
} as const satisfies Record<LogSeverity, NativeLogLevel>

const SEVERITIES = {
  error: 'error',
  warning: 'warn',
  info: 'info',
  debug: 'debug',
} as const satisfies Record<NativeLogLevel, LogSeverity>

export function logSeverity(level: NativeLogLevel): LogSeverity {
  return SEVERITIES[level]
}

export function logEntryView(entry: LogEntry) {
  return {
    timestamp: entry.timestamp,
    level: LEVELS[entry.severity],
    ...pick(entry, ['source', 'message', 'data']),
  }
}
