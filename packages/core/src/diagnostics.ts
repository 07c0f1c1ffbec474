import type { Clock, Logger } from '@opensovd/base'
import type { AuditOptions, AuditStore, AuditTrail } from './audit/audit-trail.ts'
import type { Bridge, BridgeOptions } from './bridge/bridge.ts'
import type { BulkDataStore } from './bulk-data/stored-bulk-data.ts'
import type { DataCatalog } from './catalog/mapping.ts'
import type { EntityTreeOptions } from './entities/tree.ts'
import type { FaultManager, FaultManagerOptions } from './faults/fault-manager.ts'
import type { FeatureFlags, FeatureName } from './features/feature-flags.ts'
import type { FaultHistory } from './history/fault-history.ts'
import type { Locks, LocksOptions } from './locks/locks.ts'
import type { LogBook, LogBookOptions } from './logs/log-book.ts'
import type { ModeExpirations } from './modes/mode-expirations.ts'
import type { TriggerStore } from './observations/trigger.ts'
import type { ExecutionJournal } from './operations/execution-journal.ts'
import type { Backend } from './ports/backend.ts'
import type { ScriptsOptions } from './scripts/scripts.ts'
import type { Tenant } from './tenants/tenant.ts'
import type { UpdateProvider } from './updates/update.ts'
import type { Updates } from './updates/updates.ts'
import type { Workspace, WorkspaceLimits } from './workspace.ts'

export interface DiagnosticsOptions extends WorkspaceLimits {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  /** In order of precedence. They are owned: closing the diagnostics closes them. */
  readonly backends: readonly Backend[]
  /** What is known of entities beyond what backends yield. */
  readonly entities?: Omit<EntityTreeOptions, 'extend'>
  readonly faults?: Omit<FaultManagerOptions, 'clock' | 'log'>
  readonly locks?: Pick<LocksOptions, 'defaultSeconds' | 'maxSeconds' | 'maxLocks'>
  readonly logs?: Omit<LogBookOptions, 'clock' | 'shared'>
  /** Where is kept what happens to reported faults. Absent: the latest of it in memory. */
  readonly faultHistory?: FaultHistory
  readonly proximity?: NonNullable<WorkspaceLimits['proximity']> & {
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
  /** Those who share the vehicle, with where is kept what is theirs alone; absent: nobody shares it. */
  readonly tenants?: readonly TenantOptions[]
}

/** The diagnostic domain: everything a contract serves, and nothing of how it is served. */
export interface Diagnostics extends Workspace, AsyncDisposable {
  /** Takes the faults that programs report; they are among those of their components in the tree. */
  readonly faults: FaultManager
  readonly locks: Locks
  readonly modeExpirations: ModeExpirations
  /** Takes what there is to tell of entities, to everybody; it is in their logs in the tree. */
  readonly logs: LogBook
  readonly catalog: DataCatalog
  readonly features: FeatureFlags
  /** Absent: nothing is recorded of who did what. */
  readonly audit?: AuditTrail
  readonly bridge: Bridge
  readonly faultHistory: FaultHistory
  readonly updates: Updates
  /** Absent where the vehicle is not shared, and in the views of tenants. */
  readonly tenancy?: Tenancy
}

/** A tenant, and where is kept what is its alone. A tenant that is not kept apart has nothing of its own. */
export interface TenantOptions {
  readonly tenant: Tenant
  /** Absent: its executions do not survive a restart, nor do its triggers. */
  readonly journal?: ExecutionJournal
  readonly triggerStore?: TriggerStore
  /** Absent: it has no files beside those of sources, which it can only read. */
  readonly bulkData?: BulkDataStore
  /** Absent: it has no scripts. */
  readonly scripts?: ScriptsOptions
  /** Absent: what it did is kept in memory. */
  readonly auditStore?: AuditStore
}

/** Those who share a vehicle, by their ids. */
export interface Tenancy {
  readonly tenants: ReadonlyMap<string, Tenant>
  /** What there is in place of the whole for those who are kept apart. They end with the whole. */
  readonly views: ReadonlyMap<string, Diagnostics>
}
