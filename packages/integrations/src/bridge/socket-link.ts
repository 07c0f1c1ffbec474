import type { Clock } from '@opensovd/base'
import { type ForwardRequest, SESSION_ENDS, type SessionEnd, type VehicleLink } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { WebSocket } from 'ws'
import { closeSocket } from './close-codes.ts'
import { writeRequest } from './frames.ts'
import { Pings } from './pings.ts'

export interface SocketLinkOptions {
  readonly clock: Clock
  readonly heartbeatMs: number
  readonly maxFrameBytes: number
}

/** How many of the largest frames may wait to be sent. */
const MAX_QUEUED_FRAMES = 2
const RETRY_SECONDS = 1

const CLOSE_CODES: Readonly<Record<SessionEnd, number>> = {
  lost: 1001,
  replaced: 4000,
  disconnected: 1000,
  'switched-off': 1001,
  stopped: 1001,
}

/** A vehicle at the other end of a WebSocket connection. */
export class SocketLink implements VehicleLink {
  readonly #socket: WebSocket
  readonly #options: SocketLinkOptions
  readonly #pings: Pings

  constructor(socket: WebSocket, options: SocketLinkOptions) {
    this.#socket = socket
    this.#options = options
    this.#pings = new Pings(socket, { clock: options.clock, intervalMs: options.heartbeatMs })
  }

  send(requestId: string, request: ForwardRequest): void {
    const { maxFrameBytes } = this.#options
    const frame = writeRequest(requestId, request)
    if (Buffer.byteLength(frame) > maxFrameBytes) {
      throw new SovdError('content-too-large', `the bridge carries requests of up to ${maxFrameBytes} bytes`)
    }
    if (this.#socket.bufferedAmount > MAX_QUEUED_FRAMES * maxFrameBytes) {
      const message = 'the vehicle does not take what was sent to it before'
      throw new SovdError('unavailable', message, { retryAfterSeconds: RETRY_SECONDS })
    }
    this.#socket.send(frame)
  }

  ping(signal: AbortSignal): Promise<void> {
    return this.#pings.ping(signal)
  }

  close(end: SessionEnd): void {
    closeSocket(this.#socket, CLOSE_CODES[end], SESSION_ENDS[end], this.#options.clock)
  }
}
