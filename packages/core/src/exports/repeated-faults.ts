import type { Entity } from '../entities/entity.ts'
import type { Fault } from '../facets/faults.ts'

/**
 * Finds the faults that an app or a function shows of the components that it runs on, is made of or depends on: they
 * have the same code, and the same id or that with the component's in front of it. Remembers those of such components
 * alone, and sees entities in an order in which components come first.
 */
export class RepeatedFaults {
  /** By component, the ids and codes of its faults. */
  readonly #known: ReadonlyMap<string, Set<string>>

  constructor(entities: readonly Entity[]) {
    this.#known = new Map(entities.flatMap(componentIdsOf).map((id) => [id, new Set()]))
  }

  /** The faults of an entity that no component before it has. */
  without(entity: Entity, faults: readonly Fault[]): readonly Fault[] {
    if (entity.kind === 'component') {
      const known = this.#known.get(entity.id)
      if (known) for (const { id, code } of faults) known.add(keyOf(id, code))
      return faults
    }
    const components = componentIdsOf(entity)
    return faults.filter((fault) => !components.some((componentId) => this.#isOf(componentId, fault)))
  }

  #isOf(componentId: string, { id, code }: Fault): boolean {
    const known = this.#known.get(componentId)
    if (!known) return false
    const prefix = `${componentId}.`
    return known.has(keyOf(id, code)) || (id.startsWith(prefix) && known.has(keyOf(id.slice(prefix.length), code)))
  }
}

function componentIdsOf({ kind, hostId, members = [], dependsOn = [] }: Entity): readonly string[] {
  if (kind === 'component') return []
  return [...(hostId === undefined ? [] : [hostId]), ...members, ...dependsOn]
}

function keyOf(id: string, code: string): string {
  return JSON.stringify([id, code])
}
