import { mkdir, open, readdir, stat, truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** One file of the history. */
export interface Segment {
  readonly number: number
  readonly path: string
  bytes: number
  /** When it was made, in milliseconds since 1970. */
  readonly madeAtMs: number
  /** When it was written to last, likewise. */
  changedAtMs: number
  /** The times of its records, once it was read to its end and nothing is added to it any more. */
  range?: { readonly minMs: number; readonly maxMs: number }
}

const NAME = /^faults-(\d{10})\.jsonl$/
const TAIL_BYTES = 64 * 1024
const NEWLINE = 0x0a

export function segmentAt(folder: string, number: number, nowMs: number): Segment {
  const path = join(folder, `faults-${String(number).padStart(10, '0')}.jsonl`)
  return { number, path, bytes: 0, madeAtMs: nowMs, changedAtMs: nowMs }
}

/** The segments in a folder, which is made if it is not there, the oldest first. The last one ends in a whole line. */
export async function findSegments(folder: string): Promise<Segment[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found: Segment[] = []
  for (const name of (await readdir(folder)).toSorted()) {
    const number = Number(NAME.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(number)) continue
    const path = join(folder, name)
    const { size, mtimeMs, birthtimeMs } = await stat(path)
    found.push({ number, path, bytes: size, madeAtMs: Math.min(birthtimeMs, mtimeMs), changedAtMs: mtimeMs })
  }
  const last = found.at(-1)
  if (last) last.bytes = await cutTornLine(last.path, last.bytes)
  return found
}

export async function removeSegment({ path }: Segment): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  })
}

/** Removes the line that writing was interrupted in. Returns what is left. */
async function cutTornLine(path: string, bytes: number): Promise<number> {
  const handle = await open(path, 'r')
  let end = 0
  try {
    const tail = Buffer.alloc(Math.min(bytes, TAIL_BYTES))
    await handle.read(tail, 0, tail.length, bytes - tail.length)
    const newline = tail.lastIndexOf(NEWLINE)
    end = newline < 0 ? 0 : bytes - tail.length + newline + 1
  } finally {
    await handle.close()
  }
  if (end < bytes) await truncate(path, end)
  return end
}
