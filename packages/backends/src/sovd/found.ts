import type { Entity } from '@opensovd/core'

/** What a list says of an entity. */
export type FoundEntity = Omit<Entity, 'facets'>

export type FoundComponent = Omit<Entity, 'kind' | 'members' | 'facets'>

/** What an entity's own document says of others. */
export interface FoundRelations {
  /** The area that a component belongs to. */
  readonly areaId?: string
  /** The component that an app is located on. */
  readonly hostId?: string
  /** Components that an area contains. */
  readonly contained?: readonly string[]
  /** Apps that a component hosts. */
  readonly hosted?: readonly string[]
  /** Subareas or subcomponents. */
  readonly parts?: readonly string[]
  readonly dependsOn?: readonly string[]
}

/** Entities with what they are to each other, whichever of both says so [17978-3 7.6]. */
export function relate(
  entities: readonly FoundEntity[],
  relationsOf: (entity: FoundEntity) => FoundRelations,
): readonly FoundEntity[] {
  const parents = new Map<string, string>()
  const hosts = new Map<string, string>()
  const members = new Map<string, string[]>()
  const addMember = (areaId: string, id: string) => members.set(areaId, [...(members.get(areaId) ?? []), id])
  for (const entity of entities) {
    const { areaId, contained = [], hosted = [], parts = [] } = relationsOf(entity)
    for (const id of parts) parents.set(`${entity.kind} ${id}`, entity.id)
    if (entity.kind === 'component') for (const id of hosted) hosts.set(id, entity.id)
    if (entity.kind === 'component' && areaId !== undefined) addMember(areaId, entity.id)
    if (entity.kind === 'area') for (const id of contained) addMember(entity.id, id)
  }
  return entities.map((entity) => {
    const { hostId, dependsOn } = relationsOf(entity)
    const parentId = parents.get(`${entity.kind} ${entity.id}`)
    const ownHost = entity.kind === 'app' ? (hostId ?? hosts.get(entity.id)) : undefined
    const ownMembers = entity.kind === 'area' ? members.get(entity.id) : undefined
    return {
      ...entity,
      ...(parentId === undefined ? {} : { parentId }),
      ...(ownHost === undefined ? {} : { hostId: ownHost }),
      ...(ownMembers ? { members: [...new Set([...(entity.members ?? []), ...ownMembers])] } : {}),
      ...(dependsOn && dependsOn.length > 0 ? { dependsOn } : {}),
    }
  })
}
