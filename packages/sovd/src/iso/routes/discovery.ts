import { Type } from 'typebox'
import { json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, TAGS } from '../resources/common.ts'
import { EntityCapabilities, EntityList, ServerCapabilities, VersionInfo } from '../resources/discovery.ts'
import { ENTITY } from './entity.ts'

const tag = 'discovery'
const permission = 'discovery:read'

export const discoveryRoutes = {
  getVersionInfo: route({
    method: 'GET',
    path: '/version-info',
    mount: 'root',
    tag,
    permission,
    summary: 'The APIs served here and where they are',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(VersionInfo),
  }),
  getServer: route({
    method: 'GET',
    path: '/',
    aliases: [''],
    tag,
    permission,
    summary: 'What this server has',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(ServerCapabilities),
  }),
  listEntities: route({
    method: 'GET',
    path: '/{entityCollection}',
    tag,
    permission,
    summary: 'Areas, components, apps or functions',
    query: Type.Object({ ...INCLUDE_SCHEMA, ...TAGS }),
    reply: json(EntityList),
    errors: ['not-found'],
  }),
  getEntity: route({
    method: 'GET',
    path: ENTITY,
    tag,
    permission,
    summary: 'One entity and what it can do',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(EntityCapabilities),
    errors: ['not-found'],
  }),
} as const
