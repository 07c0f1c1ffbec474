import type { Json } from '@opensovd/base'
import type { EntityKind } from '../entities/entity.ts'
import type { ExecutionCapability, ExecutionState } from '../facets/operations.ts'

/** One run of an operation, as known at one moment. What it was started with is not kept: that may be a firmware. */
export interface Execution {
  readonly id: string
  readonly entity: { readonly kind: EntityKind; readonly id: string }
  readonly operationId: string
  readonly state: ExecutionState
  /** What was asked of it last. */
  readonly capability: ExecutionCapability
  /** RFC 3339 time of the start. */
  readonly startedAt: string
  /** RFC 3339 time of the end, which came no later than we learned of it. */
  readonly endedAt?: string
  /** Whether it is gone for clients that remove executions; it stays for those who look at what was. */
  readonly isRemoved?: true
}

/** What a start, or something else that is asked of an execution, is to be done with. */
export interface ExecutionRequest {
  readonly parameters?: Json
  /** What is not over by then is stopped and has failed. */
  readonly timeoutMs?: number
  /** What the client has to say for being near the vehicle. */
  readonly proximityResponse?: string
}

export function isRunning({ state }: Execution): boolean {
  return state.status === 'running'
}
