import { isIP, SocketAddress } from 'node:net'

/** The canonical spelling of an IPv4 or IPv6 address, with its zone if it has one; undefined for any other text. */
export function formatAddress(text: string): string | undefined {
  const [address = '', ...zone] = text.split('%')
  const version = isIP(text)
  if (version === 0) return undefined
  const canonical = new SocketAddress({ address, family: version === 4 ? 'ipv4' : 'ipv6' }).address
  return [canonical, ...zone].join('%')
}

/** Whether a canonical address is the unspecified one of its family. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** Whether a canonical address is a multicast group (224.0.0.0/4 or ff00::/8). */
export function isMulticast(address: string): boolean {
  const first = address.split('.', 1)[0] ?? ''
  return address.includes(':') ? address.startsWith('ff') : Number(first) >= 224 && Number(first) < 240
}

/** The IPv4 netmask of a prefix of 0 to 32 bits. */
export function netmaskOf(prefixLength: number): string {
  const octets = [0, 8, 16, 24].map((before) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefixLength - before))))
  return octets.join('.')
}
