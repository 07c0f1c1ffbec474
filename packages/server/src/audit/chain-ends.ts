import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type Json, parseJson } from '@opensovd/base'
import { type ChainLink, GENESIS } from '@opensovd/core'
import { isLink, linkOf } from './entry-line.ts'

/** Where the chain in the files begins and ends. */
export interface ChainEnds {
  /** The entry before the oldest. */
  readonly anchor: ChainLink
  /** The last entry that is certainly written. */
  readonly head: ChainLink
}

const NAME = 'chain.json'

/**
 * The ends as they were written last; those of an empty chain where there are none.
 * @throws Error what the file system says; TypeError for a file that does not hold them
 */
export async function readEnds(folder: string): Promise<ChainEnds> {
  const path = join(folder, NAME)
  let json: Json
  try {
    json = parseJson(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { anchor: GENESIS, head: GENESIS }
    throw error
  }
  if (!isJsonObject(json) || !isLink(json.anchor) || !isLink(json.head)) {
    throw new TypeError(`${path} does not hold the ends of a chain`)
  }
  // Both were just found to be links.
  const { anchor, head } = json as unknown as ChainEnds
  return { anchor: linkOf(anchor), head: linkOf(head) }
}

/** Replaces the file as a whole, so that it is never half written. */
export async function writeEnds(folder: string, ends: ChainEnds): Promise<void> {
  const path = join(folder, NAME)
  const draft = `${path}.new`
  await using handle = await open(draft, 'w', 0o600)
  await handle.writeFile(`${JSON.stringify(ends)}\n`)
  await handle.datasync()
  await rename(draft, path)
}
