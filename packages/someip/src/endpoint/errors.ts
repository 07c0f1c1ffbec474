import { AppError } from '@opensovd/base'

/** What can go wrong with sockets and connections, by code. */
export const ENDPOINT_ERRORS = {
  ENDPOINT_ADDRESS_IN_USE: 'another socket has the address and port',
  ENDPOINT_ADDRESS_NOT_AVAILABLE: 'the address does not belong to this host, or the pair of addresses is in use',
  ENDPOINT_INVALID_ADDRESS: 'not an address or port, or not one for this purpose',
  ENDPOINT_NO_FREE_PORT: 'all ports that are configured for the purpose are in use',
  ENDPOINT_PERMISSION_DENIED: 'the process may not do this',
  ENDPOINT_UNREACHABLE: 'there is no way to the host or network',
  ENDPOINT_REFUSED: 'nobody listens there',
  ENDPOINT_RESET: 'the peer broke the connection',
  ENDPOINT_TIMEOUT: 'the peer did not answer or take data in time',
  ENDPOINT_TOO_LARGE: 'the datagram is larger than the system sends',
  ENDPOINT_LIMIT: 'a bound on what this process holds was reached',
  ENDPOINT_PROTOCOL: 'the peer sent what is no SOME/IP',
  ENDPOINT_UNSUPPORTED: 'this platform or installation cannot do it',
  ENDPOINT_CLOSED: 'the socket or endpoint was closed',
  ENDPOINT_HANDLER_FAILED: 'the code that was handed received data threw',
  ENDPOINT_SYSTEM: 'any other failure of the system',
} as const satisfies Record<string, string>
export type EndpointErrorCode = keyof typeof ENDPOINT_ERRORS

/** A socket or connection that failed, or cannot be had; `code` says which way. */
export class EndpointError extends AppError<EndpointErrorCode> {}

const CODE_OF_ERRNO: Readonly<Record<string, EndpointErrorCode>> = {
  EADDRINUSE: 'ENDPOINT_ADDRESS_IN_USE',
  EADDRNOTAVAIL: 'ENDPOINT_ADDRESS_NOT_AVAILABLE',
  EINVAL: 'ENDPOINT_INVALID_ADDRESS',
  ENODEV: 'ENDPOINT_INVALID_ADDRESS',
  ENXIO: 'ENDPOINT_INVALID_ADDRESS',
  EACCES: 'ENDPOINT_PERMISSION_DENIED',
  EPERM: 'ENDPOINT_PERMISSION_DENIED',
  ENETUNREACH: 'ENDPOINT_UNREACHABLE',
  EHOSTUNREACH: 'ENDPOINT_UNREACHABLE',
  ENETDOWN: 'ENDPOINT_UNREACHABLE',
  ECONNREFUSED: 'ENDPOINT_REFUSED',
  ECONNRESET: 'ENDPOINT_RESET',
  EPIPE: 'ENDPOINT_RESET',
  ECONNABORTED: 'ENDPOINT_RESET',
  ETIMEDOUT: 'ENDPOINT_TIMEOUT',
  EMSGSIZE: 'ENDPOINT_TOO_LARGE',
  EAFNOSUPPORT: 'ENDPOINT_UNSUPPORTED',
  ENOPROTOOPT: 'ENDPOINT_UNSUPPORTED',
}

/** The error for a failed call of the system, by the name of its number: `EADDRINUSE`. `what` begins the message. */
export function systemError(what: string, errno: string, cause?: unknown): EndpointError {
  const code = CODE_OF_ERRNO[errno] ?? 'ENDPOINT_SYSTEM'
  return new EndpointError(code, `${what}: ${ENDPOINT_ERRORS[code]} (${errno})`, { cause })
}

/** The error for whatever a call of Node.js failed with. */
export function translateError(what: string, error: unknown): EndpointError {
  if (error instanceof EndpointError) return error
  const errno = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
  return systemError(what, errno, error)
}
