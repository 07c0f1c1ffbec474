import type { DeclaredEntity } from '../entities/declared-entity.ts'
import type { Entity } from '../entities/entity.ts'
import type { Backend, BackendSnapshot } from '../ports/backend.ts'
import { hasComponent, type Tenant } from './tenant.ts'

/**
 * A backend with nothing but what there is for a tenant, for trees over it. Running and closing it is up to who has
 * the whole one.
 */
export function backendFor(backend: Backend, tenant: Tenant): Backend {
  if (!tenant.components) return backend
  let whole: BackendSnapshot | undefined
  let own: BackendSnapshot | undefined
  return {
    name: backend.name,
    get snapshot() {
      const { snapshot } = backend
      if (own && whole === snapshot) return own
      whole = snapshot
      own = snapshotFor(snapshot, tenant)
      return own
    },
    onChange: (listener) => backend.onChange(listener),
    run: async () => {},
    async [Symbol.asyncDispose]() {},
  }
}

/** What is wrong with a source that has nothing for the tenant is none of its business. */
function snapshotFor({ status, entities }: BackendSnapshot, tenant: Tenant): BackendSnapshot {
  const own = entities.flatMap((entity) => entityFor(entity, tenant) ?? [])
  return { status: entities.length > 0 && own.length === 0 ? { phase: 'up' } : status, entities: own }
}

/**
 * What there is of an entity for a tenant: its components; groups and areas as far as they are made of these; functions
 * and apps that are made of nothing else, as nobody can say what of them is whose.
 */
function entityFor(entity: Entity, tenant: Tenant): Entity | undefined {
  const has = (id: string) => hasComponent(tenant, id)
  const { kind, id, members = [], hostId } = entity
  switch (kind) {
    case 'component':
      return has(id) ? withOwnRelatives(entity, has) : undefined
    case 'group':
    case 'area': {
      const own = members.filter(has)
      return own.length > 0 ? { ...entity, members: own } : undefined
    }
    case 'function':
    case 'app': {
      const parts = [...members, ...(hostId === undefined ? [] : [hostId])]
      return parts.length > 0 && parts.every(has) ? entity : undefined
    }
  }
}

function withOwnRelatives(component: Entity, has: (id: string) => boolean): Entity {
  const { parentId, dependsOn, ...rest } = component
  if (parentId === undefined && dependsOn === undefined) return component
  return {
    ...rest,
    ...(parentId !== undefined && has(parentId) ? { parentId } : {}),
    ...(dependsOn ? { dependsOn: dependsOn.filter(has) } : {}),
  }
}

/** What there is of a declaration for a tenant: what it binds is somebody's, one by one. */
export function declaredFor(declared: DeclaredEntity, tenant: Tenant): readonly DeclaredEntity[] {
  if (!tenant.components) return [declared]
  const has = (id: string) => hasComponent(tenant, id)
  const { kind, id, hostId } = declared
  if (kind === 'component' ? !has(id) : hostId !== undefined && !has(hostId)) return []
  const { source, members, data, operations, parentId, dependsOn, ...rest } = declared
  const own = {
    source: source !== undefined && has(source) ? source : undefined,
    members: members?.filter(has) ?? [],
    data: data?.filter(({ componentId }) => has(componentId)) ?? [],
    operations: operations?.filter(({ componentId }) => has(componentId)) ?? [],
  }
  const isOwn = kind === 'component' || hostId !== undefined || own.source !== undefined
  if (!isOwn && own.members.length + own.data.length + own.operations.length === 0) return []
  const isRelative = (other: string) => kind !== 'component' || has(other)
  return [
    {
      ...rest,
      ...(own.source === undefined ? {} : { source: own.source }),
      ...(own.members.length > 0 ? { members: own.members } : {}),
      ...(own.data.length > 0 ? { data: own.data } : {}),
      ...(own.operations.length > 0 ? { operations: own.operations } : {}),
      ...(parentId !== undefined && isRelative(parentId) ? { parentId } : {}),
      ...(dependsOn ? { dependsOn: dependsOn.filter(isRelative) } : {}),
    },
  ]
}
