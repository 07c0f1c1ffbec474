/** Numbers of the Linux system interface, alike on all 64-bit little-endian machines. */

export const AF_INET = 2
export const AF_INET6 = 10

export const SOCK_DGRAM = 2
export const SOCK_NONBLOCK = 0o4000
export const SOCK_CLOEXEC = 0o2000000

export const MSG_TRUNC = 0x20
export const MSG_DONTWAIT = 0x40

/** Options of sockets: the level and the number of each. */
export const SOCKET_OPTION = {
  REUSEADDR: [1, 2],
  BROADCAST: [1, 6],
  RCVBUF: [1, 8],
  KEEPALIVE: [1, 9],
  LINGER: [1, 13],
  REUSEPORT: [1, 15],
  BINDTODEVICE: [1, 25],
  RCVBUFFORCE: [1, 33],
  IP_PKTINFO: [0, 8],
  IP_MULTICAST_IF: [0, 32],
  IP_MULTICAST_TTL: [0, 33],
  IP_MULTICAST_LOOP: [0, 34],
  IP_ADD_MEMBERSHIP: [0, 35],
  IP_MULTICAST_ALL: [0, 49],
  TCP_NODELAY: [6, 1],
  TCP_KEEPIDLE: [6, 4],
  TCP_KEEPINTVL: [6, 5],
  TCP_KEEPCNT: [6, 6],
  TCP_USER_TIMEOUT: [6, 18],
  IPV6_MULTICAST_IF: [41, 17],
  IPV6_MULTICAST_HOPS: [41, 18],
  IPV6_MULTICAST_LOOP: [41, 19],
  IPV6_ADD_MEMBERSHIP: [41, 20],
  IPV6_V6ONLY: [41, 26],
  IPV6_MULTICAST_ALL: [41, 29],
  IPV6_RECVPKTINFO: [41, 49],
  IPV6_PKTINFO: [41, 50],
} as const satisfies Record<string, readonly [level: number, option: number]>
export type SocketOption = keyof typeof SOCKET_OPTION

/** Where the fields of struct mmsghdr begin. */
export const MMSGHDR = {
  NAME: 0,
  NAME_LENGTH: 8,
  IOV: 16,
  IOV_LENGTH: 24,
  CONTROL: 32,
  CONTROL_LENGTH: 40,
  FLAGS: 48,
  LENGTH: 56,
  SIZE: 64,
} as const

export const IOVEC = { BASE: 0, LENGTH: 8, SIZE: 16 } as const

/** struct cmsghdr; its data follow. */
export const CMSGHDR = { LENGTH: 0, LEVEL: 8, TYPE: 12, SIZE: 16 } as const

/** struct in_pktinfo: the last field is the destination in the datagram's header. */
export const IN_PKTINFO = { INTERFACE: 0, LOCAL: 4, DESTINATION: 8, SIZE: 12 } as const
/** struct in6_pktinfo. */
export const IN6_PKTINFO = { DESTINATION: 0, INTERFACE: 16, SIZE: 20 } as const

/** struct sockaddr_in and sockaddr_in6, which begin alike. */
export const SOCKADDR = { FAMILY: 0, PORT: 2, V4_ADDRESS: 4, V6_ADDRESS: 8, V6_SCOPE: 24 } as const
export const SOCKADDR_IN_BYTES = 16
export const SOCKADDR_IN6_BYTES = 28
