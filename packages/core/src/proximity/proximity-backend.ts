import { replacing } from '../catalog/replacing.ts'
import type { Entity } from '../entities/entity.ts'
import type { Backend, BackendSnapshot } from '../ports/backend.ts'

/**
 * A backend some of whose operations need a proof of proximity, beside those that its sources say it of.
 * @param required `component/operation`
 */
export function withProximity(backend: Backend, required: ReadonlySet<string>): Backend {
  if (required.size === 0) return backend
  let made: { readonly from: BackendSnapshot; readonly snapshot: BackendSnapshot } | undefined

  const extend = (entity: Entity): Entity => {
    const { operations } = entity.facets
    if (entity.kind !== 'component' || !operations) return entity
    const guarded = replacing(operations, {
      list: async (context) =>
        (await operations.list(context)).map((operation) =>
          required.has(`${entity.id}/${operation.id}`) ? { ...operation, proximityProofRequired: true } : operation,
        ),
    })
    return { ...entity, facets: { ...entity.facets, operations: guarded } }
  }

  return {
    name: backend.name,
    get snapshot() {
      const { snapshot: from } = backend
      if (made?.from !== from) made = { from, snapshot: { ...from, entities: from.entities.map(extend) } }
      return made.snapshot
    },
    onChange: (listener) => backend.onChange(listener),
    run: (signal) => backend.run(signal),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}
