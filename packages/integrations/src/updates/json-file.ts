import { open, readFile, rename } from 'node:fs/promises'

/** The JSON text of a file; undefined when there is none. Rejects for one that is not JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return JSON.parse(text)
}

/** Replaces a file at once: whoever reads it finds the old or the new one, also after a crash. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.new`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(JSON.stringify(value))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path)
}
