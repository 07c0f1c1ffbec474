import type { UpdatesConfig } from './config.ts'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

/** Judges where updates come from and go to; undefined when there are none. */
export function readUpdates({ dir, install_dir }: Settings['updates'], findings: Findings): UpdatesConfig | undefined {
  if (dir !== undefined && install_dir !== undefined) return { path: dir, installPath: install_dir }
  if (dir !== undefined)
    findings.problem('updates.install_dir', 'is required with updates.dir', { involved: ['updates.dir'] })
  if (install_dir !== undefined) {
    findings.problem('updates.dir', 'is required with updates.install_dir', { involved: ['updates.install_dir'] })
  }
  return undefined
}
