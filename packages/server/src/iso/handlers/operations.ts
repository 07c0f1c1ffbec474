import type { Json } from '@opensovd/base'
import { type CallContext, type Diagnostics, type Execution, type Operation, unsupported } from '@opensovd/core'
import { type IsoApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, entityAt, facetAt, missing } from '../entities.ts'
import { hasTag } from '../tags.ts'
import { executionView, operationView, startedView } from '../views/operations.ts'

type OperationRoutes = Pick<
  IsoApi,
  | 'listOperations'
  | 'readOperation'
  | 'listExecutions'
  | 'startExecution'
  | 'readExecution'
  | 'controlExecution'
  | 'removeExecution'
>

type OperationPath = EntityPath & { readonly operationId: string }
type ExecutionPath = OperationPath & { readonly executionId: string }

export function operationHandlers({ tree, executions }: Diagnostics, base: string) {
  /** Executions that are over and were removed; the domain keeps them for the contracts that show what was. */
  const removed = new WeakSet<Execution>()

  const operationAt = async (path: OperationPath, context: CallContext): Promise<Operation> => {
    const operations = await facetAt(tree, path, 'operations').list(context)
    const operation = operations.find(({ id }) => id === path.operationId)
    if (!operation) throw missing('operation', path.operationId, path)
    return operation
  }
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

  return handlersOf<OperationRoutes>({
    listOperations: async ({ params, query }, context) => {
      const operations = await facetAt(tree, params, 'operations').list(context)
      return { items: operations.filter(() => hasTag(query.tags)).map(operationView) }
    },

    readOperation: async ({ params }, context) => ({ item: operationView(await operationAt(params, context)) }),

    listExecutions: async ({ params }, context) => {
      await operationAt(params, context)
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
