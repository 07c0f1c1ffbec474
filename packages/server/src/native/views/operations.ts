import { pick } from '@opensovd/base'
import type { Entity, Execution, ExecutionState, Operation } from '@opensovd/core'

/** What the contract calls the states of the domain. */
const STATUSES = { running: 'running', completed: 'completed', failed: 'failed', stopped: 'cancelled' } as const

/** Somebody else may run it at its source, or we did before a restart. */
export function operationView(entity: Entity, operation: Operation, latest: Execution | undefined) {
  return {
    ...pick(operation, ['id', 'name', 'description']),
    componentId: entity.id,
    status: operation.running ? ('running' as const) : latest ? STATUSES[latest.state.status] : ('idle' as const),
  }
}

export function executionView({ id, entity, operationId, state, startedAt, endedAt }: Execution) {
  return {
    executionId: id,
    componentId: entity.id,
    operationId,
    status: STATUSES[state.status],
    ...outcomeOf(state),
    timestamp: startedAt,
    ...(endedAt === undefined ? {} : { '@sovd.endedAt': endedAt }),
  }
}

function outcomeOf(state: ExecutionState): { progress?: number; result?: unknown } {
  switch (state.status) {
    case 'completed':
      return { progress: 100, ...pick(state, ['result']) }
    case 'failed':
      return { ...pick(state, ['progress']), result: state.result ?? { error: state.error } }
    case 'stopped':
      return pick(state, ['progress', 'result'])
    default:
      return pick(state, ['progress'])
  }
}
