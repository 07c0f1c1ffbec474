import type { Json } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

export interface Operation {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** What the source says of the operation when no execution of ours tells more. */
  readonly running?: boolean
}

/** How far an execution is [17978-3 7.14]. */
export type ExecutionState =
  | { readonly status: 'running'; readonly progress?: number }
  | { readonly status: 'completed'; readonly result?: Json }
  | { readonly status: 'failed'; readonly error: string; readonly result?: Json; readonly progress?: number }
  | { readonly status: 'stopped'; readonly progress?: number }

export interface StartedExecution {
  /** The source's own id, for `state` and `stop`; absent when the source cannot be asked again. */
  readonly id?: string
  readonly state: ExecutionState
}

/** Operations of an entity. Calls reject with `SovdError`. */
export interface OperationFacet {
  list(context: CallContext): Promise<readonly Operation[]>
  /** Starts an execution. May return while it runs or, where the source knows no better, when it is over. */
  start(operationId: string, parameters: Json | undefined, context: CallContext): Promise<StartedExecution>
  /** @throws SovdError `not-found` when the source no longer knows the execution */
  state(operationId: string, executionId: string, context: CallContext): Promise<ExecutionState>
  stop?(operationId: string, executionId: string, context: CallContext): Promise<void>
}
