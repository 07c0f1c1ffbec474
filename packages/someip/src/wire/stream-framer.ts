import type { MessageSink } from './datagram.ts'
import { HEADER_LENGTH, type Header, LENGTH_UNCOVERED_HEADER } from './header.ts'
import { type CookieDirection, indexOfCookie, isCookieAt, MAGIC_COOKIE } from './magic-cookie.ts'
import { MessageView, viewOf } from './message.ts'
import { checkHeader, type WireProblem } from './wire-problem.ts'

export interface StreamFramerOptions {
  /** Largest message taken, header included. What the framer buffers is bounded by this and the largest chunk. */
  readonly maxMessageBytes: number
  /** The direction of what is read here: a server reads CLIENT_TO_SERVER. */
  readonly direction: CookieDirection
  /** Expect magic cookies from the start, not only after the peer sent its first one. */
  readonly magicCookies?: boolean
}

/** `framing` until a header is unusable; then `resyncing` if magic cookies are in use, else `broken` for good. */
type Phase = { readonly name: 'framing' | 'resyncing' } | { readonly name: 'broken'; readonly problem: WireProblem }

const FRAMING: Phase = { name: 'framing' }
const RESYNCING: Phase = { name: 'resyncing' }
const FIRST_CAPACITY = 1024

/**
 * Cuts a TCP stream into messages, however it is fragmented. Messages that lie within one chunk are not copied.
 *
 * A header that cannot be one breaks the stream. Without magic cookies that is final: `push` returns the problem and the
 * connection must be closed. With them the problem goes to the sink and reading resumes at the next cookie.
 */
export class StreamFramer {
  readonly #maxMessageBytes: number
  readonly #cookie: Uint8Array
  #magicCookies: boolean
  #phase: Phase = FRAMING
  /** `#heldLength` bytes that await more: never a whole message. */
  #held = new Uint8Array(0)
  #heldLength = 0
  /** How many bytes must be held before looking at them again is worth it. */
  #wanted = 0
  /** How much of the unfinished message is known to contain no cookie. */
  #searched = 0
  /** Stream offset of the first held byte. */
  #position = 0

  constructor(options: StreamFramerOptions) {
    this.#maxMessageBytes = options.maxMessageBytes
    this.#cookie = MAGIC_COOKIE[options.direction]
    this.#magicCookies = options.magicCookies ?? false
  }

  /** Whether magic cookies are in use: configured, or one was received. */
  get magicCookies(): boolean {
    return this.#magicCookies
  }

  /**
   * Takes the next bytes of the stream. Messages share memory with `chunk` or with a buffer of their own; cookies are
   * not passed on. Returns a problem when the stream is broken and the connection must be closed.
   */
  push(chunk: Uint8Array, sink: MessageSink): WireProblem | undefined {
    if (this.#phase.name !== 'broken') {
      const waiting = this.#heldLength > 0
      const bytes = waiting ? this.#append(chunk) : chunk
      const enough = !waiting || this.#magicCookies || bytes.length >= this.#wanted
      if (enough) this.#keep(bytes, this.#scan(bytes, sink))
    }
    return this.#phase.name === 'broken' ? this.#phase.problem : undefined
  }

  /** Reads what is complete and returns where the incomplete rest begins. */
  #scan(bytes: Uint8Array, sink: MessageSink): number {
    const view = viewOf(bytes)
    let at = 0
    while (this.#phase.name !== 'broken') {
      if (this.#phase.name === 'resyncing') {
        const skipped = indexOfCookie(bytes.subarray(at), this.#cookie)
        if (skipped < 0) return Math.max(at, bytes.length - this.#cookie.length + 1)
        at += skipped
        this.#phase = FRAMING
      }
      const next = this.#readOne(bytes, view, at, sink)
      if (next === undefined) return at
      at = next
      this.#searched = 0
    }
    return bytes.length
  }

  /** Returns the offset to go on at, or undefined when more bytes are needed first. */
  #readOne(bytes: Uint8Array, view: DataView, at: number, sink: MessageSink): number | undefined {
    const available = bytes.length - at
    this.#wanted = HEADER_LENGTH
    if (available < HEADER_LENGTH) return undefined
    if (isCookieAt(bytes, this.#cookie, at)) {
      this.#magicCookies = true
      return at + HEADER_LENGTH
    }
    const message = new MessageView(bytes, view, at)
    const needed = LENGTH_UNCOVERED_HEADER + message.length
    const problem = this.#judge(message, this.#position + at)
    if (problem !== undefined) {
      this.#phase = this.#magicCookies ? RESYNCING : { name: 'broken', problem }
      if (this.#magicCookies) sink.problem(problem)
      return at + 1
    }
    if (this.#magicCookies) {
      const cookieAt = this.#findCookieInside(bytes, at, needed)
      if (cookieAt !== undefined) {
        const offset = this.#position + at
        sink.problem({ kind: 'COOKIE_INSIDE_MESSAGE', offset, needed, available: cookieAt - at, header: message })
        return cookieAt
      }
    }
    this.#wanted = needed
    if (needed > available) return undefined
    sink.message(message)
    return at + needed
  }

  #judge(header: Header, offset: number): WireProblem | undefined {
    const needed = LENGTH_UNCOVERED_HEADER + header.length
    if (needed <= this.#maxMessageBytes) return checkHeader(header, offset)
    return (
      checkHeader(header, offset) ?? {
        kind: 'MESSAGE_TOO_LONG',
        offset,
        needed,
        available: this.#maxMessageBytes,
        header,
      }
    )
  }

  /** A cookie that begins inside the message means that its length field lies. */
  #findCookieInside(bytes: Uint8Array, at: number, needed: number): number | undefined {
    const from = at + Math.max(1, this.#searched)
    const to = Math.min(bytes.length, at + needed + this.#cookie.length - 1)
    const found = from < to ? indexOfCookie(bytes.subarray(from, to), this.#cookie) : -1
    if (found >= 0) return from + found
    this.#searched = Math.max(0, to - this.#cookie.length + 1 - at)
    return undefined
  }

  #append(chunk: Uint8Array): Uint8Array {
    const length = this.#heldLength + chunk.length
    if (length > this.#held.length) this.#grow(length)
    this.#held.set(chunk, this.#heldLength)
    this.#heldLength = length
    return this.#held.subarray(0, length)
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.max(length, this.#held.length * 2, FIRST_CAPACITY))
    grown.set(this.#held.subarray(0, this.#heldLength))
    this.#held = grown
  }

  /** Holds `bytes` from `from` on. Messages may share memory with a buffer that was read, so it is not used again. */
  #keep(bytes: Uint8Array, from: number): void {
    this.#position += from
    if (from === 0 && this.#heldLength > 0) return
    this.#held = new Uint8Array(bytes.subarray(from))
    this.#heldLength = this.#held.length
  }
}
