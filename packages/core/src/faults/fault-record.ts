import type { FaultSeverity, ReportedSeverity } from '../facets/faults.ts'

/** How far the test of a condition is, as the OpenSOVD fault library names it. */
export const FAULT_STAGES = ['Failed', 'PreFailed', 'Passed', 'PrePassed', 'NotTested'] as const

export type FaultStage = (typeof FAULT_STAGES)[number]

/** The severities a program may report, and what they are in the domain [17978-3 7.8]. */
export const REPORTED_SEVERITIES: Readonly<Record<ReportedSeverity, FaultSeverity>> = {
  Fatal: 1,
  Error: 2,
  Warn: 3,
  Info: 4,
  Debug: 4,
}

/** What a program says of one fault of one component. */
export interface FaultRecord {
  readonly componentId: string
  /** Unique within the component. */
  readonly faultId: string
  /** Who reports; its rate is bounded. */
  readonly source: string
  readonly severity: ReportedSeverity
  readonly stage: FaultStage
  readonly description?: string
  /** JSON text: what else was the case. */
  readonly environment?: string
  /** When it was seen, in milliseconds since 1970. Absent: when it arrives. */
  readonly seenAtMs?: number
}
