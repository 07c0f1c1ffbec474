import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { FaultFacet } from '../facets/faults.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import type { Backend } from '../ports/backend.ts'

/** A backend of components that are known by what programs report of them, and by nothing else. */
export function declaredComponents(name: string, ids: readonly string[]): Backend {
  return new MemoryBackend(
    name,
    ids.map(
      (id): Entity => ({
        kind: 'component',
        id,
        name: id,
        connectionState: 'connected',
        facets: { faults: NO_FAULTS },
      }),
    ),
  )
}

/** The fault memory of something that has none of its own. */
const NO_FAULTS: FaultFacet = {
  list: async () => [],
  clearAll: async () => {},
  clear: async (id) => {
    throw new SovdError('not-found', `no fault '${id}'`, { target: id })
  },
}
