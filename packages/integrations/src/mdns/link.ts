import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type Logger, messageOf } from '@opensovd/base'
import { type DnsMessage, decodeMessage, encodeMessage, type NewDnsMessage } from './dns-message.ts'

/** Who sent a message. */
export interface Sender {
  readonly address: string
  readonly port: number
}

/** One network interface, as far as mDNS goes. */
export interface Link extends AsyncDisposable {
  /** Addresses of the host there that the service can be reached at. */
  readonly addresses: readonly string[]
  /** Sends to everybody, or to one; resolves when it is sent or could not be. */
  send(message: NewDnsMessage, to?: Sender): Promise<void>
  onMessage(listener: (message: DnsMessage, from: Sender) => void): void
}

export const MDNS_PORT = 5353
export const MDNS_GROUPS = { ipv4: '224.0.0.251', ipv6: 'ff02::fb' } as const

const EVERYBODY = { address: MDNS_GROUPS.ipv4, port: MDNS_PORT }
/** [RFC 6762 11] */
const MULTICAST_TTL = 255

/** The interfaces where a server that listens on a host can be reached from other machines. */
export function reachableInterfaces(
  host: string,
  all: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): readonly {
  readonly name: string
  readonly ipv4: string
  readonly netmask: string
  readonly addresses: readonly string[]
}[] {
  return Object.entries(all).flatMap(([name, entries = []]) => {
    const outward = entries.filter(({ internal, address }) => !internal && !isNobodys(address))
    const addresses = outward.map(({ address }) => address).filter((address) => listensOn(host, address))
    const via = outward.find(({ family }) => family === 'IPv4')
    return via && addresses.length > 0 ? [{ name, ipv4: via.address, netmask: via.netmask, addresses }] : []
  })
}

/** Whether an address means only this machine, or none. */
function isNobodys(address: string): boolean {
  return address.startsWith('127.') || address === '0.0.0.0' || address === '::1' || address === '::'
}

function listensOn(host: string, address: string): boolean {
  if (host === '::') return true
  return host === '0.0.0.0' ? isIPv4(address) : host === address
}

/**
 * Joins the multicast group on one interface.
 * @param from what comes from outside this network is not for us [RFC 6762 11]
 * @throws Error what the system says of the port or the interface
 */
export async function openLink(
  { ipv4, netmask, addresses }: ReturnType<typeof reachableInterfaces>[number],
  log: Logger,
): Promise<Link> {
  const socket = await joinGroup(ipv4)
  socket.on('error', (error) => log.warn('mDNS failed', { error: error.message }))
  let closing: Promise<void> | undefined
  return {
    addresses,
    async send(message, to = EVERYBODY) {
      if (closing !== undefined) return
      try {
        await sendTo(socket, encodeMessage(message), to)
      } catch (error) {
        log.debug('mDNS message not sent', { error: messageOf(error) })
      }
    },
    onMessage(listener) {
      socket.on('message', (bytes, { address, port }) => {
        const message = isInNetwork(address, ipv4, netmask) ? decoded(bytes, log) : undefined
        if (message) listener(message, { address, port })
      })
    },
    [Symbol.asyncDispose]: () => {
      closing ??= new Promise((resolve) => socket.close(resolve))
      return closing
    },
  }
}

async function joinGroup(ipv4: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    socket.bind(MDNS_PORT)
    await once(socket, 'listening')
    socket.addMembership(MDNS_GROUPS.ipv4, ipv4)
    socket.setMulticastInterface(ipv4)
    socket.setMulticastTTL(MULTICAST_TTL)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

function sendTo(socket: Socket, bytes: Uint8Array, { address, port }: Sender): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()))
  })
}

function decoded(bytes: Uint8Array, log: Logger): DnsMessage | undefined {
  try {
    return decodeMessage(bytes)
  } catch (error) {
    log.debug('mDNS message dropped', { error: messageOf(error) })
    return undefined
  }
}

function isInNetwork(address: string, ours: string, netmask: string): boolean {
  const mask = numberOf(netmask)
  return (numberOf(address) & mask) === (numberOf(ours) & mask)
}

function numberOf(ipv4: string): number {
  return ipv4.split('.').reduce((number, byte) => (number << 8) | Number(byte), 0)
}
