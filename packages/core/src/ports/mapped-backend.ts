import type { Entity } from '../entities/entity.ts'
import type { Backend, BackendSnapshot } from './backend.ts'

/** A backend with its entities as `map` makes them; each snapshot is mapped once. */
export function mapEntities(backend: Backend, map: (entity: Entity) => Entity): Backend {
  let made: { readonly from: BackendSnapshot; readonly snapshot: BackendSnapshot } | undefined
  return {
    name: backend.name,
    get snapshot() {
      const { snapshot: from } = backend
      if (made?.from !== from) made = { from, snapshot: { ...from, entities: from.entities.map(map) } }
      return made.snapshot
    },
    onChange: (listener) => backend.onChange(listener),
    run: (signal) => backend.run(signal),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}
