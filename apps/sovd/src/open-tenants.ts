import { join } from 'node:path'
import type { Clock, Logger } from '@opensovd/base'
import type { Tenant, TenantOptions } from '@opensovd/core'
import type { Config } from './config/config.ts'
import { openAuditStore } from './open-audit.ts'
import { openFileStore } from './open-file-store.ts'
import { openScripts } from './open-scripts.ts'
import { openJournal } from './state/open-journal.ts'
import { openTriggerFile } from './state/trigger-file.ts'

interface Deps {
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Opens what each tenant keeps: in a folder of its own within those of the whole, by the same limits. What it holds
 * open is closed with `opening`.
 * @throws AppError `state-unavailable` or `store-unusable` when a folder cannot be used
 */
export async function openTenants(
  config: Config,
  deps: Deps,
  opening: AsyncDisposableStack,
): Promise<readonly TenantOptions[]> {
  const opened: TenantOptions[] = []
  for (const tenant of config.tenants?.tenants ?? []) {
    opened.push(tenant.isolation === 'none' ? { tenant } : await openTenant(tenant, config, deps, opening))
  }
  return opened
}

async function openTenant(
  tenant: Tenant,
  { stateDir, audit, bulkData, scripts, executions }: Config,
  deps: Deps,
  opening: AsyncDisposableStack,
): Promise<TenantOptions> {
  const folderIn = (folder: string) => join(folder, 'tenants', tenant.id)
  const state = stateDir === undefined ? undefined : folderIn(stateDir)
  const files = audit.files && state && { ...audit.files, folder: join(state, 'audit') }
  return {
    tenant,
    ...(state && {
      journal: opening.use(await openJournal(state, deps.log)),
      triggerStore: openTriggerFile(state),
    }),
    ...(files && { auditStore: await openAuditStore({ ...audit, files }, deps, opening) }),
    ...(bulkData && { bulkData: await openFileStore({ ...bulkData, path: folderIn(bulkData.path) }, deps) }),
    ...(scripts && { scripts: await openScripts({ ...scripts, path: folderIn(scripts.path) }, executions, deps) }),
  }
}
