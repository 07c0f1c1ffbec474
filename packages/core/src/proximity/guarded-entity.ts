import { replacing } from '../catalog/replacing.ts'
import type { Entity } from '../entities/entity.ts'

/**
 * A component some of whose operations need a proof of proximity, beside those that its source says it of.
 * @param required `component/operation`
 */
export function withProximity(entity: Entity, required: ReadonlySet<string>): Entity {
  const { operations } = entity.facets
  if (required.size === 0 || entity.kind !== 'component' || !operations) return entity
  const guarded = replacing(operations, {
    list: async (context) =>
      (await operations.list(context)).map((operation) =>
        required.has(`${entity.id}/${operation.id}`) ? { ...operation, proximityProofRequired: true } : operation,
      ),
  })
  return { ...entity, facets: { ...entity.facets, operations: guarded } }
}
