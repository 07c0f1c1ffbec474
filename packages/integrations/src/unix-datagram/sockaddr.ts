import { endianness } from 'node:os'
import { AppError } from '@opensovd/base'
import { AF_UNIX, SOCKADDR_UN } from './linux.ts'

/**
 * The structure for a path in the file system.
 * @throws AppError `EINVAL` or `ENAMETOOLONG` for one that no socket can have
 */
export function sockaddrOf(path: string): Uint8Array {
  const name = Buffer.from(path)
  if (name.length === 0 || name.includes(0)) throw new AppError('EINVAL', `${JSON.stringify(path)} is no path`)
  if (name.length >= SOCKADDR_UN.PATH_BYTES) {
    const most = SOCKADDR_UN.PATH_BYTES - 1
    throw new AppError('ENAMETOOLONG', `${path} has ${name.length} bytes, the path of a socket has at most ${most}`)
  }
  const sockaddr = new Uint8Array(SOCKADDR_UN.PATH + name.length + 1)
  new DataView(sockaddr.buffer).setUint16(SOCKADDR_UN.FAMILY, AF_UNIX, endianness() === 'LE')
  sockaddr.set(name, SOCKADDR_UN.PATH)
  return sockaddr
}
