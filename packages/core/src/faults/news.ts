import type { ReportedSeverity } from '../facets/faults.ts'
import type { FaultStage } from './fault-record.ts'
import type { ReportedFault } from './reported-fault.ts'

/** Whether a report says of a fault what is known already. */
export function isRepeat(fault: ReportedFault, stage: FaultStage, severity: ReportedSeverity): boolean {
  switch (stage) {
    case 'Failed':
      return fault.phase === 'active' && fault.severity === severity
    case 'PreFailed':
      return fault.phase !== 'passive' && fault.severity === severity
    case 'PrePassed':
    case 'NotTested':
      return fault.phase === 'passive'
    case 'Passed':
      return fault.healed
  }
}

/** Whether those who listen to faults have to know of a change. */
export function isNews(before: ReportedFault, after: ReportedFault): boolean {
  return (
    before.phase !== after.phase ||
    before.severity !== after.severity ||
    before.healed !== after.healed ||
    before.description !== after.description
  )
}
