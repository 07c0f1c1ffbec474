import { Listeners, messageOf, Scope } from '@opensovd/base'
import { AuditTrail } from './audit/audit-trail.ts'
import { Bridge } from './bridge/bridge.ts'
import { type BulkDataStore, withStoredBulkData } from './bulk-data/stored-bulk-data.ts'
import { Disagreements } from './catalog/disagreements.ts'
import { EMPTY_CATALOG } from './catalog/mapping.ts'
import { withCatalog } from './catalog/meant-entity.ts'
import type { Diagnostics, DiagnosticsOptions } from './diagnostics.ts'
import type { Entity } from './entities/entity.ts'
import { EntityTree } from './entities/tree.ts'
import type { ResourceChange } from './events/event-bus.ts'
import { FaultManager } from './faults/fault-manager.ts'
import { withReportedFaults } from './faults/reporting-backend.ts'
import { tellOfUnknownComponents } from './faults/unknown-components.ts'
import { FeatureFlags } from './features/feature-flags.ts'
import { recordFaults } from './history/fault-history.ts'
import { MemoryFaultHistory } from './history/memory-fault-history.ts'
import { withRecordedClearings } from './history/recording-backend.ts'
import { Locks, type LocksOptions } from './locks/locks.ts'
import { logBrokenLock, logConnections, logFaults } from './logs/gateway-events.ts'
import { LogBook } from './logs/log-book.ts'
import type { LogSink } from './logs/log-sink.ts'
import { withLogs } from './logs/logged-entity.ts'
import { ModeExpirations } from './modes/mode-expirations.ts'
import { withProximity } from './proximity/guarded-entity.ts'
import { openTenancy } from './tenants/open-tenancy.ts'
import { updateTools } from './updates/tools.ts'
import { Updates } from './updates/updates.ts'
import { openWorkspace } from './workspace.ts'

/** Builds the domain over its backends and keeps them running until it is disposed. */
export function openDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const { clock, log, createId, backends, tenants } = options
  const scope = new Scope((error) => log.error('a backend stopped', { error: messageOf(error) }))
  for (const backend of backends) scope.adopt(backend)
  const faults = scope.adopt(new FaultManager({ clock, log, ...options.faults }))
  const features = new FeatureFlags(log, options.disabledFeatures)
  const bridge = scope.adopt(new Bridge({ clock, log, createId, features, ...options.bridge }))
  const audit = options.audit && new AuditTrail(clock, features, options.audit)
  const logs = new LogBook({ clock, ...options.logs })
  // What is done on behalf of one is no news for others.
  const ownLogs = tenants ? new LogBook({ clock, ...options.logs, shared: logs }) : logs
  const sinks = new Map<string | undefined, LogSink>([[undefined, ownLogs]])
  const extend = extensionOf(options)
  const { faultHistory = new MemoryFaultHistory(), catalog = EMPTY_CATALOG } = options
  const record = { clock, log, features, history: faultHistory }
  const reporting = backends.map((backend) => withReportedFaults(withRecordedClearings(backend, record), faults))
  const tree = new EntityTree(reporting, log, {
    ...options.entities,
    extend: (entity) => extend(entity, ownLogs, options.bulkData),
  })
  recordEvents({ faults, tree, logs, features, faultHistory }, options)
  const onBroken: LocksOptions['onBroken'] = (lock, breaker) =>
    logBrokenLock(lock, breaker, (tenant) => sinks.get(tenant) ?? ownLogs)
  const locks = scope.adopt(new Locks({ clock, log, createId, tree, onBroken, ...options.locks }))
  const modeExpirations = scope.adopt(new ModeExpirations({ clock, log }))
  const changes = new Listeners<ResourceChange>((error) =>
    log.error('a change was not told', { error: messageOf(error) }),
  )
  const workspace = openWorkspace(
    { clock, log, createId, tree, logs: ownLogs, faults, locks, modeExpirations, ...(tenants && { changes }) },
    options,
    scope,
  )
  const tools = updateTools(tree, workspace.executions, clock)
  const { updates: provider } = options
  const updates = scope.adopt(new Updates({ clock, log, tools, ...(provider && { provider }) }))
  const whole: Diagnostics = {
    ...workspace,
    faults,
    locks,
    modeExpirations,
    logs,
    catalog,
    features,
    ...(audit && { audit }),
    bridge,
    faultHistory,
    updates,
    [Symbol.asyncDispose]: () => scope.close(),
  }
  const parts = { clock, log, createId, options, whole, backends: reporting, extend, changes, sinks, scope }
  const tenancy = tenants && openTenancy(tenants, parts)
  for (const backend of backends) scope.run((signal) => backend.run(signal))
  return tenancy ? { ...whole, tenancy } : whole
}

/** What every entity has beside what it is made of. */
function extensionOf({ proximity, log, catalog = EMPTY_CATALOG }: DiagnosticsOptions) {
  const guarded = new Set(proximity?.operations)
  const disagreements = new Disagreements(log)
  return (entity: Entity, logs: LogBook, files: BulkDataStore | undefined): Entity => {
    const known = withCatalog(withLogs(withProximity(entity, guarded), logs), catalog, disagreements)
    return files ? withStoredBulkData(known, files) : known
  }
}

type Recorded = Pick<Diagnostics, 'faults' | 'tree' | 'logs' | 'features' | 'faultHistory'>

/** Sees to it that what happens to the vehicle is in its logs and histories. */
function recordEvents(
  { faults, tree, logs, features, faultHistory }: Recorded,
  { clock, log }: DiagnosticsOptions,
): void {
  tellOfUnknownComponents(faults, tree, log)
  logFaults(faults, logs)
  recordFaults(faults, faultHistory, features, clock)
  logConnections(tree, logs)
}
