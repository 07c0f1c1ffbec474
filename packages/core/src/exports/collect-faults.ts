import { type PartialFailure, SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import { type Fault, type FaultList, faultListOf } from '../facets/faults.ts'
import type { CallContext } from '../ports/call-context.ts'
import { backendOf } from './backend-of.ts'
import { mapInOrder } from './map-in-order.ts'

/** Components that are asked at a time. */
const MAX_LISTS = 8

export interface CollectedFaults {
  readonly faults: readonly { readonly component: Entity; readonly fault: Fault }[]
  /** Why faults are missing, once a backend. */
  readonly partial: readonly PartialFailure[]
}

/**
 * The faults of several components, in their order. A component that cannot be asked leaves a gap that is told of;
 * one without faults among its capabilities has none.
 */
export async function collectFaults(
  tree: EntityTree,
  components: readonly Entity[],
  context: CallContext,
): Promise<CollectedFaults> {
  const faults: { component: Entity; fault: Fault }[] = []
  const partial = new Map<string, PartialFailure>()
  const lists = mapInOrder(components, MAX_LISTS, async (component) => ({
    component,
    list: await listOf(tree, component, context),
  }))
  for await (const { component, list } of lists) {
    for (const fault of list.faults) faults.push({ component, fault })
    for (const failure of list.partial ?? []) if (!partial.has(failure.backend)) partial.set(failure.backend, failure)
  }
  return { faults, partial: [...partial.values()] }
}

async function listOf(tree: EntityTree, component: Entity, context: CallContext): Promise<FaultList> {
  const { faults } = component.facets
  if (!faults) return { faults: [] }
  try {
    return await faultListOf(faults, context)
  } catch (error) {
    if (context.signal.aborted || !(error instanceof SovdError)) throw error
    return { faults: [], partial: [{ backend: backendOf(tree, component), code: error.code, message: error.message }] }
  }
}
