import { formatIpAddress, isSameSubnet, parseIpAddress, prefixMask } from '../wire/ip-address.ts'
import type { SdNetwork } from './parameters.ts'
import { SdError } from './sd-error.ts'

/** The address of this host and those it shares a subnet with. */
export class Subnet {
  /** Canonical. */
  readonly own: string
  readonly #own: Uint8Array
  readonly #mask: Uint8Array

  /** @throws SdError when the address or the netmask is none */
  constructor({ unicast, netmask, prefixLength }: SdNetwork) {
    this.#own = bytesOf('unicast', unicast)
    this.#mask = this.#own.length === 4 ? bytesOf('netmask', netmask) : prefixMask(prefixLength, this.#own.length)
    this.own = formatIpAddress(this.#own)
  }

  /** @param address may have a zone, as the source addresses of link-local datagrams have */
  isOwn(address: string): boolean {
    return address === this.own || address.startsWith(`${this.own}%`)
  }

  /** Whether `address` is of the family of this host's. */
  isOwnFamily(address: string): boolean {
    return address.includes(':') === this.own.includes(':')
  }

  /** Whether `address` is in the subnet and not this host's own [feat_req_someipsd_1233]. */
  isNeighbour(address: string): boolean {
    const bytes = parseIpAddress(address)
    return bytes !== undefined && !this.isOwn(address) && isSameSubnet(this.#own, bytes, this.#mask)
  }
}

function bytesOf(name: string, text: string): Uint8Array {
  const bytes = parseIpAddress(text)
  if (bytes === undefined) throw new SdError('invalid-address', `${name} '${text}'`)
  return bytes
}
