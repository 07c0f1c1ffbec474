import { readFileSync } from 'node:fs'
import { messageOf } from '@opensovd/base'
import { ConfigError } from './problem.ts'

/** @throws ConfigError for a file that cannot be read */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError([{ path: '', message: `cannot be read: ${readFailure(error)}`, source: file }])
  }
}

/** Why a file could not be read, without its name. */
export function readFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return 'no such file'
    case 'EACCES':
      return 'permission denied'
    case 'EISDIR':
      return 'it is a directory'
    default:
      return messageOf(error)
  }
}
