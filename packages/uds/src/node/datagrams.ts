import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Address, Datagram, DatagramOptions, DatagramSocket } from '../network.ts'
import { addressOf, mappedHost } from './address.ts'
import { listenError } from './listen-error.ts'

export async function openDatagram(options: DatagramOptions): Promise<DatagramSocket> {
  const { host, port, groups = [], shared = false, broadcast = false } = options
  const family = isIpv6(options) ? 6 : 4
  const socket = createSocket({ type: `udp${family}`, reuseAddr: shared })
  try {
    socket.bind({ port, ...(host !== undefined && { address: host }) })
    await once(socket, 'listening')
    if (broadcast) socket.setBroadcast(true)
    for (const group of groups) socket.addMembership(group, host)
    return new NodeDatagramSocket(socket, family)
  } catch (error) {
    socket.close()
    throw listenError(error, 'UDP', options)
  }
}

class NodeDatagramSocket implements DatagramSocket {
  readonly local: Address
  readonly #socket: Socket
  readonly #family: 4 | 6
  #isOpen = true

  constructor(socket: Socket, family: 4 | 6) {
    const { address, port } = socket.address()
    this.#socket = socket
    this.#family = family
    this.local = addressOf(address, port)
    // The error of one datagram is reported where it was sent; receiving goes on.
    socket.on('error', () => {})
  }

  onDatagram(listener: (datagram: Datagram) => void): void {
    this.#socket.on('message', (data, { address, port }) => listener({ data, from: addressOf(address, port) }))
  }

  send(data: Uint8Array, to: Address): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) return reject(new Error('the socket is closed'))
      const host = this.#family === 6 ? mappedHost(to.host) : to.host
      this.#socket.send(data, to.port, host, (error) => (error ? reject(error) : resolve()))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }
}

function isIpv6({ host, groups = [], family }: DatagramOptions): boolean {
  return family === 6 || [host, ...groups].some((address) => address?.includes(':'))
}
