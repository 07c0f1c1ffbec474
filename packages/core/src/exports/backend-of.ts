import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'

/** The name of the backend that an entity is from. */
export function backendOf({ backends }: EntityTree, { kind, id }: Entity): string {
  const has = (entity: Entity) => entity.kind === kind && entity.id === id
  return backends.find(({ snapshot }) => snapshot.entities.some(has))?.name ?? 'unknown'
}
