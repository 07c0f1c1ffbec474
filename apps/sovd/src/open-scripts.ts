import { randomUUID } from 'node:crypto'
import type { Clock, Logger } from '@opensovd/base'
import type { ScriptsOptions } from '@opensovd/core'
import type { Config, ScriptsConfig } from './config/config.ts'

/**
 * Opens the folder of scripts, and what runs them.
 * @throws AppError `store-unusable`; `sandbox-unavailable` when the machine cannot isolate them as configured
 */
export async function openScripts(
  config: ScriptsConfig,
  { maxAgeMs }: Config['executions'],
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<ScriptsOptions> {
  const { openScriptRunner, ScriptFolder } = await import('@opensovd/integrations/scripts')
  const { limits, ...rest } = config
  if (config.isolation === 'process')
    log.warn('scripts can reach the network, sockets of this machine and processes of this user')
  const store = await ScriptFolder.open({ ...rest, clock, log, createId: randomUUID })
  const runner = await openScriptRunner({ ...rest, clock, pathOf: (script) => store.pathOf(script) })
  return { ...limits, store, runner, retainMs: maxAgeMs }
}
