import { isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { UsageError } from '../uds/tool.ts'

/** Where to ask from, and whom. */
export interface Place {
  /** For messages to people. */
  readonly name: string
  readonly family: 4 | 6
  /** Address of the interface; absent where that of the target tells. */
  readonly localHost?: string
  /** Appended to IPv6 addresses that are meant on one interface: `%eth0`. */
  readonly zone: string
  /** The only address to ask; everybody in reach when left out. */
  readonly host?: string
}

/**
 * The addresses that were named, or the interfaces that were named, or all interfaces other than the loopback.
 * @throws UsageError for an interface or address that is none
 */
export function placesOf(addresses: readonly string[], interfaces: readonly string[]): readonly Place[] {
  if (addresses.length > 0) return addresses.map(placeOf)
  const all = networkInterfaces()
  for (const name of interfaces) {
    if (!all[name]) throw new UsageError(`there is no interface "${name}"; there are ${Object.keys(all).join(', ')}`)
  }
  return Object.entries(all).flatMap(([name, entries = []]) => {
    const wanted = entries.filter(({ internal }) => (interfaces.length === 0 ? !internal : interfaces.includes(name)))
    const ipv4 = wanted
      .filter(({ family }) => family === 'IPv4')
      .map(({ address }): Place => ({ name: `${name} (${address})`, family: 4, localHost: address, zone: '' }))
    const hasIpv6 = wanted.some(({ family }) => family === 'IPv6')
    const ipv6: Place = { name: `${name} (IPv6)`, family: 6, zone: `%${name}` }
    return hasIpv6 ? [...ipv4, ipv6] : ipv4
  })
}

function placeOf(address: string): Place {
  const [plain = '', ...zone] = address.split('%')
  if (isIPv4(address)) return { name: address, family: 4, zone: '', host: address }
  if (isIPv6(plain) && zone.length < 2) return { name: address, family: 6, zone: '', host: address }
  throw new UsageError(`no IP address: "${address}"`)
}
