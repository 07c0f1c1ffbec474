import type { ExecutionState, OperationFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { OperationKind, Running } from './running.ts'

/** Executions that can be asked for; beyond it the oldest are forgotten. */
const MAX_EXECUTIONS = 200

interface Execution {
  readonly operationId: string
  readonly running: Running
  /** Once it is over, it stays so. */
  final: ExecutionState | undefined
}

/** The operations of an ECU. */
export function operationFacet(kinds: readonly OperationKind[]): OperationFacet {
  const byId = new Map(kinds.map((kind) => [kind.operation.id, kind]))
  const executions = new Map<string, Execution>()
  let lastId = 0

  const known = (operationId: string, id: string): Execution => {
    const execution = executions.get(id)
    if (execution?.operationId === operationId) return execution
    throw new SovdError('not-found', `there is no execution '${id}' of '${operationId}'`, { target: id })
  }
  const keep = (operationId: string, running: Running): string => {
    const id = String(++lastId)
    executions.set(id, { operationId, running, final: undefined })
    const [oldest] = executions.keys()
    if (executions.size > MAX_EXECUTIONS && oldest !== undefined) executions.delete(oldest)
    return id
  }
  const settle = (execution: Execution, state: ExecutionState): ExecutionState => {
    if (state.status !== 'running') execution.final ??= state
    return execution.final ?? state
  }

  return {
    list: async () => kinds.map(({ operation }) => operation),

    start: async (operationId, parameters, context) => {
      const kind = byId.get(operationId)
      if (!kind) throw new SovdError('not-found', `there is no operation '${operationId}'`, { target: operationId })
      const running = await kind.start(parameters, context)
      const id = keep(operationId, running)
      return { id, state: settle(known(operationId, id), running.initial) }
    },

    state: async (operationId, id, context) => {
      const execution = known(operationId, id)
      return execution.final ?? settle(execution, await execution.running.state(context))
    },

    stop: async (operationId, id, context) => {
      const execution = known(operationId, id)
      if (execution.final) throw new SovdError('conflict', `execution '${id}' is over: ${execution.final.status}`)
      if (!execution.running.stop) {
        throw new SovdError('not-implemented', `'${operationId}' cannot be stopped`, { target: operationId })
      }
      const state = await execution.running.stop(context)
      return settle(execution, state ?? { status: 'stopped' })
    },

    control: async (operationId, id, request, context) => {
      const execution = known(operationId, id)
      if (execution.final) throw new SovdError('conflict', `execution '${id}' is over: ${execution.final.status}`)
      if (!execution.running.control) {
        throw new SovdError('not-implemented', `'${operationId}' knows no '${request.capability}'`, {
          target: operationId,
        })
      }
      return settle(execution, await execution.running.control(request, context))
    },
  }
}
