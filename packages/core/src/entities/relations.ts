import type { EntityRef } from '../locks/lock.ts'
import type { Entity, EntityKind } from './entity.ts'

/** Where entities are found. */
export interface EntitySource {
  list(kind: EntityKind): readonly Entity[]
  find(kind: EntityKind, id: string): Entity | undefined
}

const NONE: readonly Entity[] = []

/**
 * What entities are to each other, in both directions [17978-3 7.6]: a component belongs to one area and an app is
 * located on one component, and just those are contained and hosted. Names only entities that there are.
 */
export class Relations {
  readonly #source: EntitySource
  readonly #subareas: ReadonlyMap<string, readonly Entity[]>
  readonly #subcomponents: ReadonlyMap<string, readonly Entity[]>
  readonly #apps: ReadonlyMap<string, readonly Entity[]>
  /** Functions and apps by the components that they act on. */
  readonly #actors: ReadonlyMap<string, readonly Entity[]>
  readonly #contained = new Map<string, readonly Entity[]>()
  readonly #areas = new Map<string, Entity>()

  constructor(source: EntitySource) {
    this.#source = source
    this.#subareas = childrenBy(source.list('area'), ({ parentId }) => parentId)
    this.#subcomponents = childrenBy(source.list('component'), ({ parentId }) => parentId)
    this.#apps = childrenBy(source.list('app'), ({ hostId }) => hostId)
    this.#actors = actorsOf([...source.list('function'), ...source.list('app')])
    for (const area of source.list('area')) this.#contained.set(area.id, this.#claim(area))
  }

  subareas(areaId: string): readonly Entity[] {
    return this.#subareas.get(areaId) ?? NONE
  }

  subcomponents(componentId: string): readonly Entity[] {
    return this.#subcomponents.get(componentId) ?? NONE
  }

  /** The components of an area. Of several areas that name a component, the first one has it. */
  contains(areaId: string): readonly Entity[] {
    return this.#contained.get(areaId) ?? NONE
  }

  /** The area that a component belongs to. */
  areaOf(componentId: string): Entity | undefined {
    return this.#areas.get(componentId)
  }

  /** The apps that run on a component. */
  hosts(componentId: string): readonly Entity[] {
    return this.#apps.get(componentId) ?? NONE
  }

  /** The component that an app runs on. */
  hostOf(app: Entity): Entity | undefined {
    return app.hostId === undefined ? undefined : this.#source.find('component', app.hostId)
  }

  /** What an entity cannot work without: others of its kind, or else components. */
  dependsOn({ kind, id, dependsOn = [] }: Entity): readonly Entity[] {
    return [...new Set(dependsOn)]
      .filter((other) => kind !== 'component' || other !== id)
      .map(
        (other) => (other === id ? undefined : this.#source.find(kind, other)) ?? this.#source.find('component', other),
      )
      .filter((entity) => entity !== undefined)
  }

  /** What else may change when an entity does: what acts on the same components, and these. */
  affected(kind: EntityKind, id: string): readonly EntityRef[] {
    const isActor = kind === 'function' || kind === 'app'
    const components = isActor ? new Set(this.#source.find(kind, id)?.members) : kind === 'component' ? [id] : []
    const others = [...components].flatMap((component): readonly EntityRef[] => [
      { kind: 'component', id: component },
      ...(this.#actors.get(component) ?? []),
    ])
    return [...new Set(others)].filter((other) => other.kind !== kind || other.id !== id)
  }

  /** The components that an area names and no area before it has. */
  #claim(area: Entity): readonly Entity[] {
    const components: Entity[] = []
    for (const id of new Set(area.members)) {
      const component = this.#source.find('component', id)
      if (!component || this.#areas.has(id)) continue
      this.#areas.set(id, area)
      components.push(component)
    }
    return components
  }
}

function actorsOf(entities: readonly Entity[]): ReadonlyMap<string, readonly Entity[]> {
  const actors = new Map<string, Entity[]>()
  for (const entity of entities) {
    for (const id of new Set(entity.members)) {
      const known = actors.get(id)
      if (known) known.push(entity)
      else actors.set(id, [entity])
    }
  }
  return actors
}

function childrenBy(
  entities: readonly Entity[],
  parentOf: (entity: Entity) => string | undefined,
): ReadonlyMap<string, readonly Entity[]> {
  const children = new Map<string, Entity[]>()
  for (const entity of entities) {
    const parent = parentOf(entity)
    if (parent === undefined || (parent === entity.id && entity.kind !== 'app')) continue
    const siblings = children.get(parent)
    if (siblings) siblings.push(entity)
    else children.set(parent, [entity])
  }
  return children
}
