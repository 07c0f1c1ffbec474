import { type Stats, statSync } from 'node:fs'
import { messageOf } from '@opensovd/base'
import type { ProvidersConfig } from './config.ts'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

const WRITABLE_BY_ALL = 0o002

/** Judges where programs may offer diagnostics; undefined when they may not, or the place cannot be used. */
export function readProviders(
  { dir, allowed_uids, max, timeout_secs }: Settings['providers'],
  findings: Findings,
): ProvidersConfig | undefined {
  if (dir === undefined || !isSafe(dir, findings)) return undefined
  const own = process.getuid?.()
  const allowedUids = [...new Set([0, ...(own === undefined ? [] : [own]), ...allowed_uids])]
  return { path: dir, allowedUids, maxProviders: max, timeoutMs: timeout_secs * 1000 }
}

function isSafe(dir: string, findings: Findings): boolean {
  const refuse = (message: string) => {
    findings.problem('providers.dir', message)
    return false
  }
  let stats: Stats
  try {
    stats = statSync(dir)
  } catch (error) {
    return refuse(`cannot be used: ${messageOf(error)}`)
  }
  if (!stats.isDirectory()) return refuse(`expected a folder, ${dir} is none`)
  if (stats.mode & WRITABLE_BY_ALL) return refuse(`${dir} is writable by everybody, so that anybody could provide`)
  return true
}
