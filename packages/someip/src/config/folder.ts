import { resolve } from 'node:path'
import { messageOf } from '@opensovd/base'
import type { ConfigurationFiles } from './files.ts'
import type { Problems } from './problems.ts'

export interface FileAccess {
  readonly files: ConfigurationFiles
  /** What relative paths start from. */
  readonly workingDirectory: string
}

export interface FolderContents {
  /** Paths, in ascending order; they start with the folder as it was given. */
  readonly files: readonly string[]
  readonly folders: readonly string[]
}

export function kindOf(path: string, { files, workingDirectory }: FileAccess): Promise<'file' | 'folder' | undefined> {
  return files.kindOf(resolve(workingDirectory, path))
}

/** Nothing, if the folder cannot be read; that is reported. */
export async function readFolder(folder: string, access: FileAccess, problems: Problems): Promise<FolderContents> {
  try {
    const names = await access.files.list(resolve(access.workingDirectory, folder))
    const paths = names.map((name) => `${folder.replace(/\/$/, '')}/${name}`).sort()
    const kinds = await Promise.all(paths.map((path) => kindOf(path, access)))
    return {
      files: paths.filter((_, index) => kinds[index] !== 'folder'),
      folders: paths.filter((_, index) => kinds[index] === 'folder'),
    }
  } catch (error) {
    const place = { file: folder, line: 1, column: 1, path: '' }
    problems.report('unreadable-file', place, `the folder cannot be read: ${messageOf(error)}`)
    return { files: [], folders: [] }
  }
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
