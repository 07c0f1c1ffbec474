import type { E2eStatus } from '../e2e/checker.ts'

/** An event that a subscriber receives. */
export interface Notification {
  readonly serviceId: number
  readonly instanceId: number
  readonly eventId: number
  /** Shared by all subscribers of the application; not changed by the stack afterwards. */
  readonly payload: Uint8Array
  readonly sessionId: number
  /** Undefined unless the configuration has the event checked. A failed check does not drop the event. */
  readonly e2e: E2eStatus | undefined
  /** Whether this is the last known value of a field, for a subscriber that came later. */
  readonly isCached: boolean
}
