import { SovdError } from '@opensovd/sovd'
import { facetOf } from '../entities/facet-of.ts'
import type { EntityTree } from '../entities/tree.ts'
import { type FaultList, faultListOf } from '../facets/faults.ts'
import { type EntityRef, keyOf } from '../locks/lock.ts'
import type { Source } from './source.ts'

/** The faults of an entity as something to watch. */
export function faultSource(tree: EntityTree, { kind, id }: EntityRef): Source<FaultList> {
  const find = () => facetOf(tree.get(kind, id), 'faults')
  return {
    key: `faults ${keyOf({ kind, id })}`,
    about: { entity: { kind, id }, collection: 'faults' },
    read: async (context) => faultListOf(find(), context),
    async watch(listener, context) {
      const faults = find()
      if (!faults.watch) throw new SovdError('not-implemented', 'the source does not tell of changes')
      await faults.watch(() => listener(), context)
    },
  }
}
