import { mkdir, open, readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'

/** One file of the chain. */
export interface Segment {
  readonly number: number
  readonly path: string
  /** As far as it is written for certain. */
  bytes: number
}

const NAME = /^audit-(\d{10})\.jsonl$/
const TAIL_BYTES = 64 * 1024
const NEWLINE = 0x0a

export function segmentAt(folder: string, number: number): Segment {
  return { number, path: join(folder, `audit-${String(number).padStart(10, '0')}.jsonl`), bytes: 0 }
}

/** The segments in a folder, which is made if it is not there, the oldest first. */
export async function findSegments(folder: string): Promise<Segment[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found: Segment[] = []
  for (const name of (await readdir(folder)).toSorted()) {
    const number = Number(NAME.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(number)) continue
    const path = join(folder, name)
    found.push({ number, path, bytes: (await stat(path)).size })
  }
  return found
}

/** Removes the line that writing was interrupted in. Returns how many bytes of it there were. */
export async function cutTornLine(segment: Segment): Promise<number> {
  const { path, bytes } = segment
  const tail = Buffer.alloc(Math.min(bytes, TAIL_BYTES))
  {
    await using handle = await open(path, 'r')
    await handle.read(tail, 0, tail.length, bytes - tail.length)
  }
  const newline = tail.lastIndexOf(NEWLINE)
  segment.bytes = newline < 0 ? 0 : bytes - tail.length + newline + 1
  if (segment.bytes < bytes) await truncate(path, segment.bytes)
  return bytes - segment.bytes
}
