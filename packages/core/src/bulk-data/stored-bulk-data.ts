import type { BulkDataFacet } from '../facets/bulk-data.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { Backend } from '../ports/backend.ts'
import { mapEntities } from '../ports/mapped-backend.ts'

/** Keeps files of entities. */
export interface BulkDataStore {
  /** The files of an entity, whether or not there are any. */
  of(entity: EntityRef): BulkDataFacet
}

/** A backend whose entities keep files in a store, but for those that have files of their own. */
export function withStoredBulkData(backend: Backend, store: BulkDataStore): Backend {
  return mapEntities(backend, (entity) => {
    if (entity.facets.bulkData || entity.kind === 'group') return entity
    return { ...entity, facets: { ...entity.facets, bulkData: store.of(entity) } }
  })
}
