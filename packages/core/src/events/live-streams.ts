import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type { EventReader } from '@opensovd/sovd'
import type { RingLimits } from './event-ring.ts'
import { EventStream, type ReadOptions } from './event-stream.ts'
import type { EventText } from './event-text.ts'
import type { ReaderLimit } from './reader-limit.ts'

/** What a stream tells while somebody reads it. It remembers what it told, so that it can go on after a break. */
export interface Feed {
  /** Begins to tell. Returns a function that ends it. */
  start(stream: Pick<EventStream, 'append' | 'setReady'>): () => void
  /** What who comes anew has to know first. */
  snapshot(): readonly EventText[]
  readonly lost: (count: number, atMs: number) => EventText
  readonly unknown: (atMs: number) => EventText
}

export interface LiveStreamsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly createTag: () => string
  readonly ring: RingLimits
  readonly limit: ReaderLimit
  readonly retryMs: number
  /** How long a stream is remembered that nobody reads. */
  readonly retainMs: number
  /** How many streams are remembered that nobody reads; beyond it the oldest go. */
  readonly maxRetained: number
}

interface Live {
  readonly stream: EventStream
  readonly feed: Feed
  stop: (() => void) | undefined
  cancelForgetting: (() => void) | undefined
}

/**
 * Streams that are there for who reads them: the first reader starts what a stream tells of, the last one ends it.
 * A reader that is back soon goes on where it was.
 */
export class LiveStreams implements Disposable {
  readonly #options: LiveStreamsOptions
  readonly #live = new Map<string, Live>()
  /** Those that nobody reads, oldest first. */
  readonly #idle = new Set<string>()

  constructor(options: LiveStreamsOptions) {
    this.#options = options
  }

  /** Number of streams, also those that nobody reads. */
  get size(): number {
    return this.#live.size
  }

  /**
   * @param create makes what the stream of this key tells, if there is none
   * @throws SovdError `unavailable` when there are too many readers
   */
  read(key: string, create: () => Feed, options: ReadOptions, onReady: () => void): EventReader {
    const live = this.#live.get(key) ?? this.#create(key, create())
    try {
      return live.stream.read(options, onReady)
    } finally {
      if (live.stream.readers === 0) this.#rest(key, live)
    }
  }

  [Symbol.dispose](): void {
    for (const { stream, stop, cancelForgetting } of this.#live.values()) {
      cancelForgetting?.()
      stop?.()
      stream.end()
    }
    this.#live.clear()
    this.#idle.clear()
  }

  #create(key: string, feed: Feed): Live {
    const { clock, createTag, ring, limit, retryMs } = this.#options
    const stream = new EventStream({
      clock,
      tag: createTag(),
      ring,
      limit,
      retryMs,
      lost: feed.lost,
      unknown: feed.unknown,
      snapshot: () => feed.snapshot(),
      onReaders: (count) => (count > 0 ? this.#start(key, live) : this.#rest(key, live)),
    })
    const live: Live = { stream, feed, stop: undefined, cancelForgetting: undefined }
    this.#live.set(key, live)
    return live
  }

  #start(key: string, live: Live): void {
    if (live.stop) return
    this.#idle.delete(key)
    live.cancelForgetting?.()
    live.cancelForgetting = undefined
    try {
      live.stop = live.feed.start(live.stream)
    } catch (error) {
      this.#options.log.error('a stream of events did not start', { key, error: messageOf(error) })
    }
  }

  #rest(key: string, live: Live): void {
    if (this.#live.get(key) !== live || live.cancelForgetting) return
    live.stop?.()
    live.stop = undefined
    live.stream.setReady(false)
    this.#idle.add(key)
    live.cancelForgetting = this.#options.clock.after(this.#options.retainMs, () => this.#forget(key))
    const [oldest] = this.#idle
    if (oldest !== undefined && this.#idle.size > this.#options.maxRetained) this.#forget(oldest)
  }

  #forget(key: string): void {
    this.#live.get(key)?.cancelForgetting?.()
    this.#live.delete(key)
    this.#idle.delete(key)
  }
}
