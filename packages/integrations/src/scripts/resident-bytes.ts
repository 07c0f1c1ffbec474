import { readFileSync } from 'node:fs'

const KIBIBYTE = 1024
/** A command has at most so many generations below it. */
const MAX_DEPTH = 4

/** The memory that a process and what it started take now; 0 where the system does not tell. */
export function residentBytes(pid: number, depth = 0): number {
  const kibibytes = Number(/^VmRSS:\s*(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
  const children = depth < MAX_DEPTH ? read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean) : []
  return kibibytes * KIBIBYTE + children.reduce((sum, child) => sum + residentBytes(Number(child), depth + 1), 0)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
