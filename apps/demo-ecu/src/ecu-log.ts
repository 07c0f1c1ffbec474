import type { Clock } from '@opensovd/base'
import { type LogEntry, type LogFacet, type LogQuery, type LogSeverity, selectLogs } from '@opensovd/core'

/** Entries that an ECU keeps; beyond it the oldest go. */
export const MAX_ENTRIES = 200

/** What one ECU writes down of itself. */
export class EcuLog implements LogFacet {
  readonly #ecuId: string
  readonly #clock: Clock
  readonly #entries: LogEntry[] = []

  constructor(ecuId: string, clock: Clock) {
    this.#ecuId = ecuId
    this.#clock = clock
  }

  add(severity: LogSeverity, message: string): void {
    this.#entries.push({
      timestamp: new Date(this.#clock.now()).toISOString(),
      severity,
      source: this.#ecuId,
      message,
      context: { type: 'RFC5424', host: this.#ecuId, process: 'firmware' },
    })
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift()
  }

  async entries(query: LogQuery): Promise<readonly LogEntry[]> {
    return selectLogs(this.#entries, query)
  }
}
