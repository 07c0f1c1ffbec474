import { pick } from '@opensovd/base'
import { aggregatedStatus, type Entity, type Fault, type FaultSeverity } from '@opensovd/core'

const SEVERITIES = { 1: 'critical', 2: 'high', 3: 'medium', 4: 'low' } as const satisfies Record<FaultSeverity, string>

export function faultView(entity: Entity, fault: Fault) {
  return {
    id: fault.id,
    componentId: entity.id,
    ...pick(fault, ['code', 'displayCode', 'name', 'description', 'scope']),
    severity: SEVERITIES[fault.severity],
    status: aggregatedStatus(fault.status),
    ...pick(fault, ['affectedSubsystem', 'correlatedSignals', 'classificationTags']),
  }
}
