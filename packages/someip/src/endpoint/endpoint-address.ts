import { formatIpAddress, isMulticastAddress, parseIpAddress } from '../wire/ip-address.ts'
import { EndpointError } from './errors.ts'

/** Where a socket is. Equal addresses have equal keys; compare and store the keys. */
export interface EndpointAddress {
  /** IPv4 or IPv6 in canonical form, a link-local one with its zone: `fe80::1%eth0`. */
  readonly address: string
  readonly port: number
  /** `10.0.0.1:30509` or `[fe80::1%eth0]:30509`. */
  readonly key: string
}

export type Family = 'ipv4' | 'ipv6'

export const MAX_PORT = 0xffff

/** @throws EndpointError when `address` is no IP address, or `port` no port */
export function endpointAddress(address: string, port: number): EndpointAddress {
  if (!(Number.isInteger(port) && port >= 0 && port <= MAX_PORT)) {
    throw new EndpointError('ENDPOINT_INVALID_ADDRESS', `${port} is not a port from 0 to ${MAX_PORT}`)
  }
  return knownAddress(canonicalAddress(address), port)
}

/** For an address that is canonical and a port that is one, as the system reports them. */
export function knownAddress(address: string, port: number): EndpointAddress {
  return { address, port, key: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}` }
}

/** @throws EndpointError when `address` is no IP address */
export function canonicalAddress(address: string): string {
  const zoneAt = address.indexOf('%')
  const zone = zoneAt < 0 ? '' : address.slice(zoneAt)
  return formatIpAddress(addressBytes(address)) + zone
}

/** 4 or 16 bytes; a zone is left out. */
export function addressBytes(address: string): Uint8Array {
  const bytes = parseIpAddress(address)
  if (bytes === undefined) {
    throw new EndpointError('ENDPOINT_INVALID_ADDRESS', `"${address}" is not an IPv4 or IPv6 address`)
  }
  return bytes
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** Whether a canonical address stands for all addresses of its family. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

export function isMulticast(address: string): boolean {
  return isMulticastAddress(addressBytes(address))
}
