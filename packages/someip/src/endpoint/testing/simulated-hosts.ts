import type { Clock } from '@opensovd/base'
import { SimulatedNetwork } from '../../testing/simulated-network.ts'
import { endpointAddress, familyOf, isWildcard } from '../endpoint-address.ts'
import { EndpointError } from '../errors.ts'
import type {
  ByteStream,
  ConnectOptions,
  ListenOptions,
  Network,
  StreamAcceptor,
  StreamHandler,
  StreamListener,
} from '../network.ts'
import { openUdpSocket } from '../udp/socket.ts'
import { PortBook } from './port-book.ts'
import { type SimulatedHost, simulatedChannels } from './simulated-channels.ts'
import { SimulatedStreams } from './simulated-streams.ts'

export interface SimulatedHostsOptions {
  /** Time from sending to receiving, of datagrams and streams alike. Default: 0. */
  readonly latencyMs?: number
}

/**
 * Hosts on one subnet, each with a `Network` of its own, in the time of a clock. With a `FakeClock` nothing arrives
 * before the test moves time.
 *
 *     const hosts = new SimulatedHosts(clock)
 *     const [ecu, tester] = [hosts.host('10.0.0.1'), hosts.host('10.0.0.2')]
 */
export class SimulatedHosts {
  /** Where the datagrams travel: what was sent, and what gets lost. */
  readonly datagrams: SimulatedNetwork
  readonly #streams: SimulatedStreams
  readonly #cutOff = new Set<string>()

  constructor(clock: Clock, { latencyMs = 0 }: SimulatedHostsOptions = {}) {
    this.datagrams = new SimulatedNetwork(clock, { latencyMs })
    this.#streams = new SimulatedStreams(clock, latencyMs)
  }

  /** A host with these addresses. */
  host(...addresses: readonly string[]): Network {
    const host: SimulatedHost = { addresses, udpPorts: new PortBook(), tcpPorts: new PortBook(), muted: new Set() }
    return {
      openUdp: (options, handler) => openUdpSocket(simulatedChannels(this.datagrams, host), options, handler),
      listenTcp: (options, acceptor) => this.#listen(host, options, acceptor),
      connectTcp: (options, handler, signal) => this.#connect(host, options, handler, signal),
      interfaces: () =>
        addresses
          .filter((address) => !this.#cutOff.has(address))
          .map((address) => ({ name: 'sim0', address, prefixLength: familyOf(address) === 'ipv6' ? 64 : 24 })),
    }
  }

  /** Takes an interface down: nothing passes it, and it is no longer among the interfaces that are up. */
  cutOff(address: string): void {
    this.#cutOff.add(address)
    this.datagrams.cutOff(address)
    this.#streams.cutOff(address)
  }

  /** Ends what `cutOff` began. Connections that did not break meanwhile go on. */
  reconnect(address: string): void {
    this.#cutOff.delete(address)
    this.datagrams.reconnect(address)
    this.#streams.reconnect(address)
  }

  /** The programs of a host stop reading from their connections, whose writers get stuck. */
  stall(address: string): void {
    this.#streams.stall(address)
  }

  /** Ends what `stall` began. */
  resume(address: string): void {
    this.#streams.resume(address)
  }

  async #connect(
    host: SimulatedHost,
    options: ConnectOptions,
    handler: StreamHandler,
    signal?: AbortSignal,
  ): Promise<ByteStream> {
    refuseDevice(options.device)
    const local = localOf(host, options)
    const release = () => host.tcpPorts.release(local.address, local.port)
    const watched: StreamHandler = {
      data: (chunk) => handler.data(chunk),
      drained: () => handler.drained(),
      closed: (error) => {
        release()
        handler.closed(error)
      },
    }
    try {
      return await this.#streams.connect(local, options.remote, watched, signal)
    } catch (error) {
      release()
      throw error
    }
  }

  async #listen(host: SimulatedHost, options: ListenOptions, acceptor: StreamAcceptor): Promise<StreamListener> {
    refuseDevice(options.device)
    const wanted = endpointAddress(options.address, options.port)
    const addresses = isWildcard(wanted.address) ? host.addresses : [wanted.address]
    requireAddresses(host, addresses)
    const port = host.tcpPorts.take(wanted.address, wanted.port, false)
    const listeners = addresses.map((address) => this.#streams.listen(endpointAddress(address, port), acceptor))
    let isOpen = true
    return {
      local: endpointAddress(wanted.address, port),
      [Symbol.asyncDispose]: async () => {
        if (isOpen) host.tcpPorts.release(wanted.address, port)
        isOpen = false
        for (const listener of listeners) listener[Symbol.dispose]()
      },
    }
  }
}

function localOf(host: SimulatedHost, { localAddress, localPort = 0, remote }: ConnectOptions) {
  const family = familyOf(remote.address)
  const address = localAddress ?? host.addresses.find((one) => familyOf(one) === family) ?? ''
  requireAddresses(host, [address])
  return endpointAddress(address, host.tcpPorts.take(address, localPort, false))
}

function refuseDevice(device: string | undefined): void {
  if (device === undefined) return
  throw new EndpointError('ENDPOINT_UNSUPPORTED', 'simulated sockets cannot be bound to an interface')
}

function requireAddresses(host: SimulatedHost, addresses: readonly string[]): void {
  const foreign = addresses.find((address) => !host.addresses.includes(address))
  if (foreign === undefined) return
  throw new EndpointError('ENDPOINT_ADDRESS_NOT_AVAILABLE', `${foreign} is not an address of this host`)
}
