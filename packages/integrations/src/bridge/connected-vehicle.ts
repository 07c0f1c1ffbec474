import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type { AdmittedVehicle, BridgeSessions } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { RawData, WebSocket } from 'ws'
import { closeSocket, POLICY_VIOLATION, TRY_AGAIN_LATER } from './close-codes.ts'
import { FrameError, readAnswer, readHello } from './frames.ts'
import { answerPings } from './pings.ts'
import type { Refusals } from './refusals.ts'
import { SocketLink } from './socket-link.ts'
import type { KnownVehicle } from './vehicle-registry.ts'

export interface ConnectedVehicleOptions {
  readonly sessions: BridgeSessions
  readonly clock: Clock
  readonly log: Logger
  readonly refusals: Refusals
  readonly heartbeatMs: number
  readonly maxFrameBytes: number
}

const HELLO_MS = 10_000

/**
 * The relay's end of a connection. It goes from `silent`, when it has to say hello within 10 s, to `admitted`, when its
 * frames are answers; or it is refused and closed.
 */
export class ConnectedVehicle {
  readonly #socket: WebSocket
  readonly #vehicle: KnownVehicle
  readonly #remoteAddress: string
  readonly #options: ConnectedVehicleOptions
  #admitted: AdmittedVehicle | undefined
  #wasGarbled = false

  /** @param vehicle whose credentials were shown */
  constructor(socket: WebSocket, vehicle: KnownVehicle, remoteAddress: string, options: ConnectedVehicleOptions) {
    this.#socket = socket
    this.#vehicle = vehicle
    this.#remoteAddress = remoteAddress
    this.#options = options
    const cancel = options.clock.after(HELLO_MS, () => this.#refuse(POLICY_VIOLATION, 'no hello within 10 s'))
    answerPings(socket)
    socket.once('message', cancel)
    socket.on('message', (data, isBinary) => this.#received(data, isBinary))
    socket.on('error', (error) => options.log.info('a vehicle broke the protocol', this.#fields(error)))
    socket.once('close', () => {
      cancel()
      this.#admitted?.lost()
    })
  }

  /** Whether it has not said hello. */
  get isSilent(): boolean {
    return this.#admitted === undefined
  }

  /** Makes room for another connection of the vehicle. */
  supersede(): void {
    this.#socket.terminate()
  }

  #received(data: RawData, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    try {
      if (isBinary) throw new FrameError('expected text')
      const text = data.toString()
      if (this.#admitted) this.#answered(this.#admitted, text)
      else this.#greeted(text)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      if (this.#admitted) this.#garbled(error)
      else this.#refuse(POLICY_VIOLATION, `bridge auth failed: the first frame is no hello: ${error.message}`)
    }
  }

  #greeted(text: string): void {
    const { vehicleId, tenantId } = readHello(text)
    const known = this.#vehicle
    const isOther = vehicleId !== known.vehicleId
    if (isOther || (tenantId !== undefined && tenantId !== known.tenantId)) {
      const whose = isOther ? 'the credentials are of another vehicle' : 'the vehicle is of another tenant'
      this.#refuse(POLICY_VIOLATION, `bridge auth failed: ${whose}`)
      return
    }
    const { sessions } = this.#options
    const link = new SocketLink(this.#socket, this.#options)
    try {
      this.#admitted = sessions.admit(
        {
          vehicleId,
          remoteAddress: this.#remoteAddress,
          ...(known.tenantId !== undefined && { tenantId: known.tenantId }),
        },
        link,
      )
    } catch (error) {
      if (!(error instanceof SovdError)) throw error
      this.#refuse(TRY_AGAIN_LATER, error.message)
    }
  }

  #answered(admitted: AdmittedVehicle, text: string): void {
    const { requestId, answer } = readAnswer(text)
    if (!admitted.answered(requestId, answer)) {
      this.#options.log.debug('nobody waits for an answer', { vehicle: this.#vehicle.vehicleId, request: requestId })
    }
  }

  /** What is no answer is dropped; only the first of a connection is worth a warning. */
  #garbled(error: FrameError): void {
    const { log } = this.#options
    const tell = this.#wasGarbled ? log.debug : log.warn
    tell.call(log, 'a vehicle sent what is no answer', this.#fields(error))
    this.#wasGarbled = true
  }

  #refuse(code: number, why: string): void {
    const { clock, refusals } = this.#options
    refusals.tell(why, this.#remoteAddress)
    closeSocket(this.#socket, code, why, clock)
  }

  #fields(error: unknown) {
    return { vehicle: this.#vehicle.vehicleId, from: this.#remoteAddress, error: messageOf(error) }
  }
}
