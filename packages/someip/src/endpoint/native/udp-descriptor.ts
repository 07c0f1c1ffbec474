import { viewOf } from '../../wire/message.ts'
import { addressBytes, type EndpointAddress, familyOf, isWildcard, knownAddress } from '../endpoint-address.ts'
import { interfaceNameOf } from '../interfaces.ts'
import type { ChannelOptions } from '../udp/channel.ts'
import { check, type Libc, readOption, setOption } from './libc.ts'
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCKADDR_IN6_BYTES } from './linux.ts'
import type { SockaddrCodec } from './sockaddr.ts'

const encoder = new TextEncoder()

/** Opens and binds a UDP socket; the caller closes the descriptor. @throws EndpointError */
export function openUdpDescriptor(
  libc: Libc,
  codec: SockaddrCodec,
  options: ChannelOptions,
): { fd: number; local: EndpointAddress } {
  const where = `UDP socket ${knownAddress(options.address, options.port).key}`
  const family = familyOf(options.address) === 'ipv6' ? AF_INET6 : AF_INET
  const fd = check(libc, where, libc.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
  try {
    setSharedOptions(libc, fd, options)
    const isIpv6 = family === AF_INET6
    const interfaceIndex = isIpv6 ? indexOf(codec, options.interfaceAddress) : 0
    if (isIpv6) setIpv6Options(libc, fd, options, interfaceIndex)
    else setIpv4Options(libc, fd, options)
    const bindTo = isIpv6 && options.group !== undefined ? `${options.address}%${interfaceIndex}` : options.address
    const sockaddr = codec.encode(knownAddress(bindTo, options.port))
    check(libc, where, libc.bind(fd, sockaddr, sockaddr.length))
    return { fd, local: localAddress(libc, codec, fd) }
  } catch (error) {
    libc.close(fd)
    throw error
  }
}

function setSharedOptions(libc: Libc, fd: number, options: ChannelOptions): void {
  if (options.reuseAddress) setOption(libc, fd, 'REUSEADDR', 1)
  if (options.reusePort) setOption(libc, fd, 'REUSEPORT', 1)
  if (options.broadcast) setOption(libc, fd, 'BROADCAST', 1)
  if (options.device !== undefined) setOption(libc, fd, 'BINDTODEVICE', encoder.encode(options.device))
  if (options.receiveBufferBytes !== undefined) growReceiveBuffer(libc, fd, options.receiveBufferBytes)
}

/** The system keeps twice what is asked for, up to its limit; with CAP_NET_ADMIN there is none. */
function growReceiveBuffer(libc: Libc, fd: number, bytes: number): void {
  setOption(libc, fd, 'RCVBUF', bytes)
  if (readOption(libc, fd, 'RCVBUF') >= 2 * bytes) return
  try {
    setOption(libc, fd, 'RCVBUFFORCE', bytes)
  } catch {
    // Without the capability the buffer stays as large as the system allows.
  }
}

function setIpv4Options(libc: Libc, fd: number, options: ChannelOptions): void {
  const { interfaceAddress, group } = options
  setOption(libc, fd, 'IP_MULTICAST_ALL', 0)
  setOption(libc, fd, 'IP_MULTICAST_TTL', options.multicastHops)
  setOption(libc, fd, 'IP_MULTICAST_LOOP', options.multicastLoopback ? 1 : 0)
  if (isWildcard(options.address)) setOption(libc, fd, 'IP_PKTINFO', 1)
  if (interfaceAddress === undefined) return
  setOption(libc, fd, 'IP_MULTICAST_IF', addressBytes(interfaceAddress))
  if (group !== undefined) {
    const membership = [...addressBytes(group), ...addressBytes(interfaceAddress)]
    setOption(libc, fd, 'IP_ADD_MEMBERSHIP', Uint8Array.from(membership))
  }
}

function setIpv6Options(libc: Libc, fd: number, options: ChannelOptions, interfaceIndex: number): void {
  setOption(libc, fd, 'IPV6_V6ONLY', 1)
  setOption(libc, fd, 'IPV6_MULTICAST_ALL', 0)
  setOption(libc, fd, 'IPV6_MULTICAST_HOPS', options.multicastHops)
  setOption(libc, fd, 'IPV6_MULTICAST_LOOP', options.multicastLoopback ? 1 : 0)
  if (isWildcard(options.address)) setOption(libc, fd, 'IPV6_RECVPKTINFO', 1)
  if (options.interfaceAddress === undefined) return
  setOption(libc, fd, 'IPV6_MULTICAST_IF', interfaceIndex)
  if (options.group !== undefined) {
    const index = new Uint8Array(Int32Array.of(interfaceIndex).buffer)
    setOption(libc, fd, 'IPV6_ADD_MEMBERSHIP', Uint8Array.from([...addressBytes(options.group), ...index]))
  }
}

function indexOf(codec: SockaddrCodec, interfaceAddress: string | undefined): number {
  return interfaceAddress === undefined ? 0 : codec.scopeOf(`%${interfaceNameOf(interfaceAddress)}`)
}

function localAddress(libc: Libc, codec: SockaddrCodec, fd: number): EndpointAddress {
  const bytes = new Uint8Array(SOCKADDR_IN6_BYTES)
  check(libc, 'address of a UDP socket', libc.getsockname(fd, bytes, Uint32Array.of(bytes.length)))
  return codec.read(viewOf(bytes), 0)
}
