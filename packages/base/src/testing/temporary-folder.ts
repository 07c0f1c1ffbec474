import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for the files of a test, or of all of a file (`{ after }` of `node:test`), which is removed with them. */
export function temporaryFolder(test: { after(task: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'opensovd-'))
  test.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}
