import { parseJson } from '@opensovd/base'
import type { AggregatedStatus, Fault, ReportedSeverity } from '../facets/faults.ts'
import { REPORTED_SEVERITIES } from './fault-record.ts'

/** A fault that programs reported: plain data, and all there is to keep of it. Times are milliseconds since 1970. */
export interface ReportedFault {
  readonly componentId: string
  readonly faultId: string
  /** Who reported last. */
  readonly source: string
  readonly severity: ReportedSeverity
  readonly description?: string
  readonly phase: AggregatedStatus
  /** It was active since it appeared. */
  readonly confirmed: boolean
  /** The test passed often enough; what is left is to be forgotten. */
  readonly healed: boolean
  /** How many times the test passed in a row. */
  readonly passes: number
  /** How many times it became active. */
  readonly occurrences: number
  readonly firstSeenAtMs?: number
  readonly lastSeenAtMs?: number
  /** Operation cycles begun since it healed. */
  readonly agedCycles: number
  readonly failedThisCycle: boolean
  readonly testedThisCycle: boolean
  /** JSON text reported with the latest failure. */
  readonly environment?: string
}

/** The scope of what is of its component as a whole. */
export const COMPONENT_SCOPE = 'component'

/** What the domain knows a reported fault as. */
export function faultOf(reported: ReportedFault): Fault {
  return {
    id: reported.faultId,
    code: reported.faultId,
    name: `Fault ${reported.faultId}`,
    ...(reported.description === undefined ? {} : { description: reported.description }),
    scope: COMPONENT_SCOPE,
    severity: REPORTED_SEVERITIES[reported.severity],
    reportedSeverity: reported.severity,
    status: statusOf(reported),
    environmentData: environmentOf(reported),
  }
}

/** Status bits by their UDS names [17978-3 7.8]. */
function statusOf(fault: ReportedFault): Fault['status'] {
  const isFailing = fault.phase !== 'passive'
  return {
    aggregatedStatus: fault.phase,
    testFailed: bit(isFailing),
    testFailedThisOperationCycle: bit(fault.failedThisCycle),
    testFailedSinceLastClear: bit(fault.firstSeenAtMs !== undefined),
    testNotCompletedThisOperationCycle: bit(!fault.testedThisCycle),
    pendingDTC: bit(isFailing),
    confirmedDTC: bit(fault.confirmed),
  }
}

function bit(isSet: boolean): string {
  return isSet ? '1' : '0'
}

function environmentOf(fault: ReportedFault): NonNullable<Fault['environmentData']> {
  return {
    source: fault.source,
    occurrence_counter: fault.occurrences,
    aging_counter: fault.agedCycles,
    ...(fault.firstSeenAtMs === undefined ? {} : { first_occurrence: timestamp(fault.firstSeenAtMs) }),
    ...(fault.lastSeenAtMs === undefined ? {} : { last_occurrence: timestamp(fault.lastSeenAtMs) }),
    ...(fault.environment === undefined ? {} : { freeze_frame: parseJson(fault.environment) }),
  }
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString()
}
