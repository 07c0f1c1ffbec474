/** Numbers of the system interface of Linux, alike on all machines that koffi has binaries for. */

export const AF_UNIX = 1

export const SOCK_DGRAM = 2
export const SOCK_NONBLOCK = 0o4000
export const SOCK_CLOEXEC = 0o2000000

/** Makes `recv` return how long the datagram is, even if it is longer than the buffer. */
export const MSG_TRUNC = 0x20
export const MSG_DONTWAIT = 0x40

/** struct sockaddr_un: the path follows, with a NUL after it. */
export const SOCKADDR_UN = { FAMILY: 0, PATH: 2, PATH_BYTES: 108 } as const
