import type { LocksConfig } from './config.ts'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

/** Judges how long locks last. */
export function readLocks(settings: Settings['locks'], findings: Findings): LocksConfig {
  const { default_secs: defaultSeconds, max_secs: maxSeconds } = settings
  if (defaultSeconds > maxSeconds) {
    const message = `must not be above locks.max_secs, which is ${maxSeconds}, got ${defaultSeconds}`
    findings.problem('locks.default_secs', message, { involved: ['locks.max_secs'] })
  }
  return { defaultSeconds, maxSeconds }
}
