import type { Json } from '@opensovd/base'
import { type CallContext, type Diagnostics, type Execution, unsupported } from '@opensovd/core'
import { type IsoApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { entityAt, facetAt, missing } from '../entities.ts'
import { executionView, startedView } from '../views/operations.ts'
import { type OperationPath, operationAt } from './operations.ts'

type ExecutionRoutes = Pick<
  IsoApi,
  'listExecutions' | 'startExecution' | 'readExecution' | 'controlExecution' | 'removeExecution'
>

type ExecutionPath = OperationPath & { readonly executionId: string }

export function executionHandlers({ tree, executions }: Diagnostics, base: string) {
  /** Executions that are over and were removed; the domain keeps them for the contracts that show what was. */
  const removed = new WeakSet<Execution>()

  const executionAt = (path: ExecutionPath): Execution => {
    facetAt(tree, path, 'operations')
    const execution = executions.get(entityAt(tree, path), path.operationId, path.executionId)
    if (removed.has(execution)) throw missing('execution', path.executionId, path)
    return execution
  }
  const stop = (path: ExecutionPath, context: CallContext) =>
    executions.stop(entityAt(tree, path), path.operationId, path.executionId, context)
  const created = (path: OperationPath, execution: Execution) => ({
    location: `${base}/${path.entityCollection}/${path.entityId}/operations/${path.operationId}/executions/${execution.id}`,
    body: startedView(execution),
  })

  return handlersOf<ExecutionRoutes>({
    listExecutions: async ({ params }, context) => {
      await operationAt(tree, params, context)
      const all = executions.list(entityAt(tree, params), params.operationId)
      return { items: all.filter((execution) => !removed.has(execution)).map(({ id }) => id) }
    },

    startExecution: async ({ params, body }, context) => {
      facetAt(tree, params, 'operations')
      const entity = entityAt(tree, params)
      if (body.timeout !== undefined) throw unsupported(entity, 'a timeout of operations')
      const parameters = body.parameters as Json | undefined
      return created(params, await executions.start(entity, params.operationId, parameters, context))
    },

    readExecution: ({ params }) => executionView(executionAt(params)),

    controlExecution: async ({ params, body: { capability } }, context) => {
      const { state } = executionAt(params)
      if (capability === 'execute' && state.status === 'running') {
        throw new SovdError('conflict', `execution '${params.executionId}' is running already`)
      }
      if (capability !== 'stop') throw unsupported(entityAt(tree, params), `'${capability}' of an execution`)
      await stop(params, context)
      return created(params, executionAt(params))
    },

    removeExecution: async ({ params }, context) => {
      if (executionAt(params).state.status === 'running') await stop(params, context)
      removed.add(executionAt(params))
    },
  })
}
