import type { Diagnostics, Entity } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf, type Query, type RequestContext } from '../../contract.ts'
import { entityAt } from '../entities.ts'
import { hasTag } from '../tags.ts'
import { pathOf, urisBelow } from '../uris.ts'
import { referenceView } from '../views/entities.ts'

type RelationRoutes = Pick<
  IsoApi,
  | 'listSubareas'
  | 'listContained'
  | 'listSubcomponents'
  | 'listHosted'
  | 'listComponentDependencies'
  | 'listAppDependencies'
>

export function relationHandlers({ tree }: Diagnostics, base: string) {
  const uriOf = urisBelow(base)
  const listed = (entities: readonly Entity[], query: Query, context: RequestContext) => ({
    items: entities
      .filter(({ tags }) => hasTag(query.tags, tags))
      .map((entity) => referenceView(entity, uriOf(context, ...pathOf(entity)))),
  })
  const area = (entityId: string) => entityAt(tree, { entityCollection: 'areas', entityId })
  const component = (entityId: string) => entityAt(tree, { entityCollection: 'components', entityId })
  const app = (entityId: string) => entityAt(tree, { entityCollection: 'apps', entityId })

  return handlersOf<RelationRoutes>({
    listSubareas: ({ params, query }, context) =>
      listed(tree.relations.subareas(area(params.areaId).id), query, context),
    listContained: ({ params, query }, context) =>
      listed(tree.relations.contains(area(params.areaId).id), query, context),
    listSubcomponents: ({ params, query }, context) =>
      listed(tree.relations.subcomponents(component(params.componentId).id), query, context),
    listHosted: ({ params, query }, context) =>
      listed(tree.relations.hosts(component(params.componentId).id), query, context),
    listComponentDependencies: ({ params, query }, context) =>
      listed(tree.relations.dependsOn(component(params.componentId)), query, context),
    listAppDependencies: ({ params, query }, context) =>
      listed(tree.relations.dependsOn(app(params.appId)), query, context),
  })
}

/** The relations that an entity has: those with lists of their own by name, and those to one entity with that. */
export function relationsOf({ tree: { relations } }: Pick<Diagnostics, 'tree'>, entity: Entity) {
  const { kind, id } = entity
  const lists = {
    subareas: kind === 'area' ? relations.subareas(id) : [],
    contains: kind === 'area' ? relations.contains(id) : [],
    subcomponents: kind === 'component' ? relations.subcomponents(id) : [],
    hosts: kind === 'component' ? relations.hosts(id) : [],
    'depends-on': kind === 'component' || kind === 'app' ? relations.dependsOn(entity) : [],
  }
  const single = {
    'belongs-to': kind === 'component' ? relations.areaOf(id) : undefined,
    'is-located-on': kind === 'app' ? relations.hostOf(entity) : undefined,
  }
  return {
    lists: Object.entries(lists).flatMap(([name, entities]) => (entities.length > 0 ? [name] : [])),
    single: Object.entries(single).flatMap(([name, other]) => (other ? [[name, other] as const] : [])),
  }
}
