import type { Json } from '@opensovd/base'
import { type Diagnostics, facetOf } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { executionView, operationView } from '../views/operations.ts'

type OperationRoutes = Pick<
  NativeApi,
  'listOperations' | 'startOperation' | 'listExecutions' | 'readExecution' | 'cancelExecution'
>

export function operationHandlers({ tree, executions }: Diagnostics, base: string) {
  const component = (id: string) => tree.get('component', id)

  return handlersOf<OperationRoutes>({
    listOperations: async ({ params }, context) => {
      const entity = component(params.componentId)
      const operations = await facetOf(entity, 'operations').list(context)
      const latest = executions.latest(entity)
      return { items: operations.map((operation) => operationView(entity, operation, latest.get(operation.id))) }
    },

    startOperation: async ({ params, body }, context) => {
      const entity = component(params.componentId)
      const execution = await executions.start(entity, params.operationId, body.params as Json | undefined, context)
      return {
        location: `${base}/components/${entity.id}/operations/${params.operationId}/executions/${execution.id}`,
        body: executionView(execution),
      }
    },

    listExecutions: ({ params }) => ({
      items: executions.list(component(params.componentId), params.operationId).map(executionView),
    }),

    readExecution: ({ params }) =>
      executionView(executions.get(component(params.componentId), params.operationId, params.executionId)),

    cancelExecution: ({ params }, context) =>
      executions.stop(component(params.componentId), params.operationId, params.executionId, context),
  })
}
