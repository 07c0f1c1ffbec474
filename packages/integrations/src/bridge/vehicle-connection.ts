import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type { ForwardAnswer } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { RawData, WebSocket } from 'ws'
import { closeSocket, GOING_AWAY } from './close-codes.ts'
import { answerForwarded, errorAnswer, type OwnServer, tooLong } from './forwarded-request.ts'
import { FrameError, type RequestFrame, readRequest, writeAnswer } from './frames.ts'

export interface VehicleConnectionOptions {
  readonly server: OwnServer
  readonly clock: Clock
  readonly log: Logger
  readonly maxFrameBytes: number
  /** How many requests are answered at a time; what is beyond is refused. */
  readonly maxInFlight: number
}

/** How long requests have for their answers when the vehicle disconnects. */
const DRAIN_MS = 5000

/** The vehicle's end of an open connection: answers the requests that come, until it is closed. */
export class VehicleConnection {
  readonly #socket: WebSocket
  readonly #options: VehicleConnectionOptions
  readonly #ended = new AbortController()
  #inFlight = 0
  #isDraining = false
  #wasGarbled = false
  #onIdle: () => void = () => {}

  constructor(socket: WebSocket, options: VehicleConnectionOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('message', (data, isBinary) => this.#received(data, isBinary))
    socket.once('close', () => this.#ended.abort(new DOMException('the relay is gone', 'AbortError')))
  }

  /** Refuses new requests, lets those in flight finish for up to 5 s, then closes. */
  drain(reason: string): void {
    if (this.#isDraining) return
    this.#isDraining = true
    const { clock } = this.#options
    const close = () => closeSocket(this.#socket, GOING_AWAY, reason, clock)
    if (this.#inFlight === 0) {
      close()
      return
    }
    const cancel = clock.after(DRAIN_MS, close)
    this.#onIdle = () => {
      cancel()
      close()
    }
  }

  #received(data: RawData, isBinary: boolean): void {
    try {
      if (isBinary) throw new FrameError('expected text')
      void this.#serve(readRequest(data.toString()))
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      const { log } = this.#options
      const tell = this.#wasGarbled ? log.debug : log.warn
      tell.call(log, 'the relay sent what is no request', { error: error.message })
      this.#wasGarbled = true
    }
  }

  async #serve(request: RequestFrame): Promise<void> {
    const { maxInFlight } = this.#options
    if (this.#isDraining || this.#inFlight >= maxInFlight) {
      const why = this.#isDraining ? 'the vehicle disconnects' : `${maxInFlight} requests are being answered already`
      this.#refuse(request.requestId, why)
      return
    }
    this.#inFlight += 1
    this.#send(request.requestId, await this.#answer(request), () => {
      this.#inFlight -= 1
      if (this.#inFlight === 0) this.#onIdle()
    })
  }

  /** A relay that asks and asks and does not take the answers is given up. */
  #refuse(requestId: string, why: string): void {
    const { maxFrameBytes, log } = this.#options
    if (this.#socket.bufferedAmount <= maxFrameBytes) {
      this.#send(requestId, errorAnswer(new SovdError('unavailable', why)), () => {})
      return
    }
    log.warn('the relay does not take the answers that it asked for')
    this.#socket.terminate()
  }

  async #answer(request: RequestFrame): Promise<ForwardAnswer> {
    const { server, maxFrameBytes, log } = this.#options
    try {
      return await answerForwarded(request, server, maxFrameBytes, this.#ended.signal)
    } catch (error) {
      if (error instanceof SovdError) return errorAnswer(error)
      if (!this.#ended.signal.aborted) {
        const { method, path } = request
        log.warn('a request from the relay was not answered', { method, path, error: messageOf(error) })
      }
      return errorAnswer(new SovdError('bad-gateway', 'the server of the vehicle did not finish its answer'))
    }
  }

  /** @param onSent also when it could not be */
  #send(requestId: string, answer: ForwardAnswer, onSent: () => void): void {
    const { maxFrameBytes } = this.#options
    const frame = writeAnswer(requestId, answer)
    const isTooLong = Buffer.byteLength(frame) > maxFrameBytes
    this.#socket.send(isTooLong ? writeAnswer(requestId, errorAnswer(tooLong(maxFrameBytes))) : frame, onSent)
  }
}
