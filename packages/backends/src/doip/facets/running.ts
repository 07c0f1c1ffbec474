import type { Json } from '@opensovd/base'
import type { CallContext, ExecutionCapability, ExecutionState, Operation } from '@opensovd/core'

export interface ControlRequest {
  readonly capability: ExecutionCapability
  readonly parameters?: Json
}

/** Something that an ECU does, or holds, until it is over. */
export interface Running {
  readonly initial: ExecutionState
  /** @throws SovdError when the ECU cannot be asked */
  state(context: CallContext): Promise<ExecutionState>
  /** Resolves with what it ended in, where more is known than that it was stopped. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most return nothing
  stop?(context: CallContext): Promise<ExecutionState | void>
  control?(request: ControlRequest, context: CallContext): Promise<ExecutionState>
}

/** An operation of an ECU and how it is started. */
export interface OperationKind {
  readonly operation: Operation
  start(parameters: Json | undefined, context: CallContext): Promise<Running>
}
