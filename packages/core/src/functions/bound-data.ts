import type { Json } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { readMany, writeMany } from '../data/bulk.ts'
import type { Entity } from '../entities/entity.ts'
import { facetOf, unsupported } from '../entities/facet-of.ts'
import type { DataFacet, DataItem, DataValue } from '../facets/data.ts'
import type { CallContext } from '../ports/call-context.ts'
import { componentOf } from './component-of.ts'
import type { DataBinding } from './data-binding.ts'
import { inOrder, perSource } from './per-source.ts'

type Components = ReadonlyMap<string, Entity>

interface Value {
  readonly id: string
  readonly value: Json
}

/**
 * Data that are those of several components, each item under an id of its own. Components are asked at the same time;
 * one that does not answer keeps nothing from the others. What is written is written to the component.
 * @param rest has the items that are not bound
 */
export function boundData(bindings: readonly DataBinding[], components: Components, rest?: DataFacet): DataFacet {
  const byId = new Map(bindings.map((binding) => [binding.id, binding]))
  const bindingOf = (id: string): DataBinding | undefined => byId.get(id)
  const dataOf = ({ componentId }: DataBinding) => facetOf(componentOf(components, componentId), 'data')
  const watch = watchOf(bindings, components, rest)

  return {
    list: async (context) => {
      const [others, bound] = await Promise.all([rest?.list(context) ?? [], listBound(bindings, components, context)])
      return [...bound, ...others.filter(({ id }) => !byId.has(id))]
    },

    read: async (id, context) => {
      const binding = bindingOf(id)
      if (!binding) return rest ? rest.read(id, context) : notThere(id)
      return { ...(await dataOf(binding).read(binding.itemId, context)), id }
    },

    write: async (id, value, context) => {
      const binding = bindingOf(id)
      const data = binding ? dataOf(binding) : rest
      if (!data) return notThere(id)
      if (!data.write) throw new SovdError('not-implemented', `'${id}' cannot be written`, { target: id })
      await data.write(binding?.itemId ?? id, value, context)
    },

    readMany: async (ids, context) => {
      const read = (data: DataFacet, own: readonly string[]) => readMany(data, own, context)
      return inOrder(
        ids,
        await perSource(
          ids.map((id) => ({ id })),
          bindingOf,
          { components, rest, context },
          (data, own) =>
            read(
              data,
              own.map(({ id }) => id),
            ),
        ),
      )
    },

    writeMany: async (values, context) => {
      const write = async (data: DataFacet, own: readonly Value[], entity: Entity | undefined) => {
        if (isWritable(data)) return writeMany(data, own, context)
        throw entity ? unsupported(entity, 'writing data') : new SovdError('not-implemented', 'cannot be written')
      }
      const outcomes = await perSource(values, bindingOf, { components, rest, context }, write)
      return inOrder(
        values.map(({ id }) => id),
        outcomes,
      )
    },

    ...(watch ? { watch } : {}),
  }
}

function isWritable(data: DataFacet): data is DataFacet & Required<Pick<DataFacet, 'write'>> {
  return data.write !== undefined
}

/** The bound items as their components describe them; of a component that does not, what the binding tells. */
async function listBound(
  bindings: readonly DataBinding[],
  components: Components,
  context: CallContext,
): Promise<readonly DataItem[]> {
  const ids = [...new Set(bindings.map(({ componentId }) => componentId))]
  const lists = await Promise.all(ids.map(async (id) => [id, await listOf(components.get(id), context)] as const))
  const items = new Map(lists)
  return bindings.map((binding) => {
    const found = items.get(binding.componentId)?.find(({ id }) => id === binding.itemId)
    const known = found ?? { name: binding.id, access: 'readWrite' as const, dataType: 'struct' as const }
    return { ...known, id: binding.id, ...(binding.name === undefined ? {} : { name: binding.name }) }
  })
}

async function listOf(component: Entity | undefined, context: CallContext): Promise<readonly DataItem[]> {
  try {
    return (await component?.facets.data?.list(context)) ?? []
  } catch (error) {
    if (!(error instanceof SovdError) || context.signal.aborted) throw error
    return []
  }
}

/** Tells of new values where all the sources can. */
function watchOf(
  bindings: readonly DataBinding[],
  components: Components,
  rest: DataFacet | undefined,
): DataFacet['watch'] {
  const sources = [
    ...bindings.map(({ componentId }) => components.get(componentId)?.facets.data),
    ...(rest ? [rest] : []),
  ]
  if (sources.some((source) => !source?.watch)) return undefined
  return async (ids, listener, context) => {
    const over = new AbortController()
    const signal = AbortSignal.any([context.signal, over.signal])
    const watching = [...groupsOf(bindings, ids)].map(([componentId, own]) => {
      const source = componentId === undefined ? rest : componentOf(components, componentId).facets.data
      const tell = (value: DataValue) => {
        for (const { id, itemId } of own) if (itemId === value.id) listener({ ...value, id })
      }
      return source?.watch?.([...new Set(own.map(({ itemId }) => itemId))], tell, { ...context, signal })
    })
    try {
      await Promise.all(watching)
    } finally {
      over.abort()
      await Promise.allSettled(watching)
    }
  }
}

/** Wanted items by their components; those that are not bound by none. */
function groupsOf(
  bindings: readonly DataBinding[],
  ids: readonly string[],
): ReadonlyMap<string | undefined, readonly Pick<DataBinding, 'id' | 'itemId'>[]> {
  const byId = new Map(bindings.map((binding) => [binding.id, binding]))
  return Map.groupBy(
    ids.map((id) => byId.get(id) ?? { id, itemId: id, componentId: undefined }),
    ({ componentId }) => componentId,
  )
}

function notThere(id: string): never {
  throw new SovdError('not-found', `Data '${id}' not found`, { target: id })
}
