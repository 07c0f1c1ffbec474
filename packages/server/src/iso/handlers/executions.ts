import type { Json } from '@opensovd/base'
import {
  type Diagnostics,
  type Execution,
  type ExecutionCapability,
  type ExecutionRequest,
  unsupported,
} from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { entityAt, facetAt, missing } from '../entities.ts'
import { executionView, startedView } from '../views/operations.ts'
import { type OperationPath, operationAt } from './operations.ts'

type ExecutionRoutes = Pick<
  IsoApi,
  'listExecutions' | 'startExecution' | 'readExecution' | 'controlExecution' | 'removeExecution'
>

/** What a body may say of how something is to be done. */
interface Orders {
  readonly timeout?: number
  readonly parameters?: unknown
  readonly proximity_response?: string
}

type ExecutionPath = OperationPath & { readonly executionId: string }

export function executionHandlers({ tree, executions }: Diagnostics, base: string) {
  const executionAt = (path: ExecutionPath): Execution => {
    facetAt(tree, path, 'operations')
    const execution = executions.get(entityAt(tree, path), path.operationId, path.executionId)
    if (execution.isRemoved) throw missing('execution', path.executionId, path)
    return execution
  }
  const created = (path: OperationPath, execution: Execution) => ({
    location: `${base}/${path.entityCollection}/${path.entityId}/operations/${path.operationId}/executions/${execution.id}`,
    body: startedView(execution),
  })

  return handlersOf<ExecutionRoutes>({
    listExecutions: async ({ params }, context) => {
      await operationAt(tree, params, context)
      const all = executions.list(entityAt(tree, params), params.operationId)
      return { items: all.filter(({ isRemoved }) => !isRemoved).map(({ id }) => id) }
    },

    startExecution: async ({ params, body }, context) => {
      facetAt(tree, params, 'operations')
      const entity = entityAt(tree, params)
      return created(params, await executions.start(entity, params.operationId, requestOf(body), context))
    },

    readExecution: ({ params }) => executionView(executionAt(params)),

    controlExecution: async ({ params, body }, context) => {
      const entity = entityAt(tree, params)
      const { id, operationId } = executionAt(params)
      const capability = body.capability as ExecutionCapability | 'status'
      if (capability === 'status') throw unsupported(entity, "'status' of an execution")
      if (capability === 'stop') await executions.stop(entity, operationId, id, context)
      else await executions.control({ entity, operationId, id }, capability, requestOf(body), context)
      return created(params, executionAt(params))
    },

    removeExecution: async ({ params }, context) => {
      executionAt(params)
      await executions.remove(entityAt(tree, params), params.operationId, params.executionId, context)
    },
  })
}

function requestOf({ timeout, parameters, proximity_response }: Orders): ExecutionRequest {
  return {
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(parameters === undefined ? {} : { parameters: parameters as Json }),
    ...(proximity_response === undefined ? {} : { proximityResponse: proximity_response }),
  }
}
