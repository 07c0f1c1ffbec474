import { type Clock, Scope, withTimeout } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { errorReading, isNews, type Reading, valueReading } from './reading.ts'
import type { Source } from './source.ts'

/** Somebody who wants to know what a source is at. */
export interface Watcher<T> {
  /** The longest time between two looks at the source. */
  readonly intervalMs: number
  /** Whether what was read before it came is of no use to it. */
  readonly wantsFresh?: boolean
  /** @param news whether it differs from the reading before it */
  onReading(reading: Reading<T>, news: boolean): void
}

export interface WatchedSourceOptions {
  readonly clock: Clock
  readonly onFailure: (error: unknown) => void
  /** Called when nobody watches any more. */
  readonly onIdle: () => void
}

/** A source that does not answer within this time has failed, for now. */
const READ_LIMIT_MS = 30_000
/** A source that fails is not asked more often than this. */
const SHORTEST_RETRY_MS = 1000
/** A source that tells of changes is asked now and then all the same. */
const PUSHED_POLL_MS = 30_000
/** What was a lot of work, for us and for those who watch, is not done again before this many times as long. */
const REST_FACTOR = 4
/** When a source is asked to tell of changes again that stopped to, and one that never could. */
const WATCH_RETRY_MS = { ended: 5000, unable: 60_000 }

/**
 * One source with all who watch it. It is read as often as the most impatient of them wants, or not at all while it
 * tells of changes itself; from the first watcher until the last one leaves.
 */
export class WatchedSource<T> implements Disposable {
  readonly #source: Source<T>
  readonly #options: WatchedSourceOptions
  readonly #watchers = new Set<Watcher<T>>()
  readonly #scope: Scope
  #latest: Reading<T> | undefined
  #intervalMs = Number.POSITIVE_INFINITY
  #cancelTimer: (() => void) | undefined
  #cancelWatchRetry: (() => void) | undefined
  #cancelRest: (() => void) | undefined
  /** On the monotonic clock: no change is reason enough to read before. */
  #restUntilMs = Number.NEGATIVE_INFINITY
  #isReading = false
  /** A read is wanted that begins from now on. */
  #isStale = false
  #isTold = false
  /** On the monotonic clock. */
  #readAtMs = 0
  /** The same, when the last read was answered. */
  #answeredAtMs = 0
  /** Counts what the source told, which is newer than a read that began before. */
  #told = 0

  constructor(source: Source<T>, options: WatchedSourceOptions) {
    this.#source = source
    this.#options = options
    this.#scope = new Scope(options.onFailure)
  }

  get about(): Source<T>['about'] {
    return this.#source.about
  }

  get latest(): Reading<T> | undefined {
    return this.#latest
  }

  /** Returns a function that ends it; calling that twice is the same as once. */
  add(watcher: Watcher<T>): () => void {
    const isFirst = this.#watchers.size === 0
    this.#watchers.add(watcher)
    this.#intervalMs = Math.min(this.#intervalMs, watcher.intervalMs)
    if (isFirst) {
      this.#listen()
      this.refresh()
    } else this.#schedule()
    return () => this.#remove(watcher)
  }

  /** Reads as soon as possible, because something may have changed: at once, unless that was a lot of work just now. */
  refresh(): void {
    this.#isStale = true
    const { clock } = this.#options
    const restMs = this.#restUntilMs - clock.monotonic()
    if (restMs <= 0) this.#poll()
    else {
      this.#cancelRest ??= clock.after(restMs, () => {
        this.#cancelRest = undefined
        if (this.#isStale) this.#poll()
      })
    }
  }

  [Symbol.dispose](): void {
    this.#cancelTimer?.()
    this.#cancelWatchRetry?.()
    this.#cancelRest?.()
    this.#watchers.clear()
    void this.#scope.close()
  }

  #remove(watcher: Watcher<T>): void {
    if (!this.#watchers.delete(watcher)) return
    if (this.#watchers.size === 0) {
      this[Symbol.dispose]()
      this.#options.onIdle()
      return
    }
    this.#intervalMs = Math.min(...Array.from(this.#watchers, ({ intervalMs }) => intervalMs))
    this.#schedule()
  }

  /** At multiples of the interval, so that sources with the same one are read at the same time. */
  #schedule(): void {
    this.#cancelTimer?.()
    if (this.#watchers.size === 0) return
    const failed = this.#latest !== undefined && 'error' in this.#latest
    const intervalMs = failed ? Math.max(this.#intervalMs, SHORTEST_RETRY_MS) : this.#intervalMs
    const nowMs = this.#options.clock.monotonic()
    const dueMs = (Math.floor(nowMs / intervalMs) + 1) * intervalMs
    this.#cancelTimer = this.#options.clock.after(dueMs - nowMs, () => this.#poll())
  }

  #poll(): void {
    if (this.#isReading || this.#watchers.size === 0) return
    const { clock } = this.#options
    const isDue = this.#isStale || clock.monotonic() - this.#readAtMs >= PUSHED_POLL_MS
    if (this.#isTold && !isDue && this.#latest && 'value' in this.#latest) {
      this.#publish({ ...this.#latest, atMs: clock.now() })
      this.#schedule()
      return
    }
    this.#cancelTimer?.()
    this.#isReading = true
    this.#isStale = false
    this.#scope.run((signal) => this.#read(signal))
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const told = this.#told
    this.#readAtMs = clock.monotonic()
    const reading = await this.#attempt(signal)
    this.#isReading = false
    if (signal.aborted) return
    if (told === this.#told) this.#publish(reading)
    const nowMs = clock.monotonic()
    this.#restUntilMs = nowMs + REST_FACTOR * (nowMs - this.#answeredAtMs)
    if (this.#isStale) this.refresh()
    else this.#schedule()
  }

  async #attempt(signal: AbortSignal): Promise<Reading<T>> {
    const { clock } = this.#options
    const late = () => new SovdError('gateway-timeout', `no answer within ${READ_LIMIT_MS / 1000} s`)
    try {
      const value = await withTimeout(clock, READ_LIMIT_MS, late, signal, (inTime) =>
        this.#source.read({ signal: inTime }),
      )
      this.#answeredAtMs = clock.monotonic()
      return this.#valued(value)
    } catch (error) {
      this.#answeredAtMs = clock.monotonic()
      return errorReading(clock.now(), error)
    }
  }

  #valued(value: T): Reading<T> {
    return valueReading(this.#options.clock.now(), value, this.#source.textOf?.(value))
  }

  #publish(reading: Reading<T>): void {
    const news = isNews(this.#latest, reading)
    this.#latest = reading
    for (const watcher of [...this.#watchers]) {
      try {
        watcher.onReading(reading, news)
      } catch (error) {
        this.#options.onFailure(error)
      }
    }
  }

  /** Lets the source tell of changes, if it can. */
  #listen(): void {
    const { watch } = this.#source
    if (!watch) return
    this.#isTold = true
    this.#scope.run(async (signal) => {
      let isUnable = false
      try {
        await watch.call(this.#source, (...values) => this.#onTold(values), { signal })
      } catch (error) {
        isUnable = error instanceof SovdError && error.code === 'not-implemented'
        if (!(error instanceof SovdError)) this.#options.onFailure(error)
      }
      if (signal.aborted) return
      this.#isTold = false
      if (isUnable) this.#schedule()
      else this.refresh()
      const retryMs = isUnable ? WATCH_RETRY_MS.unable : WATCH_RETRY_MS.ended
      this.#cancelWatchRetry = this.#options.clock.after(retryMs, () => this.#listen())
    })
  }

  #onTold(values: readonly (T | undefined)[]): void {
    const [value] = values
    if (this.#watchers.size === 0) return
    if (value === undefined) {
      this.refresh()
      return
    }
    this.#told++
    this.#publish(this.#valued(value))
    this.#schedule()
  }
}
