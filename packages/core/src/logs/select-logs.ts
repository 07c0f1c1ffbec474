import { LOG_SEVERITIES, type LogContext, type LogEntry, type LogQuery, type LogSeverity } from '../facets/logs.ts'

const RANKS: Readonly<Record<LogSeverity, number>> = { fatal: 0, error: 1, warn: 2, info: 3, debug: 4 }

/** Whether something is at least as severe as `least`. */
export function isAtLeast(severity: LogSeverity, least: LogSeverity): boolean {
  return RANKS[severity] <= RANKS[least]
}

/** The severity of this name, if there is one. */
export function logSeverityOf(name: string): LogSeverity | undefined {
  return LOG_SEVERITIES.find((severity) => severity === name)
}

/** What a reader wants of entries, which stay in their order; of too many, the last. */
export function selectLogs(entries: readonly LogEntry[], query: LogQuery): readonly LogEntry[] {
  const { severity = 'debug', fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, limit } = query
  const text = query.text?.toLowerCase()
  const hasTimes = query.fromMs !== undefined || query.toMs !== undefined
  const isInTime = ({ timestamp }: LogEntry) => {
    const ms = Date.parse(timestamp)
    return ms >= fromMs && ms <= toMs
  }
  const wanted = entries.filter(
    (entry) =>
      isAtLeast(entry.severity, severity) &&
      (!hasTimes || isInTime(entry)) &&
      (text === undefined || entry.message.toLowerCase().includes(text)),
  )
  return limit === undefined || wanted.length <= limit ? wanted : wanted.slice(wanted.length - limit)
}

/** Who wrote an entry; where its source did not say, in the words of RFC 5424, whose `-` stands for what is unknown. */
export function logContextOf({ context, source }: Pick<LogEntry, 'context' | 'source'>): LogContext {
  return context ?? { type: 'RFC5424', host: '-', process: source }
}
