import type { Json } from '@opensovd/base'
import type { ByteRange, EventReader } from '@opensovd/sovd'
import type { EventFormat } from '../events/event-format.ts'
import type { CallContext } from '../ports/call-context.ts'

export interface CommunicationLog {
  readonly id: string
  readonly isActive: boolean
  /** Whether it is told as it happens, or kept to be read later. */
  readonly isStreamed: boolean
  /** What the client said of it. */
  readonly config?: Json
  /** RFC 3339. */
  readonly activatedAt?: string
  readonly deactivatedAt?: string
}

export interface RecordingRequest {
  /** How records are told as they happen; absent: they are kept, to be read later. */
  readonly format?: EventFormat
  /** What the client says of it. */
  readonly config?: Json
}

/** What a log has kept. */
export interface RecordedContent {
  readonly contentType: string
  /** Bytes in all, where that is known: then a part of them can be had. */
  readonly size?: number
  /** The bytes as they come; the caller may stop reading at any time. */
  open(range?: ByteRange): AsyncIterable<Uint8Array>
}

export interface RecordReading {
  /** How the reader is told. */
  readonly format: EventFormat
  /** The id of the last event that the reader saw. */
  readonly lastEventId?: string
}

/** Recordings of what is said to an entity and by it [17978-3 7.22]. Calls reject with `SovdError`. */
export interface CommunicationLogFacet {
  /** How long what was recorded can be read once its log is deleted without it; absent where nobody told. */
  readonly retainMs?: number | undefined
  list(context: CallContext): Promise<readonly CommunicationLog[]>
  /** Begins to record. @throws SovdError `unavailable` when there are too many logs */
  create(request: RecordingRequest, context: CallContext): Promise<CommunicationLog>
  /** @throws SovdError `not-found` */
  get(id: string, context: CallContext): Promise<CommunicationLog>
  /** @throws SovdError `not-found`; `conflict` when it is at work already, or is not */
  control(id: string, action: 'activate' | 'deactivate', context: CallContext): Promise<void>
  /** @param withContent what was recorded goes as well, and not only after a while; @throws SovdError `not-found` */
  delete(id: string, withContent: boolean, context: CallContext): Promise<void>
  /** @throws SovdError `not-found` */
  content(id: string, context: CallContext): Promise<RecordedContent>
  /**
   * Finds what a log tells as it happens; then it can be read by whoever takes a place.
   * @throws SovdError `not-found`; `conflict` for a log that is not told as it happens
   */
  records(id: string, context: CallContext): Promise<RecordSource>
}

export interface RecordSource {
  /** Takes a place. @param onReady is called when there may be more to take; @throws SovdError `unavailable` */
  read(reading: RecordReading, onReady: () => void): EventReader
}
