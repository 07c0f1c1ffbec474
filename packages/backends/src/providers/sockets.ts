import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A socket in a folder, and whose it is. */
export interface FoundSocket {
  /** File name without `.sock`. */
  readonly name: string
  readonly path: string
  /** User id of the owner. */
  readonly uid: number
}

const SOCKET_FILE = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\.sock$/

/**
 * The sockets in a folder, by name. Other files, links, and what is gone by the time it is looked at are left out.
 * @throws Error of the file system when the folder cannot be read
 */
export async function findSockets(folder: string): Promise<readonly FoundSocket[]> {
  const files = (await readdir(folder)).toSorted()
  const found = await Promise.all(files.map((file) => findSocket(folder, file)))
  return found.filter((socket) => socket !== undefined)
}

async function findSocket(folder: string, file: string): Promise<FoundSocket | undefined> {
  const name = SOCKET_FILE.exec(file)?.[1]
  if (name === undefined) return undefined
  const path = join(folder, file)
  const stats = await lstat(path).catch(() => undefined)
  return stats?.isSocket() ? { name, path, uid: stats.uid } : undefined
}
