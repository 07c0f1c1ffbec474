import type { Entity } from '../entities/entity.ts'
import type { Backend, BackendSnapshot } from '../ports/backend.ts'
import { pastEntityOf } from './past-fault.ts'
import { type ClearingRecord, recordedFaults } from './recorded-faults.ts'

/** A backend of which is recorded what is cleared in the fault memories of its entities. */
export function withRecordedClearings(backend: Backend, record: ClearingRecord): Backend {
  const extended = new WeakMap<Entity, Entity>()
  let made: { readonly from: BackendSnapshot; readonly snapshot: BackendSnapshot } | undefined

  const extend = (entity: Entity): Entity => {
    const { faults } = entity.facets
    const past = pastEntityOf(entity)
    if (!past || (!faults?.clear && !faults?.clearAll)) return entity
    const known = extended.get(entity)
    if (known) return known
    const recorded = { ...entity, facets: { ...entity.facets, faults: recordedFaults(past, faults, record) } }
    extended.set(entity, recorded)
    return recorded
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
