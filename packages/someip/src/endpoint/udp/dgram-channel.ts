import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { viewOf } from '../../wire/message.ts'
import { canonicalAddress, type EndpointAddress, familyOf, isWildcard, knownAddress } from '../endpoint-address.ts'
import { EndpointError, translateError } from '../errors.ts'
import { interfaceNameOf } from '../interfaces.ts'
import type { Datagram } from '../network.ts'
import type { ChannelOptions, ChannelOwner, UdpChannel } from './channel.ts'
import type { Outgoing } from './send-queue.ts'

/** Bounds the cache of addresses, which strangers fill. */
const MAX_CACHED = 4096

/**
 * Opens a channel on a socket of Node.js, one datagram at a time. What Node.js cannot do, and what that means:
 *
 * | option                            | without it                                                             |
 * | --------------------------------- | ---------------------------------------------------------------------- |
 * | SO_BINDTODEVICE                   | refused                                                                |
 * | SO_RCVBUFFORCE                    | the receive buffer ends at the limit of the system (net.core.rmem_max) |
 * | IP_PKTINFO, IPV6_RECVPKTINFO      | a socket of all addresses cannot tell the destination of a datagram    |
 * | IP_MULTICAST_ALL, IPV6_ likewise  | a group is also heard through interfaces where others joined it        |
 *
 * @throws EndpointError
 */
export async function openDgramChannel(options: ChannelOptions, owner: ChannelOwner): Promise<UdpChannel> {
  const where = `UDP socket ${knownAddress(options.address, options.port).key}`
  if (options.device !== undefined) {
    const problem = `${where}: binding to the interface ${options.device} needs koffi on 64-bit Linux`
    throw new EndpointError('ENDPOINT_UNSUPPORTED', problem)
  }
  const socket = createSocket(socketOptions(options))
  try {
    const bound = once(socket, 'listening')
    socket.bind({ port: options.port, address: bindAddress(options), exclusive: true })
    await bound
    configure(socket, options)
  } catch (error) {
    socket.close()
    throw translateError(where, error)
  }
  return new DgramChannel(socket, options, owner)
}

function socketOptions(options: ChannelOptions) {
  const isIpv6 = familyOf(options.address) === 'ipv6'
  return {
    type: isIpv6 ? ('udp6' as const) : ('udp4' as const),
    ipv6Only: isIpv6,
    reuseAddr: options.reuseAddress,
    reusePort: options.reusePort,
    ...(options.receiveBufferBytes !== undefined && { recvBufferSize: options.receiveBufferBytes }),
    // Addresses are never names: nothing has to be looked up.
    lookup: (address: string, _options: unknown, found: (error: null, address: string, family: number) => void): void =>
      found(null, address, isIpv6 ? 6 : 4),
  }
}

function bindAddress({ address, group, interfaceAddress }: ChannelOptions): string {
  if (group === undefined || interfaceAddress === undefined) return address
  return familyOf(group) === 'ipv6' ? `${group}%${interfaceNameOf(interfaceAddress)}` : group
}

function configure(socket: Socket, options: ChannelOptions): void {
  if (options.broadcast) socket.setBroadcast(true)
  socket.setMulticastTTL(options.multicastHops)
  socket.setMulticastLoopback(options.multicastLoopback)
  const { interfaceAddress, group } = options
  if (interfaceAddress === undefined) return
  const isIpv6 = familyOf(interfaceAddress) === 'ipv6'
  const where = isIpv6 ? `::%${interfaceNameOf(interfaceAddress)}` : interfaceAddress
  socket.setMulticastInterface(where)
  if (group !== undefined) socket.addMembership(group, where)
}

class DgramChannel implements UdpChannel {
  readonly local: EndpointAddress
  readonly #socket: Socket
  readonly #owner: ChannelOwner
  readonly #maxDatagramBytes: number
  readonly #group: string | undefined
  readonly #destination: string | undefined
  /** By address and then by port; bounded by MAX_CACHED in all. */
  readonly #known = new Map<string, Map<number, EndpointAddress>>()
  #knownCount = 0
  #isOpen = true

  constructor(socket: Socket, options: ChannelOptions, owner: ChannelOwner) {
    const { address, port } = socket.address()
    this.local = knownAddress(options.group === undefined ? canonicalAddress(address) : options.address, port)
    this.#socket = socket
    this.#owner = owner
    this.#maxDatagramBytes = options.maxDatagramBytes
    this.#group = options.group
    this.#destination = isWildcard(options.address) ? undefined : options.address
    socket.on('message', (bytes, from) => this.#receive(bytes, from))
    socket.on('error', (error) => owner.failed(translateError(`UDP socket ${this.local.key}`, error)))
  }

  flush(): void {
    const { queue } = this.#owner
    for (let entry = queue.take(); entry !== undefined; entry = queue.take()) this.#send(entry)
  }

  close(): Promise<void> {
    this.#isOpen = false
    return new Promise((resolve) => this.#socket.close(resolve))
  }

  #send(entry: Outgoing): void {
    const { bytes, to } = entry
    const settle = (error: unknown): void => {
      this.#owner.queue.settle(entry, !error)
      if (error) this.#owner.failed(translateError(`sending from ${this.local.key} to ${to.key}`, error))
    }
    try {
      this.#socket.send(bytes, to.port, to.address, settle)
    } catch (error) {
      settle(error)
    }
  }

  #receive(bytes: Uint8Array, from: RemoteInfo): void {
    if (!this.#isOpen) return
    if (bytes.length > this.#maxDatagramBytes) {
      this.#owner.counters.oversizeDatagrams++
      return
    }
    const datagram: Datagram = {
      bytes,
      view: viewOf(bytes),
      source: this.#sourceOf(from),
      destination: this.#destination,
      multicast: this.#group !== undefined,
    }
    this.#owner.received([datagram])
  }

  #sourceOf({ address, port }: RemoteInfo): EndpointAddress {
    const ports = this.#known.get(address)
    const known = ports?.get(port)
    if (known !== undefined) return known
    const source = knownAddress(canonicalAddress(address), port)
    if (this.#knownCount >= MAX_CACHED) {
      this.#known.clear()
      this.#knownCount = 0
    }
    this.#knownCount++
    const kept = this.#known.get(address) ?? new Map<number, EndpointAddress>()
    this.#known.set(address, kept.set(port, source))
    return source
  }
}
