import { isIPv4 } from 'node:net'
import type { Address } from '../network.ts'

/** An IPv4 address that a dual-stack socket shows as IPv6 is written as IPv4. */
export function addressOf(host: string | undefined, port: number | undefined): Address {
  return { host: (host ?? '').replace(/^::ffff:(?=\d+\.)/i, ''), port: port ?? 0 }
}

/** The inverse, for sending from an IPv6 socket. */
export function mappedHost(host: string): string {
  return isIPv4(host) ? `::ffff:${host}` : host
}
