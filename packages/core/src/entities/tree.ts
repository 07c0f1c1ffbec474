import type { Logger } from '@opensovd/base'
import { type PartialFailure, SovdError } from '@opensovd/sovd'
import type { Backend } from '../ports/backend.ts'
import type { Entity, EntityKind } from './entity.ts'

type Index = ReadonlyMap<EntityKind, ReadonlyMap<string, Entity>>

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
 */
export class EntityTree {
  readonly backends: readonly Backend[]
  readonly #log: Logger
  readonly #reported = new Set<string>()
  #index: Index | undefined

  constructor(backends: readonly Backend[], log: Logger) {
    this.backends = backends
    this.#log = log
    for (const backend of backends) {
      backend.onChange(() => {
        this.#index = undefined
      })
    }
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
    const entity = this.find(kind, id)
    if (!entity) throw new SovdError('not-found', `${KIND_NAMES[kind]} '${id}' not found`, { target: id })
    return entity
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
    const index = new Map<EntityKind, Map<string, Entity>>()
    for (const backend of this.backends) {
      for (const entity of backend.snapshot.entities) {
        const ofKind = index.get(entity.kind) ?? new Map<string, Entity>()
        index.set(entity.kind, ofKind)
        const first = ofKind.get(entity.id)
        if (!first) ofKind.set(entity.id, entity)
        else if (entity.kind === 'group') ofKind.set(entity.id, mergeGroups(first, entity))
        else this.#reportDuplicate(entity, backend.name)
      }
    }
    return index
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
