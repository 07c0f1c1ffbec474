import type { Clock, Listeners, Logger, Scope } from '@opensovd/base'
import { ClearData } from './clear-data/clear-data.ts'
import { CommunicationLogs } from './communication/communication-logs.ts'
import { DataLists, type DataListsOptions } from './data/data-lists.ts'
import type { EntityTree } from './entities/tree.ts'
import { EventBus, type EventBusOptions, type ResourceChange } from './events/event-bus.ts'
import type { FaultManager } from './faults/fault-manager.ts'
import type { Locks } from './locks/locks.ts'
import { logExecution } from './logs/gateway-events.ts'
import type { LogSink } from './logs/log-sink.ts'
import type { ModeExpirations } from './modes/mode-expirations.ts'
import type { TriggerStore } from './observations/trigger.ts'
import { Executions, type ExecutionsOptions } from './operations/executions.ts'
import { Proximity, type ProximityOptions } from './proximity/proximity.ts'
import { Scripts, type ScriptsOptions } from './scripts/scripts.ts'
import type { Tenant } from './tenants/tenant.ts'

/** What those who work on a vehicle make while they do, and the vehicle as they see it. */
export interface Workspace {
  readonly tree: EntityTree
  readonly executions: Executions
  /** Knows who proved to be near the vehicle. */
  readonly proximity: Proximity
  readonly dataLists: DataLists
  readonly clearData: ClearData
  readonly scripts: Scripts
  readonly communicationLogs: CommunicationLogs
  /** Tells what happens, while somebody wants to know. */
  readonly events: EventBus
}

/** How much of it there may be. */
export interface WorkspaceLimits {
  readonly executions?: Omit<ExecutionsOptions, 'clock' | 'log' | 'createId' | 'onSettled'>
  readonly proximity?: Omit<ProximityOptions, 'clock' | 'createId'>
  readonly dataLists?: Omit<DataListsOptions, 'clock' | 'createId'>
  readonly events?: NonNullable<EventBusOptions['limits']>
  /** Where triggers are kept that are to outlive the program. */
  readonly triggerStore?: TriggerStore
  /** Where programs of clients are kept and run; absent: there can be none. */
  readonly scripts?: ScriptsOptions
}

export interface WorkspaceParts {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  readonly tree: EntityTree
  /** Takes what there is to tell of what is done here. */
  readonly logs: LogSink
  /** What all who work on the vehicle share. */
  readonly faults: FaultManager
  readonly locks: Locks
  readonly modeExpirations: ModeExpirations
  /** Tells the others what was changed here; absent: there are none. */
  readonly changes?: Listeners<ResourceChange>
  /** Whose it is; absent: it is for all who are not kept apart. */
  readonly tenant?: Tenant
}

/** Sets up a workspace, empty but for what was kept of it; it ends with the scope. */
export function openWorkspace(parts: WorkspaceParts, limits: WorkspaceLimits, scope: Scope): Workspace {
  const { clock, log, createId, tree, logs, faults, locks, modeExpirations, changes, tenant } = parts
  const proximity = new Proximity({ clock, createId, ...limits.proximity })
  const executions = scope.adopt(
    new Executions({
      clock,
      log,
      createId,
      onSettled: (execution) => logExecution(execution, logs),
      requireProximity: (entity, operation, response, { caller = {} }) =>
        proximity.require(entity, operation, response, caller),
      ...limits.executions,
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
      ...(changes && { changes }),
      ...(limits.events && { limits: limits.events }),
      ...(limits.triggerStore && { triggerStore: limits.triggerStore }),
    }),
  )
  const dataLists = scope.adopt(new DataLists({ clock, createId, ...limits.dataLists }))
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
  const scripts = scope.adopt(
    new Scripts({ clock, log, createId, tools, logs, proximity, ...(tenant && { tenant }) }, limits.scripts),
  )
  const clientDefined = [dataLists, scripts, communicationLogs, events.subscriptions, events.triggers]
  const clearData = scope.adopt(new ClearData({ clock, log, clientDefined }))
  return { tree, executions, proximity, dataLists, clearData, scripts, communicationLogs, events }
}
