import type { Clock } from '@opensovd/base'
import type { HeaderFields } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import { TP_FLAG } from '../wire/message-type.ts'
import { Reassembly } from './reassembly.ts'
import { DEFAULT_SEGMENT_BYTES, decodeTpHeader, TP_HEADER_LENGTH, TP_UNIT_BYTES } from './tp-header.ts'

/** Why bytes were dropped; the first four concern one segment, the others a whole unfinished message. */
export type TpDropReason =
  | 'truncated-header'
  | 'segment-length'
  | 'duplicate'
  | 'contradictory-end'
  | 'too-long'
  | 'too-many-segments'
  | 'new-session'
  | 'timeout'
  | 'evicted'

export interface TpDrop {
  readonly reason: TpDropReason
  readonly peer: string
  /** Of the segment that was dropped, or of the last one of the message that was. */
  readonly header: HeaderFields
  /** Bytes of payload that were dropped. */
  readonly bytes: number
}

export interface TpReassemblerOptions {
  readonly clock: Clock
  /** Largest payload of a reassembled message. */
  readonly maxPayloadBytes: number
  /** Most messages in reassembly at a time; a further one evicts the oldest. Default: 64. */
  readonly maxReassemblies?: number
  /** Most memory for unfinished messages; what exceeds it evicts the oldest. Default: 4 times `maxPayloadBytes`. */
  readonly maxBufferedBytes?: number
  /** How long a message may take from its first segment on. Default: 5000. */
  readonly timeoutMs?: number
  /** Told of everything that was dropped. */
  readonly onDrop?: (drop: TpDrop) => void
}

interface Entry {
  readonly peer: string
  readonly sessionId: number
  readonly dueMs: number
  readonly reassembly: Reassembly
  lastHeader: HeaderFields
}

/** Memory a piece costs besides its bytes, roughly; so that tiny segments cannot use more than their share. */
const PIECE_OVERHEAD_BYTES = 128
/** Keeps inserting out of order cheap. Enough for 10 MiB in segments of 160 bytes. */
const MAX_PIECES = 65_536

/**
 * Puts segmented messages together. Messages are told apart by sender, Message ID, client, interface version and type;
 * a new session of the same ones replaces an unfinished message [PRS_SOMEIP_00742].
 */
export class TpReassembler implements Disposable {
  readonly #clock: Clock
  readonly #maxPayloadBytes: number
  readonly #maxReassemblies: number
  readonly #maxBufferedBytes: number
  readonly #timeoutMs: number
  readonly #onDrop: (drop: TpDrop) => void
  /** Oldest first; bounded by `maxReassemblies`. */
  readonly #entries = new Map<string, Entry>()
  #bufferedBytes = 0
  #cancelTimer: (() => void) | undefined

  constructor(options: TpReassemblerOptions) {
    this.#clock = options.clock
    this.#maxPayloadBytes = options.maxPayloadBytes
    this.#maxReassemblies = options.maxReassemblies ?? 64
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 4 * options.maxPayloadBytes
    this.#timeoutMs = options.timeoutMs ?? 5000
    this.#onDrop = options.onDrop ?? (() => {})
  }

  /** Messages that are unfinished. */
  get size(): number {
    return this.#entries.size
  }

  /** Memory taken by unfinished messages. */
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  /**
   * Takes a segment from `peer`, a name for the sender's address and port. Returns the message when this completes it,
   * with the TP flag cleared and the return code of this segment. The segment's bytes are copied.
   */
  accept(segment: Message, peer: string): Message | undefined {
    const { payload } = segment
    if (payload.length < TP_HEADER_LENGTH) return this.#refuse('truncated-header', segment, peer)
    const { offset, more } = decodeTpHeader(payload)
    const data = payload.subarray(TP_HEADER_LENGTH)
    if (more && !isWholeSegment(data.length)) return this.#refuse('segment-length', segment, peer)

    const key = keyOf(segment, peer)
    const entry = this.#entryFor(key, segment, peer)
    if (offset + data.length > this.#maxPayloadBytes) return this.#drop(key, entry, 'too-long')
    const costBefore = costOf(entry)
    const added = entry.reassembly.add(offset, data, more)
    this.#bufferedBytes += costOf(entry) - costBefore
    if (added === 'contradictory') return this.#refuse('contradictory-end', segment, peer)
    if (added === 'duplicate') return this.#refuse('duplicate', segment, peer)
    entry.lastHeader = headerOf(segment)
    if (entry.reassembly.complete) return this.#finish(key, entry)
    if (entry.reassembly.pieceCount > MAX_PIECES) return this.#drop(key, entry, 'too-many-segments')
    this.#evictBeyondBounds()
    return undefined
  }

  /** Forgets all unfinished messages. */
  [Symbol.dispose](): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#entries.clear()
    this.#bufferedBytes = 0
  }

  #entryFor(key: string, segment: Message, peer: string): Entry {
    const known = this.#entries.get(key)
    if (known !== undefined) {
      if (known.sessionId === segment.sessionId) return known
      this.#drop(key, known, 'new-session')
    }
    const dueMs = this.#clock.monotonic() + this.#timeoutMs
    const { sessionId } = segment
    const entry = { peer, sessionId, dueMs, reassembly: new Reassembly(), lastHeader: headerOf(segment) }
    this.#entries.set(key, entry)
    this.#startTimer()
    return entry
  }

  #finish(key: string, entry: Entry): Message {
    this.#forget(key, entry)
    const messageType = entry.lastHeader.messageType & ~TP_FLAG
    return { ...entry.lastHeader, messageType, payload: entry.reassembly.join() }
  }

  #evictBeyondBounds(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#maxReassemblies && this.#bufferedBytes <= this.#maxBufferedBytes) return
      this.#drop(key, entry, 'evicted')
    }
  }

  #startTimer(): void {
    const [oldest] = this.#entries.values()
    if (this.#cancelTimer !== undefined || oldest === undefined) return
    this.#cancelTimer = this.#clock.after(oldest.dueMs - this.#clock.monotonic(), () => {
      this.#cancelTimer = undefined
      for (const [key, entry] of this.#entries) {
        if (entry.dueMs > this.#clock.monotonic()) break
        this.#drop(key, entry, 'timeout')
      }
      this.#startTimer()
    })
  }

  #refuse(reason: TpDropReason, segment: Message, peer: string): undefined {
    const bytes = Math.max(0, segment.payload.length - TP_HEADER_LENGTH)
    this.#onDrop({ reason, peer, header: headerOf(segment), bytes })
  }

  #drop(key: string, entry: Entry, reason: TpDropReason): undefined {
    this.#forget(key, entry)
    this.#onDrop({ reason, peer: entry.peer, header: entry.lastHeader, bytes: entry.reassembly.receivedBytes })
  }

  #forget(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#bufferedBytes -= costOf(entry)
    if (this.#entries.size === 0) {
      this.#cancelTimer?.()
      this.#cancelTimer = undefined
    }
  }
}

/** All but the last segment [PRS_SOMEIP_00729], [PRS_SOMEIP_00730]. */
function isWholeSegment(length: number): boolean {
  return length > 0 && length % TP_UNIT_BYTES === 0 && length <= DEFAULT_SEGMENT_BYTES
}

function costOf({ reassembly }: Entry): number {
  return reassembly.receivedBytes + reassembly.pieceCount * PIECE_OVERHEAD_BYTES
}

/** A copy, so that an unfinished message does not keep receive buffers alive. */
function headerOf(segment: HeaderFields): HeaderFields {
  const { serviceId, methodId, clientId, sessionId, interfaceVersion, messageType, returnCode } = segment
  return { serviceId, methodId, clientId, sessionId, interfaceVersion, messageType, returnCode }
}

function keyOf({ serviceId, methodId, clientId, interfaceVersion, messageType }: Message, peer: string): string {
  return `${peer} ${serviceId} ${methodId} ${clientId} ${interfaceVersion} ${messageType}`
}
