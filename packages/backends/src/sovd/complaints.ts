import type { LogFields, Logger } from '@opensovd/base'

/** Complaints beyond this many are not made. */
const MAX_COMPLAINTS = 1000

/** Warnings that are given once each, however often there is a reason. */
export class Complaints {
  readonly #log: Logger
  readonly #made = new Set<string>()

  constructor(log: Logger) {
    this.#log = log
  }

  /** @param subject what the message is about; with the message, what makes it the same complaint */
  make(message: string, subject: string, fields: LogFields = {}): void {
    const key = `${message} ${subject}`
    if (this.#made.has(key) || this.#made.size >= MAX_COMPLAINTS) return
    this.#made.add(key)
    this.#log.warn(message, fields)
  }
}
