import type { Diagnostics } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { clearFault, clearFaults, listFaults, readFault } from './entity-faults.ts'

type FaultRoutes = Pick<NativeApi, 'listFaults' | 'readFault' | 'clearFaults' | 'clearFault'>

export function faultHandlers({ tree }: Diagnostics) {
  const component = (id: string) => tree.get('component', id)

  return handlersOf<FaultRoutes>({
    listFaults: ({ params }, context) => listFaults(component(params.componentId), context),
    readFault: ({ params }, context) => readFault(component(params.componentId), params.faultId, context),
    clearFaults: ({ params }, context) => clearFaults(component(params.componentId), context),
    clearFault: ({ params }, context) => clearFault(component(params.componentId), params.faultId, context),
  })
}
