import type { Logger } from '@opensovd/base'
import { NO_NPDU_TIMING, type NpduTiming } from '../../npdu/collector.ts'
import { splitDatagram } from '../../wire/datagram.ts'
import type { MessageView } from '../../wire/message.ts'
import type { WireProblem } from '../../wire/wire-problem.ts'
import type { EndpointAddress } from '../endpoint-address.ts'
import type { EndpointError } from '../errors.ts'
import { type Datagram, UDP_DEFAULTS, type UdpOptions, type UdpSocket, type UdpStatistics } from '../network.ts'
import type { EndpointContext } from './context.ts'
import { bypassesNpdu } from './npdu-bypass.ts'
import { NpduTargets } from './npdu-targets.ts'
import { connectionless, guardedReceiver, type MessageReceiver } from './receiver.ts'

export interface UdpEndpointStatistics extends UdpStatistics {
  readonly receivedMessages: number
  /** Datagrams, or parts of them, that were no messages. */
  readonly problems: number
}

/** Binds a UDP socket for SOME/IP messages, of services or of clients. @throws EndpointError */
export async function openUdpEndpoint(
  context: EndpointContext,
  options: UdpOptions,
  receiver: MessageReceiver,
): Promise<UdpEndpoint> {
  const inbound = new Inbound(context, receiver)
  const socket = await context.network.openUdp(options, inbound)
  return new UdpEndpoint(context, options, socket, inbound)
}

/** Cuts datagrams into messages for the receiver. */
class Inbound {
  receivedMessages = 0
  problems = 0
  readonly #receiver: MessageReceiver
  readonly #log: Logger
  #datagram: Datagram | undefined

  constructor({ log }: EndpointContext, receiver: MessageReceiver) {
    this.#receiver = guardedReceiver(connectionless(receiver), log)
    this.#log = log
  }

  datagrams(batch: readonly Datagram[]): void {
    for (const datagram of batch) {
      this.#datagram = datagram
      splitDatagram(datagram.bytes, this, datagram.view)
    }
    this.#datagram = undefined
  }

  failed(error: EndpointError): void {
    this.#log.debug('a UDP socket failed', { code: error.code, error: error.message })
  }

  message(message: MessageView): void {
    if (this.#datagram === undefined) return
    this.receivedMessages++
    this.#receiver.message(message, this.#datagram.source, this.#datagram.multicast)
  }

  problem(problem: WireProblem): void {
    if (this.#datagram === undefined) return
    this.problems++
    this.#receiver.problem(problem, this.#datagram.source)
  }
}

/** Messages over one UDP socket. */
export class UdpEndpoint implements AsyncDisposable {
  readonly transport = 'unreliable'
  readonly #socket: UdpSocket
  readonly #inbound: Inbound
  readonly #targets: NpduTargets
  readonly #maxDatagramBytes: number
  readonly #maxQueuedBytes: number
  #refusedMessages = 0
  #refusedBytes = 0
  #isOpen = true

  /** Use `openUdpEndpoint`. */
  constructor({ clock }: EndpointContext, options: UdpOptions, socket: UdpSocket, inbound: Inbound) {
    this.#socket = socket
    this.#inbound = inbound
    this.#maxDatagramBytes = options.maxDatagramBytes ?? UDP_DEFAULTS.maxDatagramBytes
    this.#maxQueuedBytes = options.maxQueuedBytes ?? UDP_DEFAULTS.maxQueuedBytes
    this.#targets = new NpduTargets({
      clock,
      maxDatagramBytes: this.#maxDatagramBytes,
      depart: (datagram, to) => socket.send(datagram, to),
    })
  }

  get local(): EndpointAddress {
    return this.#socket.local
  }

  /** Dropped are also messages that did not get as far as the socket. */
  get statistics(): UdpEndpointStatistics {
    const socket = this.#socket.statistics
    return {
      ...socket,
      receivedMessages: this.#inbound.receivedMessages,
      problems: this.#inbound.problems,
      droppedDatagrams: socket.droppedDatagrams + this.#refusedMessages,
      droppedBytes: socket.droppedBytes + this.#refusedBytes,
      queuedBytes: socket.queuedBytes + this.#targets.waitingBytes,
    }
  }

  /**
   * Takes an encoded message, which must not be changed afterwards. Returns false, and counts the message as dropped,
   * when it does not fit a datagram or too much is waiting.
   */
  send(message: Uint8Array, to: EndpointAddress, timing: NpduTiming = NO_NPDU_TIMING): boolean {
    if (bypassesNpdu(message, timing)) return this.#socket.send(message, to)
    if (this.#fits(message.length) && this.#targets.send(message, to, timing)) return true
    this.#refusedMessages++
    this.#refusedBytes += message.length
    return false
  }

  /** Receives what is sent to a group. @throws EndpointError */
  join(group: string, port?: number): Promise<void> {
    return this.#socket.join(group, port)
  }

  leave(group: string, port?: number): Promise<void> {
    return this.#socket.leave(group, port)
  }

  /** Sends what waits, and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false
    this.#targets.flush()
    this.#targets[Symbol.dispose]()
    await this.#socket[Symbol.asyncDispose]()
  }

  #fits(bytes: number): boolean {
    if (!this.#isOpen || bytes > this.#maxDatagramBytes) return false
    return this.#targets.waitingBytes + this.#socket.statistics.queuedBytes + bytes <= this.#maxQueuedBytes
  }
}
