import { messageOf } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { DataFacet, DataOutcome } from '../facets/data.ts'
import type { CallContext } from '../ports/call-context.ts'
import { componentOf } from './component-of.ts'
import type { DataBinding } from './data-binding.ts'

export interface Sources {
  readonly components: ReadonlyMap<string, Entity>
  /** Has what is not bound. */
  readonly rest: DataFacet | undefined
  readonly context: CallContext
}

type Work<T> = (data: DataFacet, items: readonly T[], component: Entity | undefined) => Promise<readonly DataOutcome[]>

/**
 * Hands items to the sources that have them, all at the same time. What a source refuses is the outcome of each of
 * its items, and of no other.
 * @param work gets the items with the ids that the source has for them
 */
export async function perSource<T extends { readonly id: string }>(
  items: readonly T[],
  bindingOf: (id: string) => DataBinding | undefined,
  { components, rest, context }: Sources,
  work: Work<T>,
): Promise<ReadonlyMap<string, DataOutcome>> {
  const groups = Map.groupBy(items, ({ id }) => bindingOf(id)?.componentId)
  const outcomes = await Promise.all(
    [...groups].map(async ([componentId, own]) => {
      try {
        const component = componentId === undefined ? undefined : componentOf(components, componentId)
        const data = component ? component.facets.data : rest
        if (!data) throw new SovdError('not-found', component ? `component '${componentId}' has no data` : 'not found')
        const renamed = own.map((item) => ({ ...item, id: bindingOf(item.id)?.itemId ?? item.id }))
        const results = await work(data, renamed, component)
        return own.map(({ id }, index) => ({ ...(results[index] ?? { error: 'no answer for this item' }), id }))
      } catch (error) {
        if (!(error instanceof SovdError) || context.signal.aborted) throw error
        return own.map(({ id }) => ({ id, error: messageOf(error) }))
      }
    }),
  )
  return new Map(outcomes.flat().map((outcome) => [outcome.id, outcome]))
}

export function inOrder(ids: readonly string[], outcomes: ReadonlyMap<string, DataOutcome>): readonly DataOutcome[] {
  return ids.map((id) => outcomes.get(id) ?? { id, error: 'no answer for this item' })
}
