import { messageOf } from '@opensovd/base'
import { DOIP_VERSION, HEADER_NACK } from '../doip/constants.ts'
import { DoipHeaderError } from '../doip/header.ts'
import { type DoipMessage, decodeDatagram, encodeDoip, type UnknownDoipMessage } from '../doip/message.ts'
import type { Address, Datagram, DatagramSocket } from '../network.ts'
import type { Runtime } from '../runtime.ts'
import type { EntityOptions } from './options.ts'

/** Identification answers that wait for their random delay; requests beyond that are not answered. */
const MAX_WAITING = 64

/** The UDP side of an entity: announcements, and answers to identification, status and power mode requests. */
export class DiscoveryResponder {
  readonly #runtime: Runtime
  readonly #options: EntityOptions
  readonly #socket: DatagramSocket
  readonly #openSockets: () => number
  readonly #signal: AbortSignal
  #waiting = 0

  /** @param signal ends everything; the socket stays the caller's */
  constructor(
    runtime: Runtime,
    options: EntityOptions,
    socket: DatagramSocket,
    state: { readonly openSockets: () => number; readonly signal: AbortSignal },
  ) {
    this.#runtime = runtime
    this.#options = options
    this.#socket = socket
    this.#openSockets = state.openSockets
    this.#signal = state.signal
    socket.onDatagram((datagram) => this.#onDatagram(datagram))
  }

  /** Announces the entity as often as configured, after a random delay. */
  async announce(): Promise<void> {
    const { announceTo, announceCount, timing } = this.#options
    await this.#randomDelay()
    for (let sent = 0; sent < announceCount; sent++) {
      if (sent > 0) await this.#runtime.clock.sleep(timing.announceIntervalMs, this.#signal)
      for (const address of announceTo) this.#send(this.#announcement, address, this.#options.protocolVersion)
    }
  }

  #onDatagram({ data, from }: Datagram): void {
    try {
      const { version, message } = decodeDatagram(data)
      this.#answer(message, from, version === DOIP_VERSION.ANY ? this.#options.protocolVersion : version)
    } catch (error) {
      this.#runtime.log.debug('refused a datagram', { from: `${from.host}:${from.port}`, error: messageOf(error) })
      if (!(error instanceof DoipHeaderError)) return
      this.#send({ type: 'headerNegativeAcknowledge', code: error.nackCode }, from, this.#options.protocolVersion)
    }
  }

  #answer(message: DoipMessage | UnknownDoipMessage, to: Address, version: number): void {
    const { identity, nodeType, maxSockets, maxDataSize } = this.#options
    switch (message.type) {
      case 'vehicleIdentificationRequest':
        this.#identify(to, version)
        break
      case 'vehicleIdentificationRequestWithEid':
        if (message.eid === identity.eid.toLowerCase()) this.#identify(to, version)
        break
      case 'vehicleIdentificationRequestWithVin':
        if (message.vin === identity.vin) this.#identify(to, version)
        break
      case 'entityStatusRequest': {
        const status = { nodeType, maxSockets, openSockets: this.#openSockets(), maxDataSize }
        this.#send({ type: 'entityStatusResponse', ...status }, to, version)
        break
      }
      case 'powerModeRequest':
        this.#send({ type: 'powerModeResponse', powerMode: this.#options.powerMode() }, to, version)
        break
      case 'vehicleAnnouncement':
      case 'headerNegativeAcknowledge':
        break
      default:
        this.#send({ type: 'headerNegativeAcknowledge', code: HEADER_NACK.unknownPayloadType }, to, version)
    }
  }

  #identify(to: Address, version: number): void {
    if (this.#waiting >= MAX_WAITING) return
    this.#waiting++
    const answer = () => {
      this.#waiting--
      this.#send(this.#announcement, to, version)
    }
    // The delay fails only when the entity closes.
    this.#randomDelay().then(answer, () => {})
  }

  get #announcement(): DoipMessage {
    return { type: 'vehicleAnnouncement', furtherAction: 0, ...this.#options.identity }
  }

  #randomDelay(): Promise<void> {
    const { clock } = this.#runtime
    return clock.sleep(clock.random() * this.#options.timing.announceWaitMs, this.#signal)
  }

  #send(message: DoipMessage, to: Address, version: number): void {
    this.#socket.send(encodeDoip(message, version), to).catch((error) => {
      const fields = { type: message.type, to: `${to.host}:${to.port}`, error: messageOf(error) }
      if (!this.#signal.aborted) this.#runtime.log.warn('could not send a datagram', fields)
    })
  }
}
