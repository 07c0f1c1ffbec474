import { once } from 'node:events'
import { chmod, lstat, stat, unlink } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { dirname } from 'node:path'
import { AppError, messageOf } from '@opensovd/base'

/**
 * Listens on a socket in the file system. One that nobody listens on any more, which a program that ended badly
 * leaves behind, is replaced.
 * @param mode who may connect, as permissions of the socket file
 * @param listen makes a server listen on the path
 * @throws AppError `address-in-use` when somebody listens; `address-unavailable` when something else is there, or when
 * there is no directory for it; `listen-failed`
 */
export async function takeSocketPath(path: string, mode: number, listen: () => Promise<unknown>): Promise<void> {
  await clearPath(path)
  try {
    await listen()
    await chmod(path, mode)
  } catch (error) {
    throw localSocketError(error, path)
  }
}

/** As `takeSocketPath`, for a server of Node.js. It is closed when it cannot listen. */
export async function listenLocally(server: Server, path: string, mode: number): Promise<void> {
  try {
    await takeSocketPath(path, mode, () => once(server.listen(path), 'listening'))
  } catch (error) {
    server.close()
    throw error
  }
}

async function clearPath(path: string): Promise<void> {
  const directory = await stat(dirname(path)).catch(() => undefined)
  if (!directory?.isDirectory()) {
    throw new AppError('address-unavailable', `${dirname(path)}, where a socket is to be, is no directory`)
  }
  const found = await lstat(path).catch(() => undefined)
  if (!found) return
  if (!found.isSocket()) throw new AppError('address-unavailable', `${path} is there already and is not a socket`)
  if (await isListenedOn(path)) throw inUse(path)
  await unlink(path).catch((error: unknown) => {
    throw localSocketError(error, path)
  })
}

function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'))
  })
}

function localSocketError(error: unknown, path: string): AppError {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return inUse(path, error)
    case 'EINVAL':
    case 'ENAMETOOLONG':
      return new AppError('address-unavailable', `${path} is too long for the path of a socket`, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new AppError('listen-failed', `no permission to make ${path}`, { cause: error })
    default:
      return new AppError('listen-failed', `cannot listen on ${path}: ${messageOf(error)}`, { cause: error })
  }
}

function inUse(path: string, cause?: unknown): AppError {
  return new AppError('address-in-use', `another program listens on ${path}`, { cause })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
