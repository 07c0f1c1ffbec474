import type { LogContext, LogEntry, LogSeverity } from '../facets/logs.ts'
import { type EntityRef, keyOf } from '../locks/lock.ts'
import { isAtLeast, logContextOf } from './select-logs.ts'

/** Those contexts of a type that have all the members that are given. */
export type LogContextPattern = { readonly type: LogContext['type'] } & Readonly<Record<string, string>>

/** The least severe entries of some contexts that are kept [17978-3 7.21]. */
export interface LogLevel {
  readonly context: LogContextPattern
  readonly severity: LogSeverity
}

/** Which entries of which entity are kept. What nothing was set for is kept down to the severity of the configuration. */
export class LogLevels {
  readonly #leastSeverity: LogSeverity
  readonly #levels = new Map<string, readonly LogLevel[]>()

  constructor(leastSeverity: LogSeverity) {
    this.#leastSeverity = leastSeverity
  }

  of(entity: EntityRef): readonly LogLevel[] {
    return this.#levels.get(keyOf(entity)) ?? []
  }

  /** Replaces the levels of an entity. Of several that fit an entry, the first counts. */
  set(entity: EntityRef, levels: readonly LogLevel[]): void {
    this.#levels.set(keyOf(entity), levels)
  }

  /** Returns whether there were any. */
  reset(entity: EntityRef): boolean {
    return this.#levels.delete(keyOf(entity))
  }

  admits(entity: EntityRef, entry: Pick<LogEntry, 'severity' | 'context' | 'source'>): boolean {
    const levels = this.#levels.get(keyOf(entity))
    const set = levels?.find(({ context }) => fits(context, logContextOf(entry)))
    return isAtLeast(entry.severity, set?.severity ?? this.#leastSeverity)
  }
}

function fits(pattern: LogContextPattern, context: LogContext): boolean {
  const members: Readonly<Record<string, string>> = { ...context }
  return Object.entries(pattern).every(([name, value]) => members[name] === value)
}
