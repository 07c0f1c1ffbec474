import { lstat, stat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { AppError, messageOf } from '@opensovd/base'

/**
 * Removes a socket that nobody listens on any more, which a program that ended badly leaves behind.
 * @throws AppError `address-in-use` when somebody listens; `address-unavailable` when something else is there, or when
 * there is no directory for it
 */
export async function clearSocketPath(path: string): Promise<void> {
  const directory = await stat(dirname(path)).catch(() => undefined)
  if (!directory?.isDirectory()) {
    throw new AppError('address-unavailable', `${dirname(path)}, where faults are to be taken, is no directory`)
  }
  const found = await lstat(path).catch(() => undefined)
  if (!found) return
  if (!found.isSocket()) throw new AppError('address-unavailable', `${path} is there already and is not a socket`)
  if (await isListenedOn(path)) throw new AppError('address-in-use', `another program takes faults at ${path}`)
  await unlink(path).catch((error: unknown) => {
    throw intakeError(error, path)
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

/** What keeps a socket from being opened, in our words. */
export function intakeError(error: unknown, path: string): AppError {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new AppError('address-in-use', `another program takes faults at ${path}`, { cause: error })
    case 'EINVAL':
    case 'ENAMETOOLONG':
      return new AppError('address-unavailable', `${path} is too long for the path of a socket`, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new AppError('listen-failed', `no permission to make ${path}`, { cause: error })
    default:
      return new AppError('listen-failed', `cannot take faults at ${path}: ${messageOf(error)}`, { cause: error })
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
