import type { Clock, Json } from '@opensovd/base'
import type { Temporary } from '../data/temporary-resources.ts'
import type { EventFormat } from '../events/event-format.ts'
import { EventStream, type StreamOptions } from '../events/event-stream.ts'
import { encodeText } from '../events/event-text.ts'
import type { CommunicationFacet, CommunicationRecord } from '../facets/communication.ts'
import type { CommunicationLog, RecordingRequest } from '../facets/communication-logs.ts'
import type { EntityRef } from '../locks/lock.ts'

export interface RecordingParts {
  readonly clock: Clock
  readonly entity: EntityRef
  readonly id: string
  /** Bytes that one log keeps; beyond it the oldest records go. */
  readonly maxBytes?: number
  readonly createTag: () => string
  readonly events: Pick<StreamOptions, 'ring' | 'limit' | 'retryMs'>
}

const MAX_BYTES = 4 * 1024 * 1024

/** One communication log at work, or at rest. */
export class Recording implements Temporary {
  readonly id: string
  readonly entity: EntityRef
  /** Where records are told as they come. */
  readonly stream: EventStream | undefined
  /** Its definition is gone; what was recorded may still be read. */
  isDeleted = false
  readonly #clock: Clock
  readonly #maxBytes: number
  readonly #config: Json | undefined
  readonly #format: EventFormat | undefined
  #lines: Uint8Array[] = []
  #bytes = 0
  #lost = 0
  #activatedAt: string | undefined
  #deactivatedAt: string | undefined
  #endListening: (() => void) | undefined

  constructor(parts: RecordingParts, { format, config }: RecordingRequest) {
    const { clock, entity, id, maxBytes = MAX_BYTES, createTag, events } = parts
    this.id = id
    this.entity = entity
    this.#clock = clock
    this.#maxBytes = maxBytes
    this.#config = config
    if (!format) return
    this.#format = format
    this.stream = new EventStream({
      clock,
      tag: createTag(),
      ...events,
      lost: format.lost,
      unknown: format.unknown,
    })
    this.stream.setReady(true)
  }

  get isActive(): boolean {
    return this.#endListening !== undefined
  }

  /** What is kept, with what is lost of it before. */
  get lines(): readonly Uint8Array[] {
    if (this.#lost === 0) return this.#lines
    return [encodeText(`${JSON.stringify({ lost: this.#lost })}\n`), ...this.#lines]
  }

  view(): CommunicationLog {
    return {
      id: this.id,
      isActive: this.isActive,
      isStreamed: this.stream !== undefined,
      ...(this.#config === undefined ? {} : { config: this.#config }),
      ...(this.#activatedAt === undefined ? {} : { activatedAt: this.#activatedAt }),
      ...(this.#deactivatedAt === undefined ? {} : { deactivatedAt: this.#deactivatedAt }),
    }
  }

  begin(communication: CommunicationFacet | undefined): void {
    this.#activatedAt = this.#time()
    this.#deactivatedAt = undefined
    this.#endListening = communication?.onExchange((record) => this.add(record)) ?? (() => {})
  }

  end(): void {
    this.#endListening?.()
    this.#endListening = undefined
    this.#deactivatedAt = this.#time()
  }

  add({ protocol, content }: CommunicationRecord): void {
    const record = { timestamp: this.#time(), protocol, ...content }
    if (this.stream && this.#format) {
      this.stream.append(this.#format.value(record, this.#clock.now()))
      return
    }
    const line = encodeText(`${JSON.stringify(record)}\n`)
    this.#lines.push(line)
    this.#bytes += line.length
    while (this.#bytes > this.#maxBytes && this.#lines.length > 1) {
      this.#bytes -= this.#lines.shift()?.length ?? 0
      this.#lost++
    }
  }

  onOver(): void {
    this.stream?.end()
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}
