import type { Clock } from '@opensovd/base'
import type { ByteStream } from '../network.ts'

export interface StreamWriterOptions {
  readonly clock: Clock
  readonly stream: ByteStream
  /** Messages that would make more than this wait are refused. */
  readonly maxQueuedBytes: number
  /** Called when the peer took nothing for `stallMs`. */
  readonly onStall: () => void
  readonly stallMs: number
  /** The magic cookie to send along; undefined while none are in use. */
  readonly cookie: () => Uint8Array | undefined
}

/** Bytes of one write at most, so that progress shows while a peer takes a large message slowly. */
const MAX_WRITE_BYTES = 256 * 1024
/** Cookies are sent with data, and at most this often. */
const COOKIE_INTERVAL_MS = 10_000

/**
 * Writes messages to a stream: those of one task together, and when the peer is slow, no more than it takes. Drops whole
 * messages, so that the stream stays readable.
 */
export class StreamWriter implements Disposable {
  readonly #options: StreamWriterOptions
  readonly #messages: Uint8Array[] = []
  #pendingBytes = 0
  /** How much of the first message is written. */
  #offset = 0
  #isScheduled = false
  #isBlocked = false
  #isOpen = true
  #lastCookieMs = Number.NEGATIVE_INFINITY
  #cancelStall: (() => void) | undefined

  constructor(options: StreamWriterOptions) {
    this.#options = options
  }

  /** Bytes that the system has not taken. */
  get queuedBytes(): number {
    return this.#pendingBytes + this.#options.stream.queuedBytes
  }

  /** Takes a message, which must not be changed afterwards. Returns false when too much is waiting. */
  push(message: Uint8Array): boolean {
    if (!this.#isOpen || this.queuedBytes + message.length > this.#options.maxQueuedBytes) return false
    this.#messages.push(message)
    this.#pendingBytes += message.length
    if (!this.#isScheduled) {
      this.#isScheduled = true
      queueMicrotask(this.#flushLater)
    }
    return true
  }

  /** Writes what the system takes now. */
  flush(): void {
    while (this.#isOpen && !this.#isBlocked && this.#messages.length > 0) {
      if (!this.#options.stream.write(this.#nextChunk())) this.#block()
    }
  }

  /** The system has taken everything that was written. */
  drained(): void {
    this.#isBlocked = false
    this.#cancelStall?.()
    this.flush()
  }

  /** Forgets what was not written. */
  [Symbol.dispose](): void {
    this.#isOpen = false
    this.#cancelStall?.()
    this.#messages.length = 0
    this.#pendingBytes = 0
  }

  readonly #flushLater = (): void => {
    this.#isScheduled = false
    this.flush()
  }

  #block(): void {
    this.#isBlocked = true
    const { clock, stallMs, onStall } = this.#options
    this.#cancelStall?.()
    if (Number.isFinite(stallMs)) this.#cancelStall = clock.after(stallMs, onStall)
  }

  /** Whole messages as far as they fit, or a part of one that is too large. */
  #nextChunk(): Uint8Array {
    const parts: Uint8Array[] = []
    const cookie = this.#offset === 0 ? this.#dueCookie() : undefined
    if (cookie !== undefined) parts.push(cookie)
    let room = MAX_WRITE_BYTES
    let taken = 0
    for (const message of this.#messages) {
      const rest = this.#offset === 0 ? message : message.subarray(this.#offset)
      const part = rest.length <= room ? rest : rest.subarray(0, room)
      parts.push(part)
      room -= part.length
      this.#pendingBytes -= part.length
      if (part.length < rest.length) {
        this.#offset += part.length
        break
      }
      this.#offset = 0
      taken++
      if (room === 0) break
    }
    this.#messages.splice(0, taken)
    const [first] = parts
    return first !== undefined && parts.length === 1 ? first : concat(parts)
  }

  #dueCookie(): Uint8Array | undefined {
    const nowMs = this.#options.clock.monotonic()
    if (nowMs - this.#lastCookieMs <= COOKIE_INTERVAL_MS) return undefined
    const cookie = this.#options.cookie()
    if (cookie !== undefined) this.#lastCookieMs = nowMs
    return cookie
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
