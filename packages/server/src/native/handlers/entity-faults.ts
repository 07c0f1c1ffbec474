import {
  type CallContext,
  type Entity,
  type Fault,
  type FaultFacet,
  facetOf,
  faultListOf,
  unsupported,
} from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { faultDetailView, faultView } from '../views/faults.ts'

export async function listFaults(entity: Entity, context: CallContext) {
  const { faults, partial } = await faultListOf(facetOf(entity, 'faults'), context)
  return { items: faults.map((fault) => faultView(entity, fault)), ...(partial === undefined ? {} : { partial }) }
}

export async function readFault(entity: Entity, faultId: string, context: CallContext) {
  const fault = await findFault(facetOf(entity, 'faults'), faultId, context)
  if (fault) return faultDetailView(entity, fault)
  throw new SovdError('not-found', `Fault '${faultId}' not found for ${entity.kind} '${entity.id}'`, {
    target: faultId,
  })
}

export async function clearFaults(entity: Entity, context: CallContext): Promise<void> {
  const faults = facetOf(entity, 'faults')
  if (!faults.clearAll) throw unsupported(entity, 'clearing faults')
  await faults.clearAll(context)
}

export async function clearFault(entity: Entity, faultId: string, context: CallContext): Promise<void> {
  const faults = facetOf(entity, 'faults')
  if (!faults.clear) throw unsupported(entity, 'clearing a single fault')
  await faults.clear(faultId, context)
}

async function findFault(faults: FaultFacet, id: string, context: CallContext): Promise<Fault | undefined> {
  if (faults.read) return faults.read(id, context)
  return (await faults.list(context)).find((fault) => fault.id === id)
}
