import type { Clock } from '@opensovd/base'
import { isMulticastAddress, parseIpAddress } from '../wire/ip-address.ts'

export interface SimulatedAddress {
  readonly address: string
  readonly port: number
}

export interface SimulatedDatagram {
  readonly from: SimulatedAddress
  /** As the sender wrote it: a multicast group, or the address of a socket. */
  readonly to: SimulatedAddress
  /** A copy, the receiver's own. */
  readonly bytes: Uint8Array
}

/** A datagram and what became of it. */
export interface SentDatagram extends SimulatedDatagram {
  readonly timeMs: number
  /** Whether the network lost it: a host was cut off, or `loses` said so. */
  readonly isLost: boolean
}

export interface SimulatedNetworkOptions {
  /** Time from sending to receiving. Default: 0, which still means after the present task. */
  readonly latencyMs?: number
}

const FIRST_FREE_PORT = 49_152

/**
 * Hosts on one subnet that send each other UDP datagrams in the time of a clock: with a `FakeClock`, nothing arrives
 * before the test moves time (`await clock.advance(0)` delivers what is under way without latency). Datagrams that are
 * not lost arrive in the order of sending; a host that joined a multicast group hears what it sends to the group itself,
 * as is usual with sockets.
 *
 *     const network = new SimulatedNetwork(clock)
 *     const socket = network.open('10.0.0.1', 30490)
 *     socket.join('224.244.224.245')
 *     socket.onDatagram(({ bytes, from }) => …)
 *     network.open('10.0.0.2').send(bytes, { address: '224.244.224.245', port: 30490 })
 *     await clock.advance(0)
 */
export class SimulatedNetwork {
  /** All datagrams since the network was made or `forget` was called, also those lost. */
  readonly sent: SentDatagram[] = []
  /** Decides which datagrams the network loses; at first none. */
  loses: (datagram: SimulatedDatagram) => boolean = () => false
  readonly #clock: Clock
  readonly #latencyMs: number
  readonly #sockets = new Set<SimulatedSocket>()
  readonly #cutOff = new Set<string>()
  #nextPort = FIRST_FREE_PORT

  constructor(clock: Clock, options: SimulatedNetworkOptions = {}) {
    this.#clock = clock
    this.#latencyMs = options.latencyMs ?? 0
  }

  /** Binds a socket to an address and a port, by default a free one. */
  open(address: string, port = this.#nextPort++): SimulatedSocket {
    const socket = new SimulatedSocket(
      { address, port },
      {
        send: (bytes, to) => this.inject({ from: { address, port }, to, bytes }),
        close: (closed) => this.#sockets.delete(closed),
      },
    )
    this.#sockets.add(socket)
    return socket
  }

  /** Sends a datagram from any address: one of a host without a socket, or a forged one. */
  inject(datagram: SimulatedDatagram): void {
    const copy = { ...datagram, bytes: datagram.bytes.slice() }
    const isLost = this.#cutOff.has(copy.from.address) || this.loses(copy)
    this.sent.push({ ...copy, timeMs: this.#clock.monotonic(), isLost })
    if (!isLost) this.#clock.after(this.#latencyMs, () => this.#deliver(copy))
  }

  /** Takes the interface of a host down: it neither sends nor receives, and keeps its sockets. */
  cutOff(address: string): void {
    this.#cutOff.add(address)
  }

  /** Ends what `cutOff` began. */
  reconnect(address: string): void {
    this.#cutOff.delete(address)
  }

  /** Empties `sent`. */
  forget(): void {
    this.sent.length = 0
  }

  #deliver(datagram: SimulatedDatagram): void {
    for (const socket of [...this.#sockets]) {
      if (!this.#cutOff.has(socket.local.address)) socket.receive({ ...datagram, bytes: datagram.bytes.slice() })
    }
  }
}

/** A UDP socket of a simulated host. */
export class SimulatedSocket implements Disposable {
  readonly local: SimulatedAddress
  readonly #port: { send(bytes: Uint8Array, to: SimulatedAddress): void; close(socket: SimulatedSocket): void }
  readonly #groups = new Set<string>()
  readonly #listeners = new Set<(datagram: SimulatedDatagram) => void>()
  #isOpen = true

  constructor(
    local: SimulatedAddress,
    port: { send(bytes: Uint8Array, to: SimulatedAddress): void; close(socket: SimulatedSocket): void },
  ) {
    this.local = local
    this.#port = port
  }

  /** Called with each datagram for this socket, and for the groups it is in, until it is disposed of. */
  onDatagram(listener: (datagram: SimulatedDatagram) => void): void {
    this.#listeners.add(listener)
  }

  join(group: string): void {
    this.#groups.add(group)
  }

  leave(group: string): void {
    this.#groups.delete(group)
  }

  /** @throws Error when the socket was disposed of */
  send(bytes: Uint8Array, to: SimulatedAddress): void {
    if (!this.#isOpen) throw new Error(`the socket ${this.local.address}:${this.local.port} is closed`)
    this.#port.send(bytes, to)
  }

  /** Called by the network, with every datagram. */
  receive(datagram: SimulatedDatagram): void {
    const { address, port } = datagram.to
    const isForUs = isGroup(address) ? this.#groups.has(address) : address === this.local.address
    if (!this.#isOpen || !isForUs || port !== this.local.port) return
    for (const listener of this.#listeners) listener(datagram)
  }

  [Symbol.dispose](): void {
    this.#isOpen = false
    this.#port.close(this)
  }
}

function isGroup(address: string): boolean {
  const bytes = parseIpAddress(address)
  return bytes !== undefined && isMulticastAddress(bytes)
}
