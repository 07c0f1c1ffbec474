import { type PartialFailure, SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { DataItem } from '../facets/data.ts'
import type { CallContext } from '../ports/call-context.ts'
import { backendOf } from './backend-of.ts'
import { mapInOrder } from './map-in-order.ts'

/** Components that are asked at a time. */
const MAX_LISTS = 8

export interface CollectedData {
  readonly components: readonly { readonly component: Entity; readonly items: readonly DataItem[] }[]
  /** Why components are missing, once a backend. */
  readonly partial: readonly PartialFailure[]
}

/** The data of all components that have some, without their values. One that cannot be asked is left out and told of. */
export async function collectData(tree: EntityTree, context: CallContext): Promise<CollectedData> {
  const components: { component: Entity; items: readonly DataItem[] }[] = []
  const partial = new Map(tree.failures().map((failure) => [failure.backend, failure]))
  const lists = mapInOrder(tree.list('component'), MAX_LISTS, async (component) => ({
    component,
    list: await listOf(component, context),
  }))
  for await (const { component, list } of lists) {
    if (list instanceof SovdError) {
      const { code, message } = list
      const backend = backendOf(tree, component)
      if (!partial.has(backend)) partial.set(backend, { backend, code, message })
    } else if (list) components.push({ component, items: list })
  }
  return { components, partial: [...partial.values()] }
}

async function listOf(
  { facets: { data } }: Entity,
  context: CallContext,
): Promise<readonly DataItem[] | SovdError | undefined> {
  try {
    return await data?.list(context)
  } catch (error) {
    if (context.signal.aborted || !(error instanceof SovdError)) throw error
    return error
  }
}
