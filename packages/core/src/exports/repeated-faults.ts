import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { Fault } from '../facets/faults.ts'

/**
 * Finds the faults that an app or a function shows of components: of those of its backend, and of those that it runs
 * on, is made of or depends on. They have the same code and name, and the same id or that with the component's in
 * front of it. Remembers the faults of such components alone, and sees entities in an order in which components come
 * first.
 */
export class RepeatedFaults {
  readonly #componentsOf: ReadonlyMap<Entity, ReadonlySet<string>>
  /** By component, what its faults are known by. */
  readonly #known: ReadonlyMap<string, Set<string>>

  constructor(tree: EntityTree, entities: readonly Entity[]) {
    const others = entities.filter(({ kind }) => kind !== 'component')
    this.#componentsOf = new Map(others.map((entity) => [entity, componentIdsOf(tree, entity)]))
    this.#known = new Map([...this.#componentsOf.values()].flatMap((ids) => [...ids].map((id) => [id, new Set()])))
  }

  /** The faults of an entity that no component before it has. */
  without(entity: Entity, faults: readonly Fault[]): readonly Fault[] {
    const components = this.#componentsOf.get(entity)
    if (components) return faults.filter((fault) => !this.#isKnown(fault, components))
    const known = this.#known.get(entity.id)
    if (known) for (const fault of faults) known.add(keyOf(fault.id, fault))
    return faults
  }

  #isKnown(fault: Fault, components: ReadonlySet<string>): boolean {
    const key = keyOf(fault.id, fault)
    for (const componentId of components) {
      const known = this.#known.get(componentId)
      if (!known?.size) continue
      if (known.has(key)) return true
      const prefix = `${componentId}.`
      if (fault.id.startsWith(prefix) && known.has(keyOf(fault.id.slice(prefix.length), fault))) return true
    }
    return false
  }
}

function componentIdsOf(tree: EntityTree, entity: Entity): ReadonlySet<string> {
  const { kind, id, hostId, members = [], dependsOn = [] } = entity
  const own = tree.backends.find(({ snapshot }) => snapshot.entities.some((one) => one.kind === kind && one.id === id))
  const beside = own?.snapshot.entities.filter((one) => one.kind === 'component') ?? []
  return new Set([...beside.map((one) => one.id), ...(hostId === undefined ? [] : [hostId]), ...members, ...dependsOn])
}

function keyOf(id: string, { code, name }: Fault): string {
  return JSON.stringify([id, code, name])
}
