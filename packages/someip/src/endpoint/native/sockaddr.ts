import { formatIpAddress } from '../../wire/ip-address.ts'
import { viewOf } from '../../wire/message.ts'
import { addressBytes, type EndpointAddress, familyOf, knownAddress } from '../endpoint-address.ts'
import { EndpointError } from '../errors.ts'
import type { Libc } from './libc.ts'
import { AF_INET, AF_INET6, SOCKADDR, SOCKADDR_IN_BYTES, SOCKADDR_IN6_BYTES } from './linux.ts'

const LITTLE_ENDIAN = true
const IF_NAMESIZE = 16
/** Bounds the caches below, which strangers fill with their addresses. */
const MAX_CACHED = 4096

/** Translates between addresses and struct sockaddr. Remembers what it translated, since peers come again. */
export class SockaddrCodec {
  readonly #libc: Libc
  readonly #encoded = new Map<string, Uint8Array>()
  /** By address and port as one number. */
  readonly #ipv4 = new Map<number, EndpointAddress>()
  readonly #ipv6 = new Map<string, EndpointAddress>()
  readonly #interfaceNames = new Map<number, string>()

  constructor(libc: Libc) {
    this.#libc = libc
  }

  /** The structure for an address, which must not be changed. @throws EndpointError for a zone that is no interface */
  encode(to: EndpointAddress): Uint8Array {
    const known = this.#encoded.get(to.key)
    if (known !== undefined) return known
    const encoded = this.#encode(to)
    // The interface that a zone names may come back with another index.
    if (to.address.includes('%')) return encoded
    if (this.#encoded.size >= MAX_CACHED) this.#encoded.clear()
    this.#encoded.set(to.key, encoded)
    return encoded
  }

  read(view: DataView, at: number): EndpointAddress {
    const port = view.getUint16(at + SOCKADDR.PORT)
    if (view.getUint16(at + SOCKADDR.FAMILY, LITTLE_ENDIAN) === AF_INET) {
      return this.#readIpv4(view.getUint32(at + SOCKADDR.V4_ADDRESS), port)
    }
    return this.#readIpv6(view, at, port)
  }

  /** The index of the interface that is the zone of an address; 0 without a zone. @throws EndpointError */
  scopeOf(address: string): number {
    const zoneAt = address.indexOf('%')
    if (zoneAt < 0) return 0
    const zone = address.slice(zoneAt + 1)
    const index = /^\d+$/.test(zone) ? Number(zone) : this.#libc.if_nametoindex(zone)
    if (index === 0) throw new EndpointError('ENDPOINT_INVALID_ADDRESS', `${address}: there is no interface ${zone}`)
    return index
  }

  #encode(to: EndpointAddress): Uint8Array {
    const isIpv6 = familyOf(to.address) === 'ipv6'
    const bytes = new Uint8Array(isIpv6 ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES)
    const view = viewOf(bytes)
    view.setUint16(SOCKADDR.FAMILY, isIpv6 ? AF_INET6 : AF_INET, LITTLE_ENDIAN)
    view.setUint16(SOCKADDR.PORT, to.port)
    bytes.set(addressBytes(to.address), isIpv6 ? SOCKADDR.V6_ADDRESS : SOCKADDR.V4_ADDRESS)
    if (isIpv6) view.setUint32(SOCKADDR.V6_SCOPE, this.scopeOf(to.address), LITTLE_ENDIAN)
    return bytes
  }

  #readIpv4(address: number, port: number): EndpointAddress {
    const key = address * 0x1_0000 + port
    const known = this.#ipv4.get(key)
    if (known !== undefined) return known
    if (this.#ipv4.size >= MAX_CACHED) this.#ipv4.clear()
    const bytes = [address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff]
    const read = knownAddress(bytes.join('.'), port)
    this.#ipv4.set(key, read)
    return read
  }

  #readIpv6(view: DataView, at: number, port: number): EndpointAddress {
    const scope = view.getUint32(at + SOCKADDR.V6_SCOPE, LITTLE_ENDIAN)
    const first = at + SOCKADDR.V6_ADDRESS
    const words = [
      view.getUint32(first),
      view.getUint32(first + 4),
      view.getUint32(first + 8),
      view.getUint32(first + 12),
    ]
    const key = `${words.join()},${port},${scope}`
    const known = this.#ipv6.get(key)
    if (known !== undefined) return known
    if (this.#ipv6.size >= MAX_CACHED) this.#ipv6.clear()
    const address = formatIpAddress(new Uint8Array(view.buffer, view.byteOffset + first, 16))
    const read = knownAddress(scope === 0 ? address : `${address}%${this.#interfaceName(scope)}`, port)
    this.#ipv6.set(key, read)
    return read
  }

  #interfaceName(index: number): string {
    const known = this.#interfaceNames.get(index)
    if (known !== undefined) return known
    const bytes = new Uint8Array(IF_NAMESIZE)
    const isKnown = this.#libc.if_indextoname(index, bytes) !== null
    const name = isKnown ? new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0))) : String(index)
    if (this.#interfaceNames.size >= MAX_CACHED) this.#interfaceNames.clear()
    this.#interfaceNames.set(index, name)
    return name
  }
}
