import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { AppError, type Logger, messageOf } from '@opensovd/base'
import type { LogAdmission } from './log-admission.ts'

export interface SyslogUdpOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
}

export interface SyslogUdp extends AsyncDisposable {
  readonly port: number
}

/**
 * Takes messages of syslog, one a datagram [RFC 5426 3.1].
 * @throws AppError `address-in-use` or `listen-failed`
 */
export async function openSyslogUdp(
  { host, port }: SyslogUdpOptions,
  admission: LogAdmission,
  log: Logger,
): Promise<SyslogUdp> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  socket.on('message', (datagram) => admission.syslog(datagram))
  try {
    socket.bind(port, host)
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw listenError(error, host, port)
  }
  socket.on('error', (error) => log.warn('a datagram of syslog could not be taken', { error: error.message }))
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= new Promise((resolve) => socket.close(() => resolve()))
    return closing
  }
  return { port: socket.address().port, [Symbol.asyncDispose]: close }
}

function listenError(error: unknown, host: string, port: number): AppError {
  const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  if (isInUse) return new AppError('address-in-use', `UDP port ${port} on ${host} is already in use`, { cause: error })
  const message = `cannot take syslog at UDP port ${port} on ${host}: ${messageOf(error)}`
  return new AppError('listen-failed', message, { cause: error })
}
