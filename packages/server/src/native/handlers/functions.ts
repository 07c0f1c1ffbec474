import type { Json } from '@opensovd/base'
import type { Diagnostics } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { functionView } from '../views/entities.ts'
import { capabilitiesOf, entityOperations, listData, readData, writeData } from './entities.ts'
import { clearFault, clearFaults, listFaults, readFault } from './entity-faults.ts'

type FunctionRoutes = Pick<
  NativeApi,
  | 'listFunctions'
  | 'getFunction'
  | 'getFunctionCapabilities'
  | 'listFunctionData'
  | 'readFunctionData'
  | 'writeFunctionData'
  | 'listFunctionFaults'
  | 'readFunctionFault'
  | 'clearFunctionFaults'
  | 'clearFunctionFault'
  | 'listFunctionOperations'
  | 'startFunctionOperation'
  | 'listFunctionExecutions'
  | 'readFunctionExecution'
  | 'cancelFunctionExecution'
>

export function functionHandlers(diagnostics: Diagnostics, base: string) {
  const { tree } = diagnostics
  const operations = entityOperations(diagnostics, 'function', base)
  const func = (id: string) => tree.get('function', id)

  return handlersOf<FunctionRoutes>({
    listFunctions: () => {
      tree.requireKind('function')
      return { items: tree.list('function').map(functionView), partial: tree.failures() }
    },
    getFunction: ({ params }) => functionView(func(params.functionId)),
    getFunctionCapabilities: ({ params }, context) => capabilitiesOf(func(params.functionId), context),
    listFunctionData: ({ params }, context) => listData(func(params.functionId), context),
    readFunctionData: ({ params }, context) => readData(func(params.functionId), params.dataId, context),
    writeFunctionData: ({ params, body }, context) =>
      writeData(func(params.functionId), params.dataId, body.value as Json, context),
    listFunctionFaults: ({ params }, context) => listFaults(func(params.functionId), context),
    readFunctionFault: ({ params }, context) => readFault(func(params.functionId), params.faultId, context),
    clearFunctionFaults: ({ params }, context) => clearFaults(func(params.functionId), context),
    clearFunctionFault: ({ params }, context) => clearFault(func(params.functionId), params.faultId, context),
    listFunctionOperations: ({ params }, context) => operations.list(func(params.functionId), context),
    startFunctionOperation: ({ params, body }, context) =>
      operations.start(func(params.functionId), params, body, context),
    listFunctionExecutions: ({ params }) => operations.executions(func(params.functionId), params),
    readFunctionExecution: ({ params }) => operations.execution(func(params.functionId), params),
    cancelFunctionExecution: ({ params }, context) => operations.cancel(func(params.functionId), params, context),
  })
}
