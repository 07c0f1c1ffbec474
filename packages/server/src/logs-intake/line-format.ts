import type { LogSeverity, NewLogEntry } from '@opensovd/core'

export interface LineFormat {
  /** Who writes the file, unless a line says so itself. */
  readonly program: string
  /** How severe a line is that does not say. */
  readonly severity: LogSeverity
  /** Finds the parts of a line by the names `time`, `severity`, `program` and `message`. */
  readonly pattern?: RegExp
}

/** What programs call severities. */
const NAMES: Readonly<Record<string, LogSeverity>> = {
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
  alert: 'fatal',
  crit: 'fatal',
  critical: 'fatal',
  fatal: 'fatal',
  severe: 'error',
  err: 'error',
  error: 'error',
  warn: 'warn',
  warning: 'warn',
  notice: 'info',
  info: 'info',
  information: 'info',
  debug: 'debug',
  verbose: 'debug',
  trace: 'debug',
}

/** What a line of a log file says; one that the pattern does not fit is a message as a whole. */
export function entryOf(line: string, { program, severity, pattern }: LineFormat): NewLogEntry {
  const parts = pattern?.exec(line)?.groups ?? {}
  const time = parts.time === undefined ? Number.NaN : Date.parse(parts.time)
  return {
    severity: NAMES[parts.severity?.toLowerCase() ?? ''] ?? severity,
    source: parts.program || program,
    message: parts.message ?? line,
    ...(Number.isNaN(time) ? {} : { timestamp: new Date(time).toISOString() }),
  }
}
