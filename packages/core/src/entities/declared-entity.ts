import { pick } from '@opensovd/base'
import { boundData } from '../functions/bound-data.ts'
import { boundOperations, type OperationBinding } from '../functions/bound-operations.ts'
import type { DataBinding } from '../functions/data-binding.ts'
import { memberFaults } from '../functions/member-faults.ts'
import type { Entity, Facets } from './entity.ts'

const ATTRIBUTES = [
  'name',
  'translationId',
  'description',
  'category',
  'softwareVersion',
  'tags',
  'parentId',
  'hostId',
] as const satisfies readonly (keyof Entity)[]

/** An entity as somebody describes it who knows what backends have. */
export interface DeclaredEntity
  extends Pick<Entity, 'kind' | 'id' | 'members' | 'dependsOn'>,
    Partial<Pick<Entity, (typeof ATTRIBUTES)[number]>> {
  /** The component whose facets it has as its own, but for what is bound below. */
  readonly source?: string
  /** Data items of components, under ids of its own; in place of those of the source. */
  readonly data?: readonly DataBinding[]
  /** Operations of components, under ids of its own; in place of those of the source. */
  readonly operations?: readonly OperationBinding[]
}

export type Components = ReadonlyMap<string, Entity>

/**
 * The entity that a declaration makes of what is there.
 * @param found the entity that a backend has with that kind and id: what is declared is added to it
 * @returns nothing for a component that no backend has: nobody could say what it does
 */
export function declaredEntity(
  declared: DeclaredEntity,
  found: Entity | undefined,
  components: Components,
): Entity | undefined {
  if (declared.kind === 'component' && !found) return undefined
  const members = union(found?.members, declared.members, sourcesOf(declared))
  const dependsOn = union(found?.dependsOn, declared.dependsOn)
  const known: Entity = found ?? {
    kind: declared.kind,
    id: declared.id,
    name: declared.id,
    connectionState: connectionOf(declared, members, components),
    facets: {},
  }
  return {
    ...known,
    ...pick(declared, ATTRIBUTES),
    ...(members.length > 0 ? { members } : {}),
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
    facets: facetsOf(declared, known, members, components),
  }
}

function facetsOf(declared: DeclaredEntity, found: Entity, members: readonly string[], components: Components): Facets {
  const { source, data = [], operations = [] } = declared
  const {
    data: sourceData,
    operations: sourceOperations,
    ...others
  } = source === undefined ? {} : (components.get(source)?.facets ?? {})
  const ownData = found.facets.data ?? (data.length === 0 ? sourceData : undefined)
  const ownOperations = found.facets.operations ?? (operations.length === 0 ? sourceOperations : undefined)
  const faults = declared.kind === 'function' ? memberFaults(members, components) : undefined
  return {
    ...(faults ? { faults } : {}),
    ...others,
    ...(ownData ? { data: ownData } : {}),
    ...(ownOperations ? { operations: ownOperations } : {}),
    ...found.facets,
    ...(data.length > 0 ? { data: boundData(data, components, ownData) } : {}),
    ...(operations.length > 0 ? { operations: boundOperations(operations, components, ownOperations) } : {}),
  }
}

/** The components that a declared entity acts on. */
function sourcesOf({ source, data = [], operations = [] }: DeclaredEntity): readonly string[] {
  return [
    ...(source === undefined ? [] : [source]),
    ...data.map(({ componentId }) => componentId),
    ...operations.map(({ componentId }) => componentId),
  ]
}

/** It can be reached when one of the components can be that it acts on; who acts on none always can. */
function connectionOf(
  { kind, hostId }: DeclaredEntity,
  members: readonly string[],
  components: Components,
): Entity['connectionState'] {
  if (kind === 'group' || kind === 'area') return 'connected'
  const ids = members.length > 0 || hostId === undefined ? members : [hostId]
  const states = ids.map((id) => components.get(id)?.connectionState ?? 'disconnected')
  return states.length === 0 || states.includes('connected') ? 'connected' : (states[0] ?? 'connected')
}

function union(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))]
}
