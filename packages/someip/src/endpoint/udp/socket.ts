import {
  canonicalAddress,
  type EndpointAddress,
  endpointAddress,
  familyOf,
  isMulticast,
  isWildcard,
} from '../endpoint-address.ts'
import { EndpointError } from '../errors.ts'
import {
  type Datagram,
  type DatagramHandler,
  UDP_DEFAULTS,
  type UdpOptions,
  type UdpSocket,
  type UdpStatistics,
} from '../network.ts'
import type { ChannelOptions, ChannelOwner, OpenChannel, UdpChannel } from './channel.ts'
import { UdpCounters } from './counters.ts'
import { SendQueue } from './send-queue.ts'

const MAX_GROUPS = 128

/** Opens a socket whose datagrams travel through channels that `open` makes. @throws EndpointError */
export async function openUdpSocket(
  open: OpenChannel,
  options: UdpOptions,
  handler: DatagramHandler,
): Promise<UdpSocket> {
  const wanted = endpointAddress(options.address, options.port)
  if (isMulticast(wanted.address)) {
    throw new EndpointError(
      'ENDPOINT_INVALID_ADDRESS',
      `${wanted.address} is a group: open a local address and join it`,
    )
  }
  const settings = channelOptions(wanted, options)
  const owner = new Owner(handler, options.maxQueuedBytes ?? UDP_DEFAULTS.maxQueuedBytes)
  return new ChannelSocket(open, settings, owner, await open(settings, owner))
}

function channelOptions({ address, port }: EndpointAddress, options: UdpOptions): ChannelOptions {
  return {
    address,
    port,
    interfaceAddress: isWildcard(address) ? undefined : address,
    maxDatagramBytes: options.maxDatagramBytes ?? UDP_DEFAULTS.maxDatagramBytes,
    receiveBufferBytes: options.receiveBufferBytes,
    reuseAddress: options.reuseAddress ?? false,
    reusePort: options.reusePort ?? false,
    broadcast: options.broadcast ?? false,
    multicastHops: options.multicastHops ?? 1,
    multicastLoopback: options.multicastLoopback ?? true,
    device: options.device,
  }
}

/** What all channels of one socket share. */
class Owner implements ChannelOwner {
  readonly counters = new UdpCounters()
  readonly queue: SendQueue
  readonly #handler: DatagramHandler

  constructor(handler: DatagramHandler, maxQueuedBytes: number) {
    this.#handler = handler
    this.queue = new SendQueue(this.counters, maxQueuedBytes)
  }

  received(batch: readonly Datagram[]): void {
    this.counters.receivedDatagrams += batch.length
    for (const { bytes } of batch) this.counters.receivedBytes += bytes.length
    try {
      this.#handler.datagrams(batch)
    } catch (cause) {
      this.failed(new EndpointError('ENDPOINT_HANDLER_FAILED', 'the handler of received datagrams threw', { cause }))
    }
  }

  failed(error: EndpointError): void {
    this.#handler.failed(error)
  }
}

/** One channel for unicast, which also sends, and one for each group, which tells whether a datagram was multicast. */
class ChannelSocket implements UdpSocket {
  readonly #open: OpenChannel
  readonly #options: ChannelOptions
  readonly #owner: Owner
  readonly #unicast: UdpChannel
  /** Bounded by MAX_GROUPS. */
  readonly #groups = new Map<string, Promise<UdpChannel>>()
  #isFlushing = false
  #closing: Promise<void> | undefined

  constructor(open: OpenChannel, options: ChannelOptions, owner: Owner, unicast: UdpChannel) {
    this.#open = open
    this.#options = options
    this.#owner = owner
    this.#unicast = unicast
  }

  get local(): EndpointAddress {
    return this.#unicast.local
  }

  get statistics(): UdpStatistics {
    return this.#owner.counters
  }

  send(bytes: Uint8Array, to: EndpointAddress): boolean {
    if (this.#closing !== undefined || bytes.length > this.#options.maxDatagramBytes) {
      this.#owner.counters.droppedDatagrams++
      this.#owner.counters.droppedBytes += bytes.length
      return false
    }
    if (!this.#owner.queue.push(bytes, to)) return false
    if (!this.#isFlushing) {
      this.#isFlushing = true
      queueMicrotask(this.#flush)
    }
    return true
  }

  async join(group: string, port = this.local.port): Promise<void> {
    const channel = this.#groups.get(groupKey(group, port)) ?? this.#openGroup(group, port)
    await channel
  }

  async leave(group: string, port = this.local.port): Promise<void> {
    const key = groupKey(group, port)
    const channel = this.#groups.get(key)
    this.#groups.delete(key)
    await channel?.then((open) => open.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  readonly #flush = (): void => {
    this.#isFlushing = false
    if (this.#closing === undefined) this.#unicast.flush()
  }

  #openGroup(group: string, port: number): Promise<UdpChannel> {
    this.#checkGroup(group)
    const key = groupKey(group, port)
    const address = canonicalAddress(group)
    const options = { ...this.#options, address, port, group: address, reuseAddress: true, reusePort: false }
    const opening = this.#open(options, this.#owner)
    this.#groups.set(key, opening)
    opening.catch(() => {
      if (this.#groups.get(key) === opening) this.#groups.delete(key)
    })
    return opening
  }

  #checkGroup(group: string): void {
    const { address } = this.#options
    if (this.#closing !== undefined) throw new EndpointError('ENDPOINT_CLOSED', `${this.local.key} is closed`)
    if (!isMulticast(group) || familyOf(group) !== familyOf(address)) {
      throw new EndpointError('ENDPOINT_INVALID_ADDRESS', `${group} is not a group of the family of ${address}`)
    }
    if (isWildcard(address)) {
      const problem = `joining ${group} needs a socket of one local address, not of all (${address})`
      throw new EndpointError('ENDPOINT_UNSUPPORTED', problem)
    }
    if (this.#groups.size >= MAX_GROUPS) {
      throw new EndpointError('ENDPOINT_LIMIT', `${this.local.key}: more than ${MAX_GROUPS} groups joined`)
    }
  }

  async #close(): Promise<void> {
    this.#unicast.flush()
    this.#owner.queue.clear()
    const groups = [...this.#groups.values()]
    this.#groups.clear()
    await Promise.allSettled([this.#unicast.close(), ...groups.map(async (group) => (await group).close())])
  }
}

/** @throws EndpointError when `group` is no address or `port` no port */
function groupKey(group: string, port: number): string {
  return endpointAddress(group, port).key
}
