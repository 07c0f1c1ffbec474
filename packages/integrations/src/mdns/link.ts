import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type Logger, messageOf } from '@opensovd/base'
import type { Packet } from 'dns-packet'
import createMdns from 'multicast-dns'

/** Who sent a packet. */
export interface Sender {
  readonly address: string
  readonly port: number
}

/** One network interface, as far as mDNS goes. */
export interface Link extends AsyncDisposable {
  /** Addresses of the host there that the service can be reached at. */
  readonly addresses: readonly string[]
  /** Sends to everybody, or to one; resolves when it is sent or could not be. */
  send(packet: Packet, to?: Sender): Promise<void>
  onPacket(listener: (packet: Packet, from: Sender) => void): void
}

export const MDNS_PORT = 5353

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
 * @throws Error what the system says of the port
 */
export async function openLink(
  { ipv4, netmask, addresses }: ReturnType<typeof reachableInterfaces>[number],
  log: Logger,
): Promise<Link> {
  const socket = createMdns({ interface: ipv4, bind: '0.0.0.0', reuseAddr: true })
  socket.on('warning', (error) => log.debug('mDNS packet dropped', { error: messageOf(error) }))
  try {
    await once(socket, 'ready')
  } catch (error) {
    socket.destroy()
    throw error
  }
  socket.on('error', (error) => log.warn('mDNS failed', { error: messageOf(error) }))
  return {
    addresses,
    send: (packet, to) =>
      new Promise((resolve) => {
        const done = (error: Error | null) => {
          if (error) log.debug('mDNS packet not sent', { error: messageOf(error) })
          resolve()
        }
        const { questions = [], answers = [], ...rest } = packet
        const rinfo = to && { address: to.address, port: to.port }
        if (packet.type === 'query') socket.query({ ...rest, questions }, rinfo, done)
        else socket.respond({ ...rest, questions, answers }, rinfo, done)
      }),
    onPacket(listener) {
      const take = (packet: Packet, from: Sender) => {
        if (isInNetwork(from.address, ipv4, netmask)) listener(packet, from)
      }
      socket.on('query', take)
      socket.on('response', take)
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.destroy(resolve)),
  }
}

function isInNetwork(address: string, ours: string, netmask: string): boolean {
  const mask = numberOf(netmask)
  return (numberOf(address) & mask) === (numberOf(ours) & mask)
}

function numberOf(ipv4: string): number {
  return ipv4.split('.').reduce((number, byte) => (number << 8) | Number(byte), 0)
}
