import type { SimulatedDatagram, SimulatedNetwork, SimulatedSocket } from '../../testing/simulated-network.ts'
import { viewOf } from '../../wire/message.ts'
import { type EndpointAddress, familyOf, isWildcard, knownAddress } from '../endpoint-address.ts'
import { EndpointError } from '../errors.ts'
import type { ChannelOptions, ChannelOwner, OpenChannel, UdpChannel } from '../udp/channel.ts'
import type { PortBook } from './port-book.ts'

const SPOILED = 0xee

/** A simulated host as its sockets see it. */
export interface SimulatedHost {
  readonly addresses: readonly string[]
  readonly udpPorts: PortBook
  readonly tcpPorts: PortBook
  /** Senders of this host, by key, whose multicasts it does not hear itself. */
  readonly muted: Set<string>
}

/** Opens channels on the simulated network. */
export function simulatedChannels(network: SimulatedNetwork, host: SimulatedHost): OpenChannel {
  return async (options, owner) => {
    const { address, group, interfaceAddress } = options
    if (options.device !== undefined) {
      throw new EndpointError('ENDPOINT_UNSUPPORTED', 'simulated sockets cannot be bound to an interface')
    }
    if (group !== undefined) return new SimulatedChannel(network, host, [interfaceAddress ?? ''], options, owner)
    const addresses = isWildcard(address) ? host.addresses : [address]
    if (addresses.some((one) => !host.addresses.includes(one))) {
      throw new EndpointError('ENDPOINT_ADDRESS_NOT_AVAILABLE', `${address} is not an address of this host`)
    }
    const port = host.udpPorts.take(address, options.port, options.reuseAddress || options.reusePort)
    return new SimulatedChannel(network, host, addresses, { ...options, port }, owner)
  }
}

class SimulatedChannel implements UdpChannel {
  readonly local: EndpointAddress
  readonly #host: SimulatedHost
  readonly #options: ChannelOptions
  readonly #owner: ChannelOwner
  readonly #sockets: readonly SimulatedSocket[]

  constructor(
    network: SimulatedNetwork,
    host: SimulatedHost,
    addresses: readonly string[],
    options: ChannelOptions,
    owner: ChannelOwner,
  ) {
    this.local = knownAddress(options.address, options.port)
    this.#host = host
    this.#options = options
    this.#owner = owner
    this.#sockets = addresses.map((address) => network.open(address, options.port))
    for (const socket of this.#sockets) {
      if (options.group !== undefined) socket.join(options.group)
      socket.onDatagram((datagram) => this.#receive(datagram))
    }
    if (!options.multicastLoopback) host.muted.add(this.local.key)
  }

  flush(): void {
    const { queue } = this.#owner
    const [socket] = this.#sockets
    for (let entry = queue.take(); entry !== undefined; entry = queue.take()) {
      const { bytes, to } = entry
      const canSend = socket !== undefined && familyOf(to.address) === familyOf(this.local.address)
      if (canSend) socket.send(bytes, to)
      else this.#owner.failed(new EndpointError('ENDPOINT_UNSUPPORTED', `${to.key} is of another family`))
      queue.settle(entry, canSend)
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket[Symbol.dispose]()
    if (this.#options.group !== undefined) return
    this.#host.udpPorts.release(this.local.address, this.local.port)
    this.#host.muted.delete(this.local.key)
  }

  #receive({ bytes, from, to }: SimulatedDatagram): void {
    const { group, maxDatagramBytes } = this.#options
    const source = knownAddress(from.address, from.port)
    if (group !== undefined && (to.address !== group || this.#host.muted.has(source.key))) return
    if (bytes.length > maxDatagramBytes) {
      this.#owner.counters.oversizeDatagrams++
      return
    }
    this.#owner.received([
      { bytes, view: viewOf(bytes), source, destination: to.address, multicast: group !== undefined },
    ])
    // Real sockets use the memory again: whoever keeps it shall notice.
    bytes.fill(SPOILED)
  }
}
