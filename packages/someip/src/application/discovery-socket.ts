import { type Logger, messageOf } from '@opensovd/base'
import type { Configuration } from '../config/configuration.ts'
import { type EndpointAddress, endpointAddress } from '../endpoint/endpoint-address.ts'
import type { Network, UdpSocket } from '../endpoint/network.ts'
import type { Endpoint, SdSource, SdTransport } from '../sd/transport.ts'

/** Larger than any message of service discovery that vsomeip sends. */
const MAX_DATAGRAM_BYTES = 1500

/** The socket of service discovery, unicast and in its multicast group. */
export class DiscoverySocket implements SdTransport, AsyncDisposable {
  readonly #socket: UdpSocket
  readonly #group: EndpointAddress
  readonly #log: Logger
  #isJoining = false

  private constructor(socket: UdpSocket, group: EndpointAddress, log: Logger) {
    this.#socket = socket
    this.#group = group
    this.#log = log
  }

  /** @throws EndpointError */
  static async open(
    network: Network,
    { network: { unicast, device }, serviceDiscovery, sockets }: Configuration,
    log: Logger,
    receive: (datagram: Uint8Array, source: SdSource) => void,
  ): Promise<DiscoverySocket> {
    const group = endpointAddress(serviceDiscovery.multicast, serviceDiscovery.port)
    const socket = await network.openUdp(
      {
        address: unicast,
        port: serviceDiscovery.port,
        maxDatagramBytes: MAX_DATAGRAM_BYTES,
        receiveBufferBytes: sockets.udpReceiveBufferBytes,
        reuseAddress: true,
        ...(device === '' ? {} : { device }),
      },
      {
        datagrams: (batch) => {
          for (const { bytes, source, multicast } of batch) {
            receive(bytes, { address: source.address, port: source.port, isMulticast: multicast })
          }
        },
        failed: (error) => log.debug('the socket of service discovery failed', { error: error.message }),
      },
    )
    const opened = new DiscoverySocket(socket, group, log)
    try {
      await socket.join(group.address, group.port)
    } catch (error) {
      await socket[Symbol.asyncDispose]()
      throw error
    }
    return opened
  }

  sendMulticast(datagram: Uint8Array): void {
    this.#socket.send(datagram, this.#group)
  }

  sendUnicast(datagram: Uint8Array, to: Endpoint): void {
    this.#socket.send(datagram, endpointAddress(to.address, to.port))
  }

  rejoinMulticast(): void {
    if (this.#isJoining) return
    this.#isJoining = true
    this.#rejoin()
      .catch((error: unknown) => {
        this.#log.warn('could not join the multicast group', { group: this.#group.key, error: messageOf(error) })
      })
      .finally(() => {
        this.#isJoining = false
      })
  }

  async #rejoin(): Promise<void> {
    const { address, port } = this.#group
    await this.#socket.leave(address, port)
    await this.#socket.join(address, port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]()
  }
}
