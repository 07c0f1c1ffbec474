import type { Logger } from '@opensovd/base'
import { type PartialFailure, SovdError } from '@opensovd/sovd'
import type { Backend } from '../ports/backend.ts'
import { type DeclaredEntity, declaredEntity } from './declared-entity.ts'
import type { Entity, EntityKind } from './entity.ts'
import { Relations } from './relations.ts'

type Index = Map<EntityKind, Map<string, Entity>>

export interface EntityTreeOptions {
  /** What is known beyond what backends yield. */
  readonly declared?: readonly DeclaredEntity[]
  /** Kinds that are not there for anybody. */
  readonly disabled?: readonly EntityKind[]
  /** What every entity has beside what it is made of: those of backends, and those that are declared. */
  readonly extend?: (entity: Entity) => Entity
}

const KIND_NAMES: Readonly<Record<EntityKind, string>> = {
  area: 'Area',
  component: 'Component',
  app: 'App',
  function: 'Function',
  group: 'Group',
}

/**
 * The entities of all backends. Of two entities with the same kind and id, the one of the backend that was
 * configured first is served and the other reported; groups with the same id are one group with the members of all.
 * Declared entities add to those of backends, or stand beside them.
 */
export class EntityTree {
  readonly backends: readonly Backend[]
  readonly #log: Logger
  readonly #reported = new Set<string>()
  readonly #declared: readonly DeclaredEntity[]
  readonly #disabled: ReadonlySet<EntityKind>
  readonly #extend: (entity: Entity) => Entity
  /** Entities of backends as they are extended: as long as one is the same, so is what it has. */
  readonly #extended = new WeakMap<Entity, Entity>()
  #index: Index | undefined
  #relations: Relations | undefined

  constructor(backends: readonly Backend[], log: Logger, options: EntityTreeOptions = {}) {
    const { declared = [], disabled = [], extend = (entity) => entity } = options
    this.backends = backends
    this.#log = log
    // Components first: what others are made of must be complete by then.
    this.#declared = declared.toSorted((a, b) => Number(b.kind === 'component') - Number(a.kind === 'component'))
    this.#disabled = new Set(disabled)
    this.#extend = extend
    for (const backend of backends) {
      backend.onChange(() => {
        this.#index = undefined
        this.#relations = undefined
      })
    }
  }

  /** What the entities are to each other now. */
  get relations(): Relations {
    this.#relations ??= new Relations(this)
    return this.#relations
  }

  /** Entities of a kind, by backend and then in the backend's order. */
  list(kind: EntityKind): readonly Entity[] {
    return [...(this.#current().get(kind)?.values() ?? [])]
  }

  find(kind: EntityKind, id: string): Entity | undefined {
    return this.#current().get(kind)?.get(id)
  }

  /** @throws SovdError `not-found` */
  get(kind: EntityKind, id: string): Entity {
    this.requireKind(kind)
    const entity = this.find(kind, id)
    if (!entity) throw new SovdError('not-found', `${KIND_NAMES[kind]} '${id}' not found`, { target: id })
    return entity
  }

  /** @throws SovdError `not-found` for a kind that is disabled */
  requireKind(kind: EntityKind): void {
    if (!this.#disabled.has(kind)) return
    throw new SovdError('not-found', `Entity type '${kind}' is not available in this OEM profile`, { target: kind })
  }

  /** The backends that lists over all of them are incomplete without, and why. */
  failures(): readonly PartialFailure[] {
    return this.backends.flatMap(failureOf)
  }

  #current(): Index {
    this.#index ??= this.#build()
    return this.#index
  }

  #build(): Index {
    const index: Index = new Map()
    for (const backend of this.backends) {
      for (const found of backend.snapshot.entities) {
        const entity = this.#extendedOf(found)
        const ofKind = kindOf(index, entity.kind)
        const first = ofKind.get(entity.id)
        if (!first) ofKind.set(entity.id, entity)
        else if (entity.kind === 'group') ofKind.set(entity.id, mergeGroups(first, entity))
        else this.#reportDuplicate(entity, backend.name)
      }
    }
    const components = kindOf(index, 'component')
    for (const declared of this.#declared) {
      const ofKind = kindOf(index, declared.kind)
      const found = ofKind.get(declared.id)
      const entity = declaredEntity(declared, found, components)
      if (entity) ofKind.set(entity.id, found ? entity : this.#extend(entity))
    }
    for (const kind of this.#disabled) index.delete(kind)
    return index
  }

  #extendedOf(entity: Entity): Entity {
    const known = this.#extended.get(entity)
    if (known) return known
    const extended = this.#extend(entity)
    this.#extended.set(entity, extended)
    return extended
  }

  #reportDuplicate(entity: Entity, backend: string): void {
    const key = `${backend} ${entity.kind} ${entity.id}`
    if (this.#reported.has(key) || this.#reported.size >= MAX_REPORTED) return
    this.#reported.add(key)
    this.#log.warn('an earlier backend already has this entity; the later one is not served', {
      kind: entity.kind,
      id: entity.id,
      backend,
    })
  }
}

function kindOf(index: Index, kind: EntityKind): Map<string, Entity> {
  const ofKind = index.get(kind) ?? new Map<string, Entity>()
  index.set(kind, ofKind)
  return ofKind
}

function failureOf({ name, snapshot: { status } }: Backend): readonly PartialFailure[] {
  switch (status.phase) {
    case 'up':
      return []
    case 'untried':
      return [{ backend: name, code: 'unavailable', message: 'the backend has not answered yet' }]
    case 'down':
      return [{ backend: name, code: status.code, message: status.message }]
  }
}

/** Each duplicate is reported once; beyond this many, silently. */
const MAX_REPORTED = 1000

function mergeGroups(first: Entity, second: Entity): Entity {
  return { ...first, members: [...new Set([...(first.members ?? []), ...(second.members ?? [])])] }
}
