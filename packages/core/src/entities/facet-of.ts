import { SovdError } from '@opensovd/sovd'
import type { Entity, FacetName, Facets } from './entity.ts'

/** @throws SovdError `not-implemented` when the entity lacks the capability */
export function facetOf<N extends FacetName>(entity: Entity, name: N): NonNullable<Facets[N]> {
  const facet = entity.facets[name]
  if (!facet) throw unsupported(entity, name)
  return facet
}

/** The error for something an entity has no means to do. */
export function unsupported(entity: Entity, what: string): SovdError {
  return new SovdError('not-implemented', `${entity.kind} '${entity.id}' does not support ${what}`, { target: what })
}
