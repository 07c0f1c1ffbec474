import net from 'node:net'
import { familyOf } from '../endpoint-address.ts'
import { EndpointError, translateError } from '../errors.ts'
import { type Libc, setOption } from '../native/libc.ts'
import type { TcpOptions } from '../network.ts'

/** The defaults of the options, which are vsomeip's. */
export const TCP_DEFAULTS = {
  userTimeoutMs: 3000,
  keepIdleSeconds: 1,
  keepIntervalSeconds: 1,
  keepCount: 3,
} as const satisfies TcpOptions

export interface BindOptions extends TcpOptions {
  readonly address: string
  readonly port: number
  readonly reusePort?: boolean
}

/** Missing before Node.js 24.19. */
const BoundSocket: typeof net.BoundSocket | undefined = net.BoundSocket

/** SO_LINGER with no time: closing resets the connection, also when the process dies. */
const RESET_ON_CLOSE = new Uint8Array(Int32Array.of(1, 0).buffer)
const encoder = new TextEncoder()

/**
 * Binds a TCP socket and sets its options, which the connections accepted from it inherit. Returns undefined where
 * Node.js is too old to use such a socket (before 24.19).
 *
 * | option                        | set by                                             |
 * | ----------------------------- | -------------------------------------------------- |
 * | SO_REUSEADDR                  | Node.js, always                                    |
 * | SO_REUSEPORT                  | Node.js                                            |
 * | TCP_NODELAY, SO_KEEPALIVE     | Node.js, here or on each connection                |
 * | TCP_KEEPIDLE, -INTVL, -CNT    | Node.js, here or on each connection                |
 * | reset on close                | Node.js (`resetAndDestroy`); with koffi SO_LINGER, |
 * |                               | so that a killed process resets too                |
 * | TCP_USER_TIMEOUT              | koffi only; without it the system gives up a peer  |
 * |                               | that vanished with data under way after 15 minutes |
 * | SO_BINDTODEVICE               | koffi only; without it refused                     |
 *
 * @throws EndpointError
 */
export function bindTcp(libc: Libc | undefined, options: BindOptions): net.BoundSocket | undefined {
  const { address, port, device } = options
  const where = `TCP socket ${address}:${port}`
  if (BoundSocket === undefined || (libc === undefined && device !== undefined)) {
    if (device === undefined) return undefined
    const problem = `${where}: binding to the interface ${device} needs koffi on 64-bit Linux, and Node.js 24.19`
    throw new EndpointError('ENDPOINT_UNSUPPORTED', problem)
  }
  const ipv6Only = familyOf(address) === 'ipv6'
  try {
    const bound = new BoundSocket({ host: address, port, ipv6Only, reusePort: options.reusePort ?? false })
    try {
      if (libc !== undefined) tune(libc, bound.fd(), options)
      return bound
    } catch (error) {
      bound.close()
      throw error
    }
  } catch (error) {
    throw translateError(where, error)
  }
}

function tune(libc: Libc, fd: number, options: TcpOptions): void {
  const { userTimeoutMs, keepIdleSeconds, keepIntervalSeconds, keepCount, device } = { ...TCP_DEFAULTS, ...options }
  setOption(libc, fd, 'TCP_NODELAY', 1)
  setOption(libc, fd, 'KEEPALIVE', 1)
  setOption(libc, fd, 'TCP_KEEPIDLE', keepIdleSeconds)
  setOption(libc, fd, 'TCP_KEEPINTVL', keepIntervalSeconds)
  setOption(libc, fd, 'TCP_KEEPCNT', keepCount)
  setOption(libc, fd, 'TCP_USER_TIMEOUT', userTimeoutMs)
  setOption(libc, fd, 'LINGER', RESET_ON_CLOSE)
  if (device !== undefined) setOption(libc, fd, 'BINDTODEVICE', encoder.encode(device))
}
