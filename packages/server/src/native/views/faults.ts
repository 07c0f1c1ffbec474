import { pick } from '@opensovd/base'
import { aggregatedStatus, type Entity, type Fault, type FaultSeverity, type ReportedSeverity } from '@opensovd/core'

const SEVERITIES = { 1: 'critical', 2: 'high', 3: 'medium', 4: 'low' } as const satisfies Record<FaultSeverity, string>

/** The contract has its own scale for what programs report. */
const REPORTED = {
  Fatal: 'high',
  Error: 'high',
  Warn: 'medium',
  Info: 'low',
  Debug: 'low',
} as const satisfies Record<ReportedSeverity, string>

export function faultView(entity: Pick<Entity, 'id'>, fault: Fault) {
  return {
    id: fault.id,
    componentId: entity.id,
    ...pick(fault, ['code', 'displayCode', 'name', 'description', 'scope']),
    severity: fault.reportedSeverity ? REPORTED[fault.reportedSeverity] : SEVERITIES[fault.severity],
    status: aggregatedStatus(fault.status),
    ...pick(fault, ['affectedSubsystem', 'correlatedSignals', 'classificationTags']),
  }
}

/** With what was stored beside the fault: freeze frames and counters. */
export function faultDetailView(entity: Entity, fault: Fault) {
  return { ...faultView(entity, fault), ...pick(fault, ['environmentData']) }
}
