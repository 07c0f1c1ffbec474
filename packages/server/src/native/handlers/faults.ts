import {
  type CallContext,
  type Diagnostics,
  type Fault,
  type FaultFacet,
  facetOf,
  faultListOf,
  unsupported,
} from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { faultDetailView, faultView } from '../views/faults.ts'

type FaultRoutes = Pick<NativeApi, 'listFaults' | 'readFault' | 'clearFaults' | 'clearFault'>

export function faultHandlers({ tree }: Diagnostics) {
  const component = (id: string) => tree.get('component', id)

  return handlersOf<FaultRoutes>({
    listFaults: async ({ params }, context) => {
      const entity = component(params.componentId)
      const { faults, partial } = await faultListOf(facetOf(entity, 'faults'), context)
      return { items: faults.map((fault) => faultView(entity, fault)), ...(partial === undefined ? {} : { partial }) }
    },

    readFault: async ({ params }, context) => {
      const entity = component(params.componentId)
      const fault = await findFault(facetOf(entity, 'faults'), params.faultId, context)
      if (fault) return faultDetailView(entity, fault)
      throw new SovdError('not-found', `Fault '${params.faultId}' not found for component '${entity.id}'`, {
        target: params.faultId,
      })
    },

    clearFaults: async ({ params }, context) => {
      const entity = component(params.componentId)
      const faults = facetOf(entity, 'faults')
      if (!faults.clearAll) throw unsupported(entity, 'clearing faults')
      await faults.clearAll(context)
    },

    clearFault: async ({ params }, context) => {
      const entity = component(params.componentId)
      const faults = facetOf(entity, 'faults')
      if (!faults.clear) throw unsupported(entity, 'clearing a single fault')
      await faults.clear(params.faultId, context)
    },
  })
}

async function findFault(faults: FaultFacet, id: string, context: CallContext): Promise<Fault | undefined> {
  if (faults.read) return faults.read(id, context)
  return (await faults.list(context)).find((fault) => fault.id === id)
}
