import type { Json } from '@opensovd/base'

export type FaultSeverity = 'Fatal' | 'Error' | 'Warn' | 'Info' | 'Debug'

/** How far the test of a condition is; `PreFailed` and `PrePassed` are not sure yet. */
export type FaultStage = 'Failed' | 'PreFailed' | 'Passed' | 'PrePassed' | 'NotTested'

/** What the gateway takes, as the OpenSOVD fault library has it. */
export interface FaultRecord {
  /** The component that has the fault: 1 to 128 letters, digits, `_`, `.` and `-`. */
  readonly component_id: string
  /** Unique within the component; of the same characters. */
  readonly fault_id: string
  /** Who reports. The gateway bounds the rate of each source. */
  readonly source: string
  readonly severity: FaultSeverity
  readonly stage: FaultStage
  readonly description?: string
  /** What else was the case; kept beside the fault as its freeze frame. */
  readonly environment_data?: Json
  /** RFC 3339: when it was seen. */
  readonly time?: string
}
