import { randomUUID } from 'node:crypto'
import type { Clock, Logger } from '@opensovd/base'
import {
  type Backend,
  type BackendObserver,
  type Diagnostics,
  declaredComponents,
  openDiagnostics,
} from '@opensovd/core'
import type { Config, UpdatesConfig } from './config/config.ts'
import { openAudit } from './open-audit.ts'
import { openBackends } from './open-backends.ts'
import { bridgeOptionsOf } from './open-bridge.ts'
import { openFileStore } from './open-file-store.ts'
import { openHistory } from './open-history.ts'
import { openScripts } from './open-scripts.ts'
import { openTenants } from './open-tenants.ts'
import { openFaultMemory, openJournal } from './state/open-journal.ts'
import { openTriggerFile } from './state/trigger-file.ts'

export interface Domain extends AsyncDisposable {
  readonly diagnostics: Diagnostics
  readonly backends: readonly Backend[]
}

export interface DomainDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly observe?: BackendObserver
  /** Sources beside those of the configuration, after them. */
  readonly more?: readonly Backend[]
}

/**
 * Opens the diagnostics of a vehicle over the sources that a configuration names; nothing is served yet.
 * @throws ConfigError as `openBackends` does; AppError `state-unavailable` or `store-unusable` when a folder for what is kept cannot be used
 */
export async function openDomain(config: Config, deps: DomainDeps): Promise<Domain> {
  const { clock, log } = deps
  const { intake: _, components, ...faults } = config.faults
  await using opening = new AsyncDisposableStack()
  const journal = config.stateDir === undefined ? undefined : opening.use(await openJournal(config.stateDir, log))
  const faultJournal =
    config.stateDir === undefined ? {} : { journal: opening.use(await openFaultMemory(config.stateDir, log)) }
  const updates = config.updates && (await openUpdates(config.updates, log))
  const bulkData = config.bulkData && (await openFileStore(config.bulkData, deps))
  const scripts = config.scripts && (await openScripts(config.scripts, config.executions, deps))
  const sources = [...(await openBackends(config, deps)), ...(deps.more ?? [])]
  const backends = components.length > 0 ? [...sources, declaredComponents('faults', components)] : sources
  const diagnostics = opening.use(
    openDiagnostics({
      clock,
      log,
      createId: randomUUID,
      backends,
      faults: { ...faults, ...faultJournal },
      entities: config.entities,
      executions: { ...config.executions, ...(journal && { journal }) },
      locks: config.locks,
      logs: config.logs.kept,
      audit: await openAudit(config.audit, deps, opening),
      faultHistory: await openHistory(config.history, deps, opening),
      events: config.events.limits,
      ...(config.stateDir === undefined ? {} : { triggerStore: openTriggerFile(config.stateDir) }),
      proximity: config.proximity,
      disabledFeatures: config.disabledFeatures,
      ...(config.bridge && { bridge: bridgeOptionsOf(config.bridge) }),
      ...(config.tenants && { tenants: await openTenants(config, deps, opening) }),
      ...(config.catalog && { catalog: config.catalog }),
      ...(bulkData && { bulkData }),
      ...(updates && { updates }),
      ...(scripts && { scripts }),
    }),
  )
  const opened = opening.move()
  return { diagnostics, backends, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function openUpdates(config: UpdatesConfig, log: Logger) {
  const { FileUpdateProvider } = await import('@opensovd/integrations/updates')
  return FileUpdateProvider.open({ ...config, log, createId: randomUUID })
}
