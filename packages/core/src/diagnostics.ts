import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import { type AuditOptions, AuditTrail } from './audit/audit-trail.ts'
import { Bridge, type BridgeOptions } from './bridge/bridge.ts'
import { type BulkDataStore, withStoredBulkData } from './bulk-data/stored-bulk-data.ts'
import { type DataCatalog, EMPTY_CATALOG } from './catalog/mapping.ts'
import { withCatalog } from './catalog/meant-entity.ts'
import { ClearData, type ClientDefined } from './clear-data/clear-data.ts'
import { CommunicationLogs } from './communication/communication-logs.ts'
import { DataLists, type DataListsOptions } from './data/data-lists.ts'
import type { Entity } from './entities/entity.ts'
import { EntityTree, type EntityTreeOptions } from './entities/tree.ts'
import { EventBus, type EventBusOptions } from './events/event-bus.ts'
import type { TriggerStore } from './events/trigger.ts'
import { FaultManager, type FaultManagerOptions } from './faults/fault-manager.ts'
import { withReportedFaults } from './faults/reporting-backend.ts'
import { tellOfUnknownComponents } from './faults/unknown-components.ts'
import { FeatureFlags, type FeatureName } from './features/feature-flags.ts'
import { type FaultHistory, recordFaults } from './history/fault-history.ts'
import { MemoryFaultHistory } from './history/memory-fault-history.ts'
import type { EntityRef } from './locks/lock.ts'
import { Locks, type LocksOptions } from './locks/locks.ts'
import { logBrokenLock, logConnections, logExecution, logFaults } from './logs/gateway-events.ts'
import { LogBook, type LogBookOptions } from './logs/log-book.ts'
import { withLogs } from './logs/logged-entity.ts'
import { ModeExpirations } from './modes/mode-expirations.ts'
import { Executions, type ExecutionsOptions } from './operations/executions.ts'
import type { Backend } from './ports/backend.ts'
import { withProximity } from './proximity/guarded-entity.ts'
import { Proximity, type ProximityOptions } from './proximity/proximity.ts'
import { Scripts, type ScriptsOptions } from './scripts/scripts.ts'
import { updateTools } from './updates/tools.ts'
import type { UpdateProvider } from './updates/update.ts'
import { Updates } from './updates/updates.ts'

export interface DiagnosticsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  /** In order of precedence. They are owned: closing the diagnostics closes them. */
  readonly backends: readonly Backend[]
  /** What is known of entities beyond what backends yield. */
  readonly entities?: Omit<EntityTreeOptions, 'extend'>
  readonly executions?: Omit<ExecutionsOptions, 'clock' | 'log' | 'createId' | 'onSettled'>
  readonly faults?: Omit<FaultManagerOptions, 'clock' | 'log'>
  readonly locks?: Pick<LocksOptions, 'defaultSeconds' | 'maxSeconds' | 'maxLocks'>
  readonly logs?: Omit<LogBookOptions, 'clock'>
  /** Where is kept what happens to reported faults. Absent: the latest of it in memory. */
  readonly faultHistory?: FaultHistory
  readonly proximity?: Omit<ProximityOptions, 'clock' | 'createId'> & {
    /** Operations that need a proof beside those whose sources say so: `component/operation`. */
    readonly operations?: readonly string[]
  }
  /** Features that are off until somebody switches them on. */
  readonly disabledFeatures?: readonly FeatureName[]
  /** How it is recorded who did what; absent: it is not. */
  readonly audit?: AuditOptions
  /** What this gateway is to the bridge between vehicles and a cloud; absent: nothing. */
  readonly bridge?: Omit<BridgeOptions, 'clock' | 'log' | 'createId' | 'features'>
  /** What data and faults mean, beyond what backends say of them. */
  readonly catalog?: DataCatalog
  /** Where entities without files of their own keep some; absent: they have none. It stays open. */
  readonly bulkData?: BulkDataStore
  /** Where updates come from; absent: there are none. */
  readonly updates?: UpdateProvider
  /** Where programs of clients are kept and run; absent: there can be none. */
  readonly scripts?: ScriptsOptions
  readonly dataLists?: Omit<DataListsOptions, 'clock' | 'createId'>
  readonly events?: NonNullable<EventBusOptions['limits']>
  /** Where triggers are kept that are to outlive the program. */
  readonly triggerStore?: TriggerStore
}

/** The diagnostic domain: everything a contract serves, and nothing of how it is served. */
export interface Diagnostics extends AsyncDisposable {
  readonly tree: EntityTree
  readonly executions: Executions
  /** Takes the faults that programs report; they are among those of their components in the tree. */
  readonly faults: FaultManager
  readonly locks: Locks
  readonly modeExpirations: ModeExpirations
  /** Takes what there is to tell of entities; it is in their logs in the tree. */
  readonly logs: LogBook
  readonly catalog: DataCatalog
  readonly features: FeatureFlags
  /** Absent: nothing is recorded of who did what. */
  readonly audit?: AuditTrail
  readonly bridge: Bridge
  readonly faultHistory: FaultHistory
  /** Knows who proved to be near the vehicle. */
  readonly proximity: Proximity
  readonly updates: Updates
  readonly dataLists: DataLists
  readonly clearData: ClearData
  readonly scripts: Scripts
  readonly communicationLogs: CommunicationLogs
  /** Tells what happens, while somebody wants to know. */
  readonly events: EventBus
}

/** Builds the domain over its backends and keeps them running until it is disposed. */
export function openDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const { clock, log, createId, backends, catalog = EMPTY_CATALOG, bulkData } = options
  const scope = new Scope((error) => log.error('a backend stopped', { error: messageOf(error) }))
  for (const backend of backends) scope.adopt(backend)
  const faults = scope.adopt(new FaultManager({ clock, log, ...options.faults }))
  const proximity = new Proximity({ clock, createId, ...options.proximity })
  const guarded = new Set(options.proximity?.operations)
  const features = new FeatureFlags(log, options.disabledFeatures)
  const bridge = scope.adopt(new Bridge({ clock, log, createId, features, ...options.bridge }))
  const audit = options.audit && new AuditTrail(clock, features, options.audit)
  const logs = new LogBook({ clock, ...options.logs })
  const extend = (entity: Entity): Entity => {
    const known = withCatalog(withLogs(withProximity(entity, guarded), logs), catalog)
    return bulkData ? withStoredBulkData(known, bulkData) : known
  }
  const reporting = backends.map((backend) => withReportedFaults(backend, faults))
  const tree = new EntityTree(reporting, log, { ...options.entities, extend })
  tellOfUnknownComponents(faults, tree, log)
  logFaults(faults, logs)
  const { faultHistory = new MemoryFaultHistory() } = options
  recordFaults(faults, faultHistory, features, clock)
  logConnections(tree, logs)
  const executions = scope.adopt(
    new Executions({
      clock,
      log,
      createId,
      onSettled: (execution) => logExecution(execution, logs),
      requireProximity: (entity, operation, response, { caller = {} }) =>
        proximity.require(entity, operation, response, caller),
      ...options.executions,
    }),
  )
  const locks = scope.adopt(
    new Locks({
      clock,
      log,
      createId,
      tree,
      onBroken: (lock, breaker) => logBrokenLock(lock, breaker, logs),
      ...options.locks,
    }),
  )
  const modeExpirations = scope.adopt(new ModeExpirations({ clock, log }))
  const updates = scope.adopt(
    new Updates({
      clock,
      log,
      tools: updateTools(tree, executions, clock),
      ...(options.updates && { provider: options.updates }),
    }),
  )
  const events = scope.adopt(
    new EventBus({
      clock,
      log,
      createId,
      tree,
      faults,
      locks,
      logs,
      ...(options.events && { limits: options.events }),
      ...(options.triggerStore && { triggerStore: options.triggerStore }),
    }),
  )
  const dataLists = scope.adopt(new DataLists({ clock, createId, ...options.dataLists }))
  const communicationLogs = scope.adopt(
    new CommunicationLogs({
      clock,
      createId,
      tree,
      createTag: () => events.createTag(),
      events: { ...events.limits, limit: events.readers },
    }),
  )
  const tools = { clock, tree, executions, locks, modeExpirations, events }
  const scripts = scope.adopt(new Scripts({ clock, log, createId, tools, logs, proximity }, options.scripts))
  const clientDefined = [
    dataLists,
    scripts,
    communicationLogs,
    ofClients(events.subscriptions),
    ofClients(events.triggers),
  ]
  const clearData = scope.adopt(new ClearData({ clock, log, clientDefined }))
  for (const backend of backends) scope.run((signal) => backend.run(signal))
  return {
    tree,
    executions,
    faults,
    locks,
    modeExpirations,
    logs,
    catalog,
    features,
    ...(audit && { audit }),
    bridge,
    faultHistory,
    proximity,
    updates,
    dataLists,
    clearData,
    scripts,
    communicationLogs,
    events,
    [Symbol.asyncDispose]: () => scope.close(),
  }
}

function ofClients(resources: {
  list(entity: EntityRef): readonly { readonly id: string }[]
  delete(entity: EntityRef, id: string): void
}): ClientDefined {
  return {
    clear: (entity) => {
      for (const { id } of resources.list(entity)) resources.delete(entity, id)
    },
  }
}
