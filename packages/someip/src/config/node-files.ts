import { readdir, readFile, stat } from 'node:fs/promises'
import type { ConfigurationFiles } from './files.ts'

/** The files of this machine. */
export const nodeFiles: ConfigurationFiles = {
  async kindOf(path) {
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile()) return 'file'
    return found?.isDirectory() ? 'folder' : undefined
  },
  read: (path) => readFile(path),
  list: (folder) => readdir(folder),
}
