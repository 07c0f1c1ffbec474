import type { Logger } from '@opensovd/base'
import { takeSocketPath } from '../local-socket.ts'
import type { LogAdmission } from './log-admission.ts'
import { MAX_MESSAGE_BYTES } from './syslog-message.ts'

/**
 * Binds a local datagram socket, and takes datagrams until it is disposed, which removes its file. Their bytes are
 * overwritten when the handler has returned; `isCut` tells that there were more. After `failed` nothing comes any more.
 * @throws Error with the system's name of the failure as its code: `EADDRINUSE`
 */
export type OpenDatagramSocket = (
  options: { readonly path: string; readonly maxBytes: number },
  handler: { datagram(bytes: Buffer, isCut: boolean): void; failed(error: Error): void },
) => Disposable

export interface SyslogDatagramOptions {
  readonly path: string
  /** Who may send, as permissions of the socket file. */
  readonly mode: number
  readonly open: OpenDatagramSocket
}

/**
 * Takes messages of syslog over a local datagram socket, as there is one at `/dev/log`.
 * @throws AppError `address-in-use`, `address-unavailable` or `listen-failed`
 */
export async function openSyslogDatagrams(
  { path, mode, open }: SyslogDatagramOptions,
  admission: LogAdmission,
  log: Logger,
): Promise<Disposable> {
  using opening = new DisposableStack()
  const handler = {
    datagram: (bytes: Buffer, isCut: boolean) => admission.syslog(bytes, isCut),
    failed: (error: Error) => log.error('syslog is not taken any more', { path, error: error.message }),
  }
  await takeSocketPath(path, mode, async () => opening.use(open({ path, maxBytes: MAX_MESSAGE_BYTES }, handler)))
  return opening.move()
}
