import { lstatSync, unlinkSync } from 'node:fs'
import { AppError } from '@opensovd/base'
import { type Libc, loadLibc } from './libc.ts'
import { AF_UNIX, MSG_DONTWAIT, MSG_TRUNC, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from './linux.ts'
import { sockaddrOf } from './sockaddr.ts'

export interface UnixDatagramOptions {
  /** Where the socket is to be in the file system. */
  readonly path: string
  /** What is taken of one datagram. */
  readonly maxBytes: number
}

export interface UnixDatagramHandler {
  /**
   * @param bytes are overwritten when the call has returned
   * @param isCut whether the datagram went on beyond them
   */
  datagram(bytes: Buffer, isCut: boolean): void
  /** Nothing comes any more; the socket is closed. */
  failed(error: Error): void
}

/**
 * Binds a socket, and takes datagrams until it is disposed, which removes its file.
 * @throws AppError with the system's name of the failure as its code: `EADDRINUSE`
 */
export type OpenUnixDatagramSocket = (options: UnixDatagramOptions, handler: UnixDatagramHandler) => Disposable

/** Datagrams of one turn of the event loop. What comes faster waits in the system, and then its senders do. */
const MAX_DATAGRAMS_PER_TURN = 64

/** Local datagram sockets, which Node.js lacks; undefined where there is no koffi, or no Linux. */
export async function loadUnixDatagrams(): Promise<OpenUnixDatagramSocket | undefined> {
  const libc = await loadLibc()
  return libc && unixDatagrams(libc)
}

export function unixDatagrams(libc: Libc): OpenUnixDatagramSocket {
  return (options, handler) => {
    const sockaddr = sockaddrOf(options.path)
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    if (fd < 0) throw failure(libc, 'opening', options.path)
    try {
      if (libc.bind(fd, sockaddr, sockaddr.length) < 0) throw failure(libc, 'binding', options.path)
      return new UnixDatagramSocket(libc, fd, options, handler)
    } catch (error) {
      libc.close(fd)
      throw error
    }
  }
}

function failure(libc: Libc, what: string, path: string): AppError {
  const errno = libc.errorName()
  return new AppError(errno, `${what} the datagram socket ${path}: ${errno}`)
}

class UnixDatagramSocket implements Disposable {
  readonly #libc: Libc
  readonly #fd: number
  readonly #path: string
  readonly #handler: UnixDatagramHandler
  readonly #buffer: Buffer
  readonly #file: { readonly dev: number; readonly ino: number }
  readonly #poll: { close(): void }
  #isOpen = true

  constructor(libc: Libc, fd: number, { path, maxBytes }: UnixDatagramOptions, handler: UnixDatagramHandler) {
    this.#libc = libc
    this.#fd = fd
    this.#path = path
    this.#handler = handler
    this.#buffer = Buffer.alloc(maxBytes)
    this.#file = lstatSync(path)
    this.#poll = libc.poll(fd, () => void setImmediate(this.#receive))
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#poll.close()
    this.#removeFile()
    this.#libc.close(this.#fd)
  }

  readonly #receive = (): void => {
    const { length } = this.#buffer
    for (let taken = 0; taken < MAX_DATAGRAMS_PER_TURN && this.#isOpen; taken++) {
      const sent = this.#libc.recv(this.#fd, this.#buffer, length, MSG_DONTWAIT | MSG_TRUNC)
      if (sent < 0) {
        this.#recover()
        return
      }
      this.#handler.datagram(this.#buffer.subarray(0, sent), sent > length)
    }
  }

  #recover(): void {
    const error = failure(this.#libc, 'receiving at', this.#path)
    if (error.code === 'EAGAIN' || error.code === 'EINTR') return
    this[Symbol.dispose]()
    this.#handler.failed(error)
  }

  /** Unless another took its place. While the descriptor is open, no other file can have its number. */
  #removeFile(): void {
    try {
      const { dev, ino } = lstatSync(this.#path)
      if (dev === this.#file.dev && ino === this.#file.ino) unlinkSync(this.#path)
    } catch {
      // It is gone, or nobody may remove it: then whoever opens the next one finds it stale.
    }
  }
}
