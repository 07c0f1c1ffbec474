import { open, readFile, rename } from 'node:fs/promises'
import { parseJson } from '@opensovd/base'

/** The JSON text of a file; undefined when there is none. Rejects for one that is not JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return parseJson(text)
}

/**
 * Replaces a file at once: whoever reads it finds the old or the new one, also after a crash.
 * @param draft where it is written before, in the same file system
 */
export async function writeJsonFile(path: string, value: unknown, draft = `${path}.new`): Promise<void> {
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(JSON.stringify(value))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, path)
}
