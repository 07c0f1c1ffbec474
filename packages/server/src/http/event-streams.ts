import type { ServerResponse } from 'node:http'
import type { Clock } from '@opensovd/base'
import { type EventReader, type EventSource, SovdError } from '@opensovd/sovd'

export interface EventStreamOptions {
  /** Between two signs of life. */
  readonly beatMs: number
  /** A client that takes nothing for so long is cut off. */
  readonly stallMs: number
}

export const EVENT_STREAM_TYPE = 'text/event-stream'

const DEFAULTS: EventStreamOptions = { beatMs: 15_000, stallMs: 60_000 }

/** Signs of life are spread over their interval, so that many clients do not get theirs at once. */
const GROUPS = 15

/** All clients that read events: sends what their readers have, as fast as each takes it. */
export class EventStreams {
  readonly #clock: Clock
  readonly #options: EventStreamOptions
  readonly #groups = Array.from({ length: GROUPS }, () => new Set<EventConnection>())
  #count = 0
  #next = 0
  #cancelBeat: (() => void) | undefined
  #isClosed = false

  constructor(clock: Clock, options: Partial<EventStreamOptions> = {}) {
    this.#clock = clock
    this.#options = { ...DEFAULTS, ...options }
  }

  /** Number of clients. */
  get size(): number {
    return this.#count
  }

  /**
   * Sends events until the client goes, the stream ends or all are closed.
   * @param begin sends the head, once it is sure that there will be events
   * @throws SovdError what the source refuses with; `unavailable` when closed
   */
  begin(source: EventSource, response: ServerResponse, begin: () => void): void {
    if (this.#isClosed) throw new SovdError('unavailable', 'the server is closing')
    // A client that is gone is told nothing, and its going is not told again.
    if (response.destroyed) return
    const connection = new EventConnection(source, response, this.#clock)
    begin()
    const group = this.#groups[this.#count++ % GROUPS] ?? new Set()
    group.add(connection)
    if (!this.#cancelBeat) this.#beatLater()
    response.once('close', () => {
      connection.leave()
      group.delete(connection)
      this.#count--
      if (this.#count === 0) this.#stopBeating()
    })
    connection.pump()
  }

  /** Ends all streams; those whose client does not take the end are cut with the server. */
  close(): void {
    this.#isClosed = true
    for (const group of this.#groups) for (const connection of group) connection.end()
    this.#stopBeating()
  }

  #beatLater(): void {
    this.#cancelBeat = this.#clock.after(this.#options.beatMs / GROUPS, () => {
      for (const connection of this.#groups[this.#next++ % GROUPS] ?? []) connection.beat(this.#options.stallMs)
      this.#beatLater()
    })
  }

  #stopBeating(): void {
    this.#cancelBeat?.()
    this.#cancelBeat = undefined
  }
}

/** One client: nothing waits for it but what the socket holds. */
class EventConnection {
  readonly #response: ServerResponse
  readonly #reader: EventReader
  readonly #clock: Clock
  /** On the monotonic clock; absent while the client takes what is sent. */
  #blockedAtMs: number | undefined

  constructor(source: EventSource, response: ServerResponse, clock: Clock) {
    this.#response = response
    this.#clock = clock
    this.#reader = source.read(() => this.pump())
  }

  pump(): void {
    while (this.#blockedAtMs === undefined) {
      const bytes = this.#reader.take()
      if (bytes === undefined) break
      this.#write(bytes)
    }
    if (this.#blockedAtMs === undefined && this.#reader.isOver) this.#response.end()
  }

  beat(stallMs: number): void {
    if (this.#blockedAtMs === undefined) this.#write(this.#reader.beat())
    else if (this.#clock.monotonic() - this.#blockedAtMs >= stallMs) this.#response.destroy()
  }

  /** The last of its connection, too: the server is closing. */
  end(): void {
    const { socket } = this.#response
    this.leave()
    this.#response.end(() => socket?.end())
  }

  leave(): void {
    this.#reader.close()
  }

  #write(bytes: Uint8Array): void {
    if (this.#response.destroyed || this.#response.writableEnded) {
      this.#blockedAtMs = this.#clock.monotonic()
      return
    }
    if (this.#response.write(bytes)) return
    this.#blockedAtMs = this.#clock.monotonic()
    this.#response.once('drain', this.#onDrain)
  }

  readonly #onDrain = () => {
    this.#blockedAtMs = undefined
    this.pump()
  }
}
