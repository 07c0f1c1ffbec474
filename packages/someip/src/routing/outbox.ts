import type { Clock, Scope } from '@opensovd/base'
import type { TpSegmentation } from '../config/sections/tp.ts'
import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import { NO_NPDU_TIMING, type NpduTiming } from '../npdu/collector.ts'
import { segmentMessage } from '../tp/segment.ts'
import { decodeMessage } from '../wire/message.ts'
import type { MessagePort } from './message-port.ts'

/** The largest message over UDP that is not segmented; also the most that vsomeip takes in one datagram. */
export const MAX_DATAGRAM_BYTES = 1416

/** How messages of a method or event leave. */
export interface Departure {
  readonly timing: NpduTiming
  /** Undefined: a message that is too large for a datagram is not sent over UDP. */
  readonly tp: TpSegmentation | undefined
}

/** Bounds the memory of messages whose segments wait for their separation time. */
const MAX_SPREAD_MESSAGES = 64

/** Sends encoded messages: whole, or in segments where they are too large for a datagram. */
export class Outbox {
  readonly #clock: Clock
  readonly #scope: Scope
  #spreadMessages = 0

  /** @param scope segments that wait end with it */
  constructor(clock: Clock, scope: Scope) {
    this.#clock = clock
    this.#scope = scope
  }

  /** Returns false when the message cannot be sent. The bytes must not be changed afterwards. */
  send(bytes: Uint8Array, port: MessagePort, to: EndpointAddress, { timing, tp }: Departure): boolean {
    if (port.transport === 'reliable' || bytes.length <= MAX_DATAGRAM_BYTES) return port.send(bytes, to, timing)
    if (tp === undefined) return false
    const segments = segmentMessage(decodeMessage(bytes), tp.maxSegmentBytes)
    if (tp.separationTimeMs === 0) return segments.every((segment) => port.send(segment, to, NO_NPDU_TIMING))
    if (this.#spreadMessages === MAX_SPREAD_MESSAGES) return false
    this.#spreadMessages++
    const sendOne = (segment: Uint8Array) => port.send(segment, to, NO_NPDU_TIMING)
    this.#scope.run(async (signal) => {
      try {
        await this.#spread(segments, sendOne, tp.separationTimeMs, signal)
      } finally {
        this.#spreadMessages--
      }
    })
    return true
  }

  async #spread(
    segments: readonly Uint8Array[],
    sendOne: (segment: Uint8Array) => boolean,
    separationTimeMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [index, segment] of segments.entries()) {
      if (index > 0) await this.#clock.sleep(separationTimeMs, signal)
      if (!sendOne(segment)) return
    }
  }
}
