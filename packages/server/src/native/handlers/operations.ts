import type { Diagnostics } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { entityOperations } from './entities.ts'

type OperationRoutes = Pick<
  NativeApi,
  'listOperations' | 'startOperation' | 'listExecutions' | 'readExecution' | 'cancelExecution'
>

export function operationHandlers(diagnostics: Diagnostics, base: string) {
  const operations = entityOperations(diagnostics, 'component', base)
  const component = (id: string) => diagnostics.tree.get('component', id)

  return handlersOf<OperationRoutes>({
    listOperations: ({ params }, context) => operations.list(component(params.componentId), context),
    startOperation: ({ params, body }, context) =>
      operations.start(component(params.componentId), params, body, context),
    listExecutions: ({ params }) => operations.executions(component(params.componentId), params),
    readExecution: ({ params }) => operations.execution(component(params.componentId), params),
    cancelExecution: ({ params }, context) => operations.cancel(component(params.componentId), params, context),
  })
}
