import { createServer, type Socket } from 'node:net'
import { type Logger, messageOf, Scope } from '@opensovd/base'
import { listenLocally } from '../local-socket.ts'
import { FrameSplitter } from './frame-splitter.ts'
import type { LogAdmission } from './log-admission.ts'
import { MAX_MESSAGE_BYTES } from './syslog-message.ts'

export interface SyslogSocketOptions {
  readonly path: string
  /** Who may connect, as permissions of the socket file. */
  readonly mode: number
}

const MAX_CONNECTIONS = 256

/**
 * Takes messages of syslog over a local stream socket, which `syslog(3)` and `logger` use where there is no datagram
 * socket.
 * @throws AppError `address-in-use`, `address-unavailable` or `listen-failed`
 */
export async function openSyslogSocket(
  { path, mode }: SyslogSocketOptions,
  admission: LogAdmission,
  log: Logger,
): Promise<AsyncDisposable> {
  const scope = new Scope((error) => log.warn('taking syslog failed', { error: messageOf(error) }))
  const server = createServer((socket) => {
    socket.on('error', () => {})
    scope.run((signal) => serve(socket, admission, log, signal))
  })
  server.maxConnections = MAX_CONNECTIONS
  await listenLocally(server, path, mode)
  server.on('error', (error) => log.warn('a program could not connect to log', { error: error.message }))
  let closing: Promise<void> | undefined
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    await scope.close()
    await closed
  }
  return {
    [Symbol.asyncDispose]: () => {
      closing ??= close()
      return closing
    },
  }
}

/** Takes what one program sends until it ends the stream, or sends what is no message. The signal cuts it. */
async function serve(socket: Socket, admission: LogAdmission, log: Logger, signal: AbortSignal): Promise<void> {
  const frames = new FrameSplitter(MAX_MESSAGE_BYTES)
  const cut = () => socket.destroy()
  signal.addEventListener('abort', cut, { once: true })
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      for (const message of frames.push(chunk)) admission.syslog(message)
    }
    const last = frames.end()
    if (last) admission.syslog(last)
  } catch (error) {
    if (!signal.aborted) log.debug('a program that logs was cut off', { error: messageOf(error) })
    admission.drop(1)
  } finally {
    admission.drop(frames.skipped)
    signal.removeEventListener('abort', cut)
    socket.destroy()
  }
}
