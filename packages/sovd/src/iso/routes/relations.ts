import { Type } from 'typebox'
import { json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, TAGS } from '../resources/common.ts'
import { RelatedEntities } from '../resources/discovery.ts'

interface Relation<P extends string> {
  readonly path: P
  /** Where release 1.0 has it. */
  readonly alias?: string
  readonly summary: string
}

/** The entities that one entity is related to; none are an empty list [17978-3 7.6]. */
function related<const P extends string>({ path, alias, summary }: Relation<P>) {
  return route({
    method: 'GET',
    path,
    ...(alias === undefined ? {} : { aliases: [alias] }),
    tag: 'discovery',
    permission: 'discovery:read',
    summary,
    query: Type.Object({ ...INCLUDE_SCHEMA, ...TAGS }),
    reply: json(RelatedEntities),
    errors: ['not-found'],
  })
}

export const relationRoutes = {
  listSubareas: related({ path: '/areas/{areaId}/subareas', summary: 'The areas in an area' }),
  listContained: related({
    path: '/areas/{areaId}/contains',
    alias: '/areas/{areaId}/related-components',
    summary: 'The components in an area',
  }),
  listSubcomponents: related({
    path: '/components/{componentId}/subcomponents',
    summary: 'The components that a component is made of',
  }),
  listHosted: related({
    path: '/components/{componentId}/hosts',
    alias: '/components/{componentId}/related-apps',
    summary: 'The apps that run on a component',
  }),
  listComponentDependencies: related({
    path: '/components/{componentId}/depends-on',
    summary: 'What a component cannot work without',
  }),
  listAppDependencies: related({ path: '/apps/{appId}/depends-on', summary: 'What an app cannot work without' }),
} as const
