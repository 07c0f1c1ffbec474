import type { Entity } from '../entities/entity.ts'
import type { Backend, BackendSnapshot } from '../ports/backend.ts'
import { componentFaults } from './component-faults.ts'
import type { FaultManager } from './fault-manager.ts'

/**
 * A backend whose components have the faults that programs reported for them beside their own. A component without
 * a fault memory gets one with its first report.
 */
export function withReportedFaults(backend: Backend, manager: FaultManager): Backend {
  let made:
    | { readonly from: BackendSnapshot; readonly revision: number; readonly snapshot: BackendSnapshot }
    | undefined

  const extend = (entity: Entity): Entity => {
    if (entity.kind !== 'component' || !(entity.facets.faults || manager.hasComponent(entity.id))) return entity
    return { ...entity, facets: { ...entity.facets, faults: componentFaults(entity, backend.name, manager) } }
  }

  return {
    name: backend.name,
    get snapshot() {
      const { snapshot: from } = backend
      const { revision } = manager
      if (made?.from !== from || made.revision !== revision) {
        made = { from, revision, snapshot: { ...from, entities: from.entities.map(extend) } }
      }
      return made.snapshot
    },
    onChange(listener) {
      const ends = [backend.onChange(listener), manager.onComponents(listener)]
      return () => {
        for (const end of ends) end()
      }
    },
    run: (signal) => backend.run(signal),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}
