import type { ScriptsConfig } from './config.ts'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

const KILOBYTE = 1000
const MEGABYTE = 1_000_000

/** A program of several threads uses more of the processor than of the time. */
const CPU_SECONDS_A_SECOND = 2
const CPU_SECONDS_MORE = 10

type Sections = Pick<Settings, 'scripts' | 'proximity'>

/** Judges whether clients may run scripts, and within what; undefined when they may not. */
export function readScripts({ scripts, proximity }: Sections, findings: Findings): ScriptsConfig | undefined {
  const { enabled, dir, proximity_proof } = scripts
  if (!enabled) return undefined
  const canProve = proximity.public_key_path !== undefined || proximity.hmac_secret !== undefined
  if (proximity_proof && !canProve) {
    findings.problem('scripts.proximity_proof', 'needs a key in [proximity]: nobody could start a script', {
      involved: ['proximity.public_key_path', 'proximity.hmac_secret'],
    })
  }
  if (dir === undefined) {
    findings.problem('scripts.dir', 'is required with scripts.enabled', { involved: ['scripts.enabled'] })
    return undefined
  }
  return {
    path: dir,
    isolation: scripts.isolation,
    maxScripts: scripts.max_scripts,
    maxBytes: scripts.max_size_kb * KILOBYTE,
    memoryBytes: scripts.memory_mb * MEGABYTE,
    cpuSeconds: Math.ceil(scripts.timeout_secs * CPU_SECONDS_A_SECOND) + CPU_SECONDS_MORE,
    limits: {
      maxRunning: scripts.max_running,
      timeoutMs: scripts.timeout_secs * 1000,
      proximityProofRequired: proximity_proof,
    },
  }
}
