import type { Entity } from '../entities/entity.ts'
import type { BulkDataFacet } from '../facets/bulk-data.ts'
import type { EntityRef } from '../locks/lock.ts'

/** Keeps files of entities. */
export interface BulkDataStore {
  /** The files of an entity, whether or not there are any. */
  of(entity: EntityRef): BulkDataFacet
}

/** An entity that keeps files in a store, unless it has files of its own; groups have none. */
export function withStoredBulkData(entity: Entity, store: BulkDataStore): Entity {
  if (entity.facets.bulkData || entity.kind === 'group') return entity
  return { ...entity, facets: { ...entity.facets, bulkData: store.of(entity) } }
}
