import type { Json } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

/** From the most to the least severe [17978-3 7.21]. */
export const LOG_SEVERITIES = ['fatal', 'error', 'warn', 'info', 'debug'] as const
export type LogSeverity = (typeof LOG_SEVERITIES)[number]

/** Who wrote an entry, in the terms of what it came through [17978-3 7.21]. */
export type LogContext =
  | { readonly type: 'RFC5424'; readonly host: string; readonly process: string; readonly pid?: string }
  | {
      readonly type: 'AUTOSAR_DLT'
      readonly session: string
      readonly sessionId: string
      readonly applicationId: string
      readonly contextId: string
      readonly messageId: string
    }

export interface LogEntry {
  /** RFC 3339. */
  readonly timestamp: string
  readonly severity: LogSeverity
  /** The program or part that wrote it. */
  readonly source: string
  readonly message: string
  readonly context?: LogContext
  readonly data?: Json
}

/** What a reader wants; absent members do not restrict. */
export interface LogQuery {
  /** This severity and worse. */
  readonly severity?: LogSeverity
  /** Times in milliseconds since 1970; both ends belong to it. */
  readonly fromMs?: number
  readonly toMs?: number
  /** A text that the message contains, in any case. */
  readonly text?: string
  /** The newest ones when there are more. */
  readonly limit?: number
}

/** Log entries of an entity. Calls reject with `SovdError`. */
export interface LogFacet {
  /** Oldest first. */
  entries(query: LogQuery, context: CallContext): Promise<readonly LogEntry[]>
}
