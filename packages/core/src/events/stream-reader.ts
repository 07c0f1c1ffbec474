import type { Clock } from '@opensovd/base'
import type { EventReader } from '@opensovd/sovd'
import type { EventRing } from './event-ring.ts'
import { type EventText, encodeText, formatEvent } from './event-text.ts'

/** What a stream is to one of its readers. */
export interface StreamState {
  readonly isOver: boolean
  /** What a new reader begins with, once that is known. */
  beginning(): string | undefined
  leave(reader: StreamReader): void
}

export interface ReaderOptions {
  readonly clock: Clock
  readonly retryMs: number
  readonly lost: (count: number, atMs: number) => EventText
  readonly unknown: (atMs: number) => EventText
}

/** What a reader takes at once, unless one event is more. */
const MAX_TAKE_BYTES = 64 * 1024
const COMMENT = encodeText(':\n\n')

export interface ReaderStart {
  readonly onReady: () => void
  readonly beat: (() => string) | undefined
  readonly from: number | 'new' | 'unknown'
}

/** One reader's place in a stream. */
export class StreamReader implements EventReader {
  readonly onReady: () => void
  readonly #stream: StreamState
  readonly #ring: EventRing
  readonly #options: ReaderOptions
  readonly #beat: (() => string) | undefined
  /** Goes out before anything else. */
  #greeting: string
  /** The position of the next event; absent while it is not known what there is. */
  #next: number | undefined

  constructor(stream: StreamState, ring: EventRing, options: ReaderOptions, { onReady, beat, from }: ReaderStart) {
    this.#stream = stream
    this.#ring = ring
    this.#options = options
    this.onReady = onReady
    this.#beat = beat
    this.#greeting = `retry: ${options.retryMs}\n\n`
    if (from === 'unknown') this.#greeting += formatEvent(options.unknown(options.clock.now()))
    if (typeof from === 'number') this.#next = from + 1
    else this.#greeting = this.#begin(this.#greeting)
  }

  get isOver(): boolean {
    return this.#stream.isOver && this.#next !== undefined && this.#next > this.#ring.last
  }

  take(): Uint8Array | undefined {
    const text = this.#next === undefined ? this.#begin(this.#greeting) : this.#greeting
    this.#greeting = ''
    if (this.#next === undefined) return text === '' ? undefined : encodeText(text)
    const lost = this.#ring.first - this.#next
    const prefix = lost > 0 ? text + this.#skip(lost) : text
    if (prefix !== '') return encodeText(prefix)
    if (this.#next > this.#ring.last) return undefined
    const { bytes, next } = this.#ring.from(this.#next, MAX_TAKE_BYTES)
    this.#next = next
    return bytes
  }

  beat(): Uint8Array {
    return this.#beat ? encodeText(this.#beat()) : COMMENT
  }

  close(): void {
    this.#stream.leave(this)
  }

  /** The text with what the stream begins with, if that is known. */
  #begin(text: string): string {
    const beginning = this.#stream.beginning()
    if (beginning === undefined) return text
    this.#next = this.#ring.last + 1
    return text + beginning
  }

  #skip(lost: number): string {
    this.#next = this.#ring.first
    return formatEvent(this.#options.lost(lost, this.#options.clock.now()))
  }
}
