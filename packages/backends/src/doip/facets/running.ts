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
  stop?(context: CallContext): Promise<void>
  control?(request: ControlRequest, context: CallContext): Promise<ExecutionState>
}

/** An operation of an ECU and how it is started. */
export interface OperationKind {
  readonly operation: Operation
  start(parameters: Json | undefined, context: CallContext): Promise<Running>
}
