import type { Json } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

export interface Operation {
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly tags?: readonly string[]
  /** Whether the source says that it runs, whoever started it. */
  readonly running?: boolean
  /** What can be asked of an execution beside `execute`; absent: `stop`, where the facet has it [17978-3 7.14]. */
  readonly capabilities?: readonly ExecutionCapability[]
  /** Whether only who proves to be near the vehicle may start it [17978-3 7.14]. */
  readonly proximityProofRequired?: boolean
}

/** What is asked of a running execution [17978-3 7.14]. */
export type ExecutionCapability = 'execute' | 'stop' | 'freeze' | 'reset' | `x-${string}`

/** How far an execution is [17978-3 7.14]. */
export type ExecutionState =
  | { readonly status: 'running'; readonly progress?: number }
  | { readonly status: 'completed'; readonly result?: Json }
  | { readonly status: 'failed'; readonly error: string; readonly result?: Json; readonly progress?: number }
  | { readonly status: 'stopped'; readonly result?: Json; readonly progress?: number }

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
  /** Resolves with what it ended in, where the source knows more than that it was stopped. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most sources return nothing
  stop?(operationId: string, executionId: string, context: CallContext): Promise<ExecutionState | void>
  /** Asks a running execution for one of the operation's `capabilities` other than `stop`. */
  control?(
    operationId: string,
    executionId: string,
    request: { readonly capability: ExecutionCapability; readonly parameters?: Json },
    context: CallContext,
  ): Promise<ExecutionState>
}
