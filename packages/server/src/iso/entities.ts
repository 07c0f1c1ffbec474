import {
  type Entity,
  type EntityKind,
  type EntityTree,
  type FacetName,
  type Facets,
  type LockTarget,
  VEHICLE,
} from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

/** The kinds of entities that the standard knows, by their collections [17978-3 7.6]. */
export const COLLECTIONS = {
  areas: 'area',
  components: 'component',
  apps: 'app',
  functions: 'function',
} as const satisfies Readonly<Record<string, EntityKind>>

export type CollectionName = keyof typeof COLLECTIONS

/** @throws SovdError `not-found` for a collection that the standard does not know */
export function kindOf(collection: string): EntityKind {
  if (isCollection(collection)) return COLLECTIONS[collection]
  throw new SovdError('not-found', `there is no collection '${collection}'`, { target: collection })
}

function isCollection(name: string): name is CollectionName {
  return Object.hasOwn(COLLECTIONS, name)
}

export interface EntityPath {
  readonly entityCollection: string
  readonly entityId: string
}

/** @throws SovdError `not-found` */
export function entityAt(tree: EntityTree, { entityCollection, entityId }: EntityPath): Entity {
  const kind = kindOf(entityCollection)
  const entity = tree.find(kind, entityId)
  if (entity) return entity
  const message = `there is no ${kind} '${entityId}'`
  throw new SovdError('not-found', message, { target: entityId, details: [{ code: 'entity-not-found', message }] })
}

/** @throws SovdError `not-found`, as the standard has it for a capability that an entity does not list */
export function facetAt<N extends FacetName>(tree: EntityTree, path: EntityPath, name: N): NonNullable<Facets[N]> {
  const entity = entityAt(tree, path)
  const facet = entity.facets[name]
  if (facet) return facet
  throw new SovdError('not-found', `${entity.kind} '${entity.id}' has no ${name}`, { target: name })
}

/** What a request is about: the entity in its path, or else the vehicle. */
export function lockTargetOf({ entityCollection, entityId }: Partial<EntityPath>): LockTarget {
  if (entityCollection === undefined || entityId === undefined) return VEHICLE
  return { kind: kindOf(entityCollection), id: entityId }
}

/** The error for something an entity does not have. */
export function missing(what: string, id: string, { entityCollection, entityId }: EntityPath): SovdError {
  return new SovdError('not-found', `there is no ${what} '${id}' at ${entityCollection}/${entityId}`, { target: id })
}
