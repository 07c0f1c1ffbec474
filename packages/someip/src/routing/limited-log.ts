import type { Clock, LogFields, Logger } from '@opensovd/base'

const MAX_KEYS = 256
const MAX_LINES_PER_WINDOW = 20

type Describe = () => { readonly message: string; readonly fields?: LogFields }

interface Window {
  readonly endsMs: number
  suppressed: number
}

/**
 * Logs at most one line a second for each key and 20 for all of them, and how many it left out, so that nobody outside
 * can flood the log. Of more than 256 keys the oldest is forgotten.
 */
export class LimitedLog {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #windowMs: number
  /** Bounded by `MAX_KEYS`. */
  readonly #windows = new Map<string, Window>()
  #all = { endsMs: Number.NEGATIVE_INFINITY, lines: 0, suppressed: 0 }

  constructor(clock: Clock, log: Logger, windowMs = 1000) {
    this.#clock = clock
    this.#log = log
    this.#windowMs = windowMs
  }

  /** `describe` runs only when the line is written. */
  warn(key: string, describe: Describe): void {
    this.#write('warn', key, describe)
  }

  /** As `warn`. */
  error(key: string, describe: Describe): void {
    this.#write('error', key, describe)
  }

  #write(level: 'warn' | 'error', key: string, describe: Describe): void {
    const nowMs = this.#clock.monotonic()
    const window = this.#windows.get(key)
    if (window !== undefined && nowMs < window.endsMs) {
      window.suppressed++
      return
    }
    if (!this.#hasRoom(nowMs)) return
    this.#windows.delete(key)
    this.#windows.set(key, { endsMs: nowMs + this.#windowMs, suppressed: 0 })
    const [oldest] = this.#windows.keys()
    if (this.#windows.size > MAX_KEYS && oldest !== undefined) this.#windows.delete(oldest)
    const { message, fields } = describe()
    const left = window !== undefined && window.suppressed > 0 ? { suppressed: window.suppressed } : {}
    this.#log[level](message, { ...fields, ...left })
  }

  #hasRoom(nowMs: number): boolean {
    if (nowMs >= this.#all.endsMs) {
      const { suppressed } = this.#all
      this.#all = { endsMs: nowMs + this.#windowMs, lines: 0, suppressed: 0 }
      if (suppressed > 0) this.#log.warn('further warnings were left out', { suppressed })
    }
    if (this.#all.lines === MAX_LINES_PER_WINDOW) {
      this.#all.suppressed++
      return false
    }
    this.#all.lines++
    return true
  }
}
