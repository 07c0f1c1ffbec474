import type { Clock } from '@opensovd/base'
import { type IgnoredBits, isChange } from './change.ts'

/** Which notifications of an event a receiver is shown. One without `onChange` and `intervalMs` shows none. */
export interface DebounceRule {
  /** Show a notification that differs from the one received before it. */
  readonly onChange: boolean
  /** Let a change start the interval anew. */
  readonly onChangeResetsInterval: boolean
  /** Show a notification when the last one that was shown for this reason is so long ago. Undefined: never. */
  readonly intervalMs: number | undefined
  readonly ignoredBits: IgnoredBits
}

const NOTHING = new Uint8Array(0)

/** Judges the notifications of one event for one receiver, as `debounce` in a vsomeip configuration says. */
export class DebounceGate {
  readonly #clock: Clock
  readonly #rule: DebounceRule
  #previous: Uint8Array = NOTHING
  #intervalStartMs: number | undefined

  constructor(clock: Clock, rule: DebounceRule) {
    this.#clock = clock
    this.#rule = rule
  }

  /** Takes the next payload, which must not be changed afterwards, and says whether to show it. */
  passes(payload: Uint8Array): boolean {
    const { onChange, onChangeResetsInterval, ignoredBits } = this.#rule
    const changed = onChange && isChange(this.#previous, payload, ignoredBits)
    this.#previous = payload
    const elapsed = this.#hasElapsed()
    if (elapsed || (changed && onChangeResetsInterval)) this.#intervalStartMs = this.#clock.monotonic()
    return changed || elapsed
  }

  #hasElapsed(): boolean {
    const { intervalMs } = this.#rule
    if (intervalMs === undefined) return false
    return this.#intervalStartMs === undefined || this.#clock.monotonic() - this.#intervalStartMs >= intervalMs
  }
}
