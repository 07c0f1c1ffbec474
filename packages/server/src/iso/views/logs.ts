import { pick } from '@opensovd/base'
import { type LogContext, type LogContextPattern, type LogEntry, type LogLevel, logContextOf } from '@opensovd/core'
import type { IsoLogLevel } from '@opensovd/sovd'

/** An entry has no address of its own: `href` is where it was found. */
export function logEntryView(entry: LogEntry, href: string) {
  return {
    ...pick(entry, ['timestamp']),
    context: contextView(logContextOf(entry)),
    severity: entry.severity,
    msg: entry.message,
    href,
  }
}

function contextView(context: LogContext) {
  if (context.type === 'RFC5424') return pick(context, ['type', 'host', 'process', 'pid'])
  return {
    ...pick(context, ['type', 'session']),
    session_id: context.sessionId,
    application_id: context.applicationId,
    context_id: context.contextId,
    message_id: context.messageId,
  }
}

/** Our names of the members of a context, and those of the standard where they differ. */
const RENAMED = [
  ['sessionId', 'session_id'],
  ['applicationId', 'application_id'],
  ['contextId', 'context_id'],
  ['messageId', 'message_id'],
] as const

export function logLevelView({ context: { type, ...members }, severity }: LogLevel): IsoLogLevel {
  const names = new Map<string, string>(RENAMED)
  const renamed = Object.entries(members).map(([name, value]) => [names.get(name) ?? name, value])
  return { context: { type, ...Object.fromEntries(renamed) }, severity }
}

export function logLevelOf({ context: { type, ...members }, severity }: IsoLogLevel): LogLevel {
  const names = new Map<string, string>(RENAMED.map(([ours, theirs]) => [theirs, ours]))
  const renamed = Object.entries(members).map(([name, value]) => [names.get(name) ?? name, value])
  const context: LogContextPattern = { type, ...Object.fromEntries(renamed) }
  return { context, severity }
}
