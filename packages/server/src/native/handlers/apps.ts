import type { Json } from '@opensovd/base'
import type { Diagnostics } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { appView } from '../views/entities.ts'
import { capabilitiesOf, entityOperations, listData, readData, writeData } from './entities.ts'
import { clearFault, clearFaults, listFaults, readFault } from './entity-faults.ts'

type AppRoutes = Pick<
  NativeApi,
  | 'listApps'
  | 'getApp'
  | 'getAppCapabilities'
  | 'listAppData'
  | 'readAppData'
  | 'writeAppData'
  | 'listAppFaults'
  | 'readAppFault'
  | 'clearAppFaults'
  | 'clearAppFault'
  | 'listAppOperations'
  | 'startAppOperation'
  | 'listAppExecutions'
  | 'readAppExecution'
  | 'cancelAppExecution'
>

export function appHandlers(diagnostics: Diagnostics, base: string) {
  const { tree } = diagnostics
  const operations = entityOperations(diagnostics, 'app', base)
  const app = (id: string) => tree.get('app', id)

  return handlersOf<AppRoutes>({
    listApps: () => {
      tree.requireKind('app')
      return { items: tree.list('app').map(appView), partial: tree.failures() }
    },
    getApp: ({ params }) => appView(app(params.appId)),
    getAppCapabilities: ({ params }, context) => capabilitiesOf(app(params.appId), context),
    listAppData: ({ params }, context) => listData(app(params.appId), context),
    readAppData: ({ params }, context) => readData(app(params.appId), params.dataId, context),
    writeAppData: ({ params, body }, context) =>
      writeData(app(params.appId), params.dataId, body.value as Json, context),
    listAppFaults: ({ params }, context) => listFaults(app(params.appId), context),
    readAppFault: ({ params }, context) => readFault(app(params.appId), params.faultId, context),
    clearAppFaults: ({ params }, context) => clearFaults(app(params.appId), context),
    clearAppFault: ({ params }, context) => clearFault(app(params.appId), params.faultId, context),
    listAppOperations: ({ params }, context) => operations.list(app(params.appId), context),
    startAppOperation: ({ params, body }, context) => operations.start(app(params.appId), params, body, context),
    listAppExecutions: ({ params }) => operations.executions(app(params.appId), params),
    readAppExecution: ({ params }) => operations.execution(app(params.appId), params),
    cancelAppExecution: ({ params }, context) => operations.cancel(app(params.appId), params, context),
  })
}
