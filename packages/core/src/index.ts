export type { AuditAction, AuditEntry, AuditOutcome, AuditQuery, AuditRecord } from './audit/audit-entry.ts'
export { type AuditOptions, type AuditStore, AuditTrail } from './audit/audit-trail.ts'
export { type ChainIntegrity, type ChainLink, canonicalText, GENESIS, verifyChain } from './audit/chain.ts'
export { Bridge, type BridgeOptions } from './bridge/bridge.ts'
export {
  type BridgeSession,
  type ConnectingVehicle,
  type ForwardAnswer,
  type ForwardRequest,
  SESSION_ENDS,
  type SessionEnd,
  type VehicleLink,
} from './bridge/bridge-session.ts'
export {
  type AdmittedVehicle,
  type BridgeLimits,
  BridgeSessions,
  type BridgeSessionsOptions,
} from './bridge/bridge-sessions.ts'
export { FORWARDED_HEADERS } from './bridge/forwarded-headers.ts'
export type { BulkDataStore } from './bulk-data/stored-bulk-data.ts'
export { type Caller, type NamedCaller, spaceOf } from './caller.ts'
export { type DataCatalog, readMapping } from './catalog/mapping.ts'
export type { CatalogProblem } from './catalog/reading.ts'
export { replacing } from './catalog/replacing.ts'
export type { VssUnits } from './catalog/units.ts'
export { readUnits } from './catalog/units-file.ts'
export { isOutside, readVss, type VssSignal, type VssTree } from './catalog/vss.ts'
export { ClearData, type ClearDataStatus, type ClearDataType, type ClientDefined } from './clear-data/clear-data.ts'
export { CommunicationLogs } from './communication/communication-logs.ts'
export { readMany, writeMany } from './data/bulk.ts'
export { type ClientDataList, DataLists, type DataListsOptions } from './data/data-lists.ts'
export { mergePatch } from './data/merge-patch.ts'
export type { Diagnostics, DiagnosticsOptions, Tenancy, TenantOptions } from './diagnostics.ts'
export type { DeclaredEntity } from './entities/declared-entity.ts'
export type { ConnectionState, Entity, EntityKind, FacetName, Facets } from './entities/entity.ts'
export { facetOf, unsupported } from './entities/facet-of.ts'
export { Relations } from './entities/relations.ts'
export { EntityTree, type EntityTreeOptions } from './entities/tree.ts'
export { EventBus, type EventBusOptions } from './events/event-bus.ts'
export type { EventFormat } from './events/event-format.ts'
export type { EventLimits } from './events/event-limits.ts'
export { type EventText, encodeText, formatEvent } from './events/event-text.ts'
export type { Feed } from './events/live-streams.ts'
export { isNews, type Reading } from './events/reading.ts'
export type { Source } from './events/source.ts'
export type { Watcher } from './events/watched-source.ts'
export { type CollectedData, collectData } from './exports/collect-data.ts'
export { type FaultsOfEntity, faultSources, readFaults } from './exports/read-faults.ts'
export { type DataReading, readSnapshot } from './exports/snapshot.ts'
export type { BulkDataFacet, BulkDataItem, BulkDataUpload } from './facets/bulk-data.ts'
export type { ClearableData, ClearDataFacet } from './facets/clear-data.ts'
export type { CommunicationFacet, CommunicationRecord } from './facets/communication.ts'
export type {
  CommunicationLog,
  CommunicationLogFacet,
  RecordedContent,
  RecordingRequest,
  RecordReading,
  RecordSource,
} from './facets/communication-logs.ts'
export type { ConfigurationFacet, ConfigurationItem } from './facets/configurations.ts'
export type { Access, DataCategory, DataFacet, DataItem, DataOutcome, DataType, DataValue } from './facets/data.ts'
export {
  type AggregatedStatus,
  aggregatedStatus,
  type Fault,
  type FaultFacet,
  type FaultList,
  type FaultSeverity,
  faultListOf,
  type ReportedSeverity,
} from './facets/faults.ts'
export type { LifecycleFacet, LifecycleRequest } from './facets/lifecycle.ts'
export type { LockFacet } from './facets/locks.ts'
export {
  LOG_SEVERITIES,
  type LogContext,
  type LogEntry,
  type LogFacet,
  type LogQuery,
  type LogSeverity,
} from './facets/logs.ts'
export { DTC_SETTING, type ModeFacet, type ModeGroup, type ModeValue, SESSION } from './facets/modes.ts'
export type {
  ExecutionCapability,
  ExecutionState,
  Operation,
  OperationFacet,
  StartedExecution,
} from './facets/operations.ts'
export {
  EXECUTION_TYPES,
  type ListedScript,
  type ScriptDetail,
  type ScriptExecutionState,
  type ScriptExecutionType,
  type ScriptFacet,
  type ScriptProgress,
  type ScriptRequest,
} from './facets/scripts.ts'
export {
  COMMUNICATION_CONTROLS,
  type CommunicationControl,
  type IoControl,
  type IoState,
  type KeptSession,
  type KeyVerdict,
  type MemoryArea,
  type SecurityLevel,
  type SeedAnswer,
  type UdsFacet,
} from './facets/uds.ts'
export { declaredComponents } from './faults/declared-components.ts'
export type { ClearReason, FaultEvent } from './faults/fault-event.ts'
export type { FaultJournal, KeptFault } from './faults/fault-journal.ts'
export { type FaultCounters, FaultManager, type FaultManagerOptions } from './faults/fault-manager.ts'
export { DEFAULT_POLICY, type Debounce, type FaultPolicy, type FaultRule } from './faults/fault-policy.ts'
export { FAULT_STAGES, type FaultRecord, type FaultStage, REPORTED_SEVERITIES } from './faults/fault-record.ts'
export type { Refusal } from './faults/refusal.ts'
export { faultOf, type ReportedFault } from './faults/reported-fault.ts'
export {
  FEATURES,
  type Feature,
  type FeatureChange,
  FeatureFlags,
  type FeatureName,
  isFeature,
} from './features/feature-flags.ts'
export type { OperationBinding } from './functions/bound-operations.ts'
export type { DataBinding } from './functions/data-binding.ts'
export {
  type FaultHistory,
  type FaultHistoryCounters,
  isWanted,
  type PastFaultQuery,
} from './history/fault-history.ts'
export { MemoryFaultHistory } from './history/memory-fault-history.ts'
export {
  FAULTY_KINDS,
  type PastEntity,
  type PastFault,
  type PastReportedFault,
  type PastSourceFault,
} from './history/past-fault.ts'
export { changeUnderLock, type ReversibleChange } from './locks/change-under-lock.ts'
export { type EntityRef, type Lock, type LockPlace, type LockTarget, VEHICLE } from './locks/lock.ts'
export { clientOf, isOwn } from './locks/lock-owner.ts'
export type { LockTerm } from './locks/lock-term.ts'
export { type LockRequest, Locks, type LocksOptions } from './locks/locks.ts'
export { changeMode, leaveSession, type ModeSetting } from './locks/mode-change.ts'
export { acquireLock, renewLock } from './locks/source-locks.ts'
export type { Change } from './locks/undoing.ts'
export { LogBook, type LogBookOptions, type LogCounters } from './logs/log-book.ts'
export type { LogContextPattern, LogLevel } from './logs/log-levels.ts'
export type { LogSink, NewLogEntry } from './logs/log-sink.ts'
export { logContextOf, logSeverityOf, selectLogs } from './logs/select-logs.ts'
export { MemoryBackend } from './memory/memory-backend.ts'
export { ModeExpirations } from './modes/mode-expirations.ts'
export type { CyclicSubscription } from './observations/cyclic-subscriptions.ts'
export type { ObservedResource } from './observations/observed-resource.ts'
export { INTERVALS, type Interval } from './observations/sampler.ts'
export type { StoredTrigger, TriggerDefinition, TriggerLog, TriggerStore } from './observations/trigger.ts'
export type { TriggerCondition } from './observations/trigger-condition.ts'
export type { FindObserved, Trigger, TriggerRequest } from './observations/triggers.ts'
export { openDiagnostics } from './open-diagnostics.ts'
export { type Execution, type ExecutionRequest, isRunning } from './operations/execution.ts'
export type { ExecutionJournal } from './operations/execution-journal.ts'
export type { Retention } from './operations/execution-table.ts'
export { Executions, type ExecutionsOptions, type ProximityCheck } from './operations/executions.ts'
export type { Backend, BackendCall, BackendObserver, BackendSnapshot, BackendStatus } from './ports/backend.ts'
export type { CallContext } from './ports/call-context.ts'
export type { Challenge, ChallengeStatus, ProximityVerifier } from './proximity/challenge.ts'
export { Proximity, type ProximityOptions } from './proximity/proximity.ts'
export type { Script, ScriptHost, ScriptRunner, ScriptStore, ScriptTask } from './scripts/script.ts'
export type { RegisteredExecution, ScriptExecution } from './scripts/script-execution.ts'
export { Scripts, type ScriptsOptions } from './scripts/scripts.ts'
export { covers, isPermissionPattern } from './security/permission.ts'
export { BUILT_IN_ROLES, type Grant, type Role, Roles } from './security/roles.ts'
export { ISOLATIONS, type Isolation, type Tenant } from './tenants/tenant.ts'
export type {
  UpdatePackage,
  UpdatePart,
  UpdatePhase,
  UpdateProvider,
  UpdateReport,
  UpdateState,
  UpdateStatus,
  UpdateTools,
} from './updates/update.ts'
export { Updates, type UpdatesOptions } from './updates/updates.ts'
