import { writeFileSync } from 'node:fs'
import { AppError, messageOf } from '@opensovd/base'

/** Writes what a command makes. @throws AppError `write-failed` */
export function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new AppError('write-failed', `cannot write ${file}: ${messageOf(error)}`, { cause: error })
  }
}
