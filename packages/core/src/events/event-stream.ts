import type { Clock } from '@opensovd/base'
import type { EventReader } from '@opensovd/sovd'
import { EventRing, type RingLimits } from './event-ring.ts'
import { type EventText, encodeText, formatEvent } from './event-text.ts'
import type { ReaderLimit } from './reader-limit.ts'
import { StreamReader } from './stream-reader.ts'

export interface StreamOptions {
  readonly clock: Clock
  /** What the ids of its events begin with; no other stream has it. */
  readonly tag: string
  readonly ring: RingLimits
  readonly limit: ReaderLimit
  /** When a reader that was cut off is to come back. */
  readonly retryMs: number
  /** How a reader is told that it lost events, or that nothing is known of the id it came with. */
  readonly lost: (count: number, atMs: number) => EventText
  readonly unknown: (atMs: number) => EventText
  /** What a reader that missed what was before has to know. */
  readonly snapshot?: () => readonly EventText[]
  /** Whether who comes anew is told all that is kept, in place of a snapshot. */
  readonly isToldFromStart?: boolean
  /** Called with the number of readers when it changes. */
  readonly onReaders?: (count: number) => void
}

export interface ReadOptions {
  /** The id of the last event that the reader saw. */
  readonly lastEventId?: string
  /** Text for the reader's `beat`; a comment by default. */
  readonly beat?: () => string
}

/** Events that follow each other sooner than this go out together. */
const GATHER_MS = 5

/**
 * Events for any number of readers, kept for a while. All readers share what is kept: one that is slower than the
 * events loses the oldest, is told how many, and costs the others nothing.
 */
export class EventStream {
  readonly #options: StreamOptions
  readonly #ring: EventRing
  readonly #readers = new Set<StreamReader>()
  #isReady = false
  #isOver = false
  #sentAtMs = Number.NEGATIVE_INFINITY
  #isSending = false

  constructor(options: StreamOptions) {
    this.#options = options
    this.#ring = new EventRing(options.ring)
  }

  get readers(): number {
    return this.#readers.size
  }

  get isOver(): boolean {
    return this.#isOver
  }

  append(event: EventText): void {
    if (this.#isOver) return
    const frame = encodeText(formatEvent(event, this.#idOf(this.#ring.last + 1)))
    this.#ring.append(frame)
    this.#wakeSoon()
  }

  /** Readers that came without an id wait for this, to be told what there is. */
  setReady(isReady: boolean): void {
    this.#isReady = isReady
    if (isReady) this.#wakeSoon()
  }

  /** Readers get what is kept, and then an end. */
  end(): void {
    this.#isOver = true
    this.#isReady = true
    this.#wakeSoon()
  }

  /** @throws SovdError `unavailable` when there are too many readers, of this stream or of others */
  read({ lastEventId, beat }: ReadOptions, onReady: () => void): EventReader {
    this.#options.limit.enter()
    const from = this.#find(lastEventId)
    const reader = new StreamReader(this, this.#ring, this.#options, { onReady, beat, from })
    this.#readers.add(reader)
    this.#options.onReaders?.(this.#readers.size)
    return reader
  }

  leave(reader: StreamReader): void {
    if (!this.#readers.delete(reader)) return
    this.#options.limit.leave()
    this.#options.onReaders?.(this.#readers.size)
  }

  /** What a new reader begins with, once that is known. */
  beginning(): string | undefined {
    if (!this.#isReady) return undefined
    const events = this.#options.snapshot?.() ?? []
    const id = this.#idOf(this.#ring.last)
    // Only the last one has an id: who saw just a part begins anew.
    return events.map((event, at) => formatEvent(event, at === events.length - 1 ? id : undefined)).join('')
  }

  #idOf(position: number): string {
    return `${this.#options.tag}-${position}`
  }

  /** After which event to go on, if that is known; `unknown` for an id of another stream or of another process. */
  #find(lastEventId: string | undefined): number | 'new' | 'unknown' {
    const { tag, isToldFromStart } = this.#options
    if (lastEventId === undefined || lastEventId === '') return isToldFromStart ? 0 : 'new'
    const digits = lastEventId.startsWith(`${tag}-`) ? lastEventId.slice(tag.length + 1) : ''
    const position = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN
    return position <= this.#ring.last ? position : 'unknown'
  }

  /** At once, and then not more often than every few milliseconds. */
  #wakeSoon(): void {
    if (this.#isSending || this.#readers.size === 0) return
    this.#isSending = true
    const { clock } = this.#options
    const waitMs = this.#sentAtMs + GATHER_MS - clock.monotonic()
    if (waitMs > 0) clock.after(waitMs, () => this.#wake())
    else queueMicrotask(() => this.#wake())
  }

  #wake(): void {
    this.#isSending = false
    this.#sentAtMs = this.#options.clock.monotonic()
    for (const reader of this.#readers) reader.onReady()
  }
}
