import { type CallContext, type Diagnostics, type Fault, type FaultFacet, unsupported } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, entityAt, facetAt, missing } from '../entities.ts'
import { type FaultQuery, faultFilter } from '../fault-filter.ts'
import { faultDetailView, faultView } from '../views/faults.ts'

type FaultRoutes = Pick<IsoApi, 'listFaults' | 'readFault' | 'clearFaults' | 'clearFault'>

/** A fault is known by its code here; the same code in several scopes is several faults of the domain. */
type FaultPath = EntityPath & { readonly faultCode: string }

export function faultHandlers({ tree }: Diagnostics) {
  const withCode = async (path: FaultPath, context: CallContext): Promise<readonly [Fault, ...Fault[]]> => {
    const faults = await facetAt(tree, path, 'faults').list(context)
    const [first, ...others] = faults.filter(({ code }) => code === path.faultCode)
    if (first) return [first, ...others]
    throw missing('fault', path.faultCode, path)
  }
  const clearOf = (path: EntityPath) => {
    const { clear } = facetAt(tree, path, 'faults')
    if (!clear) throw unsupported(entityAt(tree, path), 'clearing a single fault')
    return clear
  }

  return handlersOf<FaultRoutes>({
    listFaults: async ({ params, query }, context) => {
      const faults = await facetAt(tree, params, 'faults').list(context)
      return { items: faults.filter(faultFilter(query as FaultQuery)).map(faultView) }
    },

    readFault: async ({ params }, context) => {
      const [fault] = await withCode(params, context)
      return faultDetailView((await facetAt(tree, params, 'faults').read?.(fault.id, context)) ?? fault)
    },

    clearFaults: async ({ params, query }, context) => {
      const faults = facetAt(tree, params, 'faults')
      if (query.scope !== undefined) {
        const clear = clearOf(params)
        const inScope = (await faults.list(context)).filter(({ scope }) => scope === query.scope)
        await clearEach(clear, inScope, context)
      } else {
        if (!faults.clearAll) throw unsupported(entityAt(tree, params), 'clearing faults')
        await faults.clearAll(context)
      }
    },

    clearFault: async ({ params }, context) => {
      const clear = clearOf(params)
      await clearEach(clear, await withCode(params, context), context)
    },
  })
}

/** Clears one after the other, as far as the source lets us. */
async function clearEach(
  clear: NonNullable<FaultFacet['clear']>,
  faults: readonly Fault[],
  context: CallContext,
): Promise<void> {
  for (const { id } of faults) await clear(id, context)
}
