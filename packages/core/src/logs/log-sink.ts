import type { Json } from '@opensovd/base'
import type { LogContext, LogSeverity } from '../facets/logs.ts'
import type { EntityRef } from '../locks/lock.ts'

/** An entry as it comes in. */
export interface NewLogEntry {
  readonly severity: LogSeverity
  /** The program or part that wrote it. */
  readonly source: string
  readonly message: string
  /** RFC 3339. Absent: now. */
  readonly timestamp?: string
  readonly context?: LogContext
  readonly data?: Json
}

/** Where to tell what happened to an entity, for those who read its log. */
export interface LogSink {
  write(entity: EntityRef, entry: NewLogEntry): void
}
