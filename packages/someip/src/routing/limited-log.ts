import type { Clock, LogFields, Logger } from '@opensovd/base'

const MAX_KEYS = 256

interface Window {
  readonly endsMs: number
  suppressed: number
}

/**
 * Logs at most one line a second for each key, and how many it left out, so that nobody outside can flood the log. Of
 * more than 256 keys the oldest is forgotten.
 */
export class LimitedLog {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #windowMs: number
  /** Bounded by `MAX_KEYS`. */
  readonly #windows = new Map<string, Window>()

  constructor(clock: Clock, log: Logger, windowMs = 1000) {
    this.#clock = clock
    this.#log = log
    this.#windowMs = windowMs
  }

  /** `describe` runs only when the line is written. */
  warn(key: string, describe: () => { readonly message: string; readonly fields?: LogFields }): void {
    const nowMs = this.#clock.monotonic()
    const window = this.#windows.get(key)
    if (window !== undefined && nowMs < window.endsMs) {
      window.suppressed++
      return
    }
    this.#windows.delete(key)
    this.#windows.set(key, { endsMs: nowMs + this.#windowMs, suppressed: 0 })
    const [oldest] = this.#windows.keys()
    if (this.#windows.size > MAX_KEYS && oldest !== undefined) this.#windows.delete(oldest)
    const { message, fields } = describe()
    const left = window !== undefined && window.suppressed > 0 ? { suppressed: window.suppressed } : {}
    this.#log.warn(message, { ...fields, ...left })
  }
}
