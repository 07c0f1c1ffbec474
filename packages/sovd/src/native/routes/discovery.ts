import { collection, json, route } from '../../route.ts'
import { Capabilities, Component, Group, ServerInfo, VariantQuery, VersionInfo } from '../resources/discovery.ts'

const tag = 'discovery'
const permission = 'discovery:read'

export const discoveryRoutes = {
  getServerInfo: route({
    method: 'GET',
    path: '/',
    aliases: [''],
    tag,
    permission,
    summary: 'What this server is',
    reply: json(ServerInfo),
  }),
  getVersionInfo: route({
    method: 'GET',
    path: '/version-info',
    tag,
    permission,
    summary: 'API versions served',
    reply: json(VersionInfo),
  }),
  listComponents: route({
    method: 'GET',
    path: '/components',
    tag,
    permission,
    summary: 'Components of all backends',
    query: VariantQuery,
    reply: collection('components', Component),
  }),
  getComponent: route({
    method: 'GET',
    path: '/components/{componentId}',
    tag,
    permission,
    summary: 'One component',
    reply: json(Component),
    errors: ['not-found'],
  }),
  getCapabilities: route({
    method: 'GET',
    path: '/components/{componentId}/capabilities',
    tag,
    permission,
    summary: 'What a component can do',
    reply: json(Capabilities),
    errors: ['not-found', 'bad-gateway', 'gateway-timeout'],
  }),
  listGroups: route({
    method: 'GET',
    path: '/groups',
    tag,
    permission,
    summary: 'Groups of components',
    reply: collection('groups', Group),
  }),
  getGroup: route({
    method: 'GET',
    path: '/groups/{groupId}',
    tag,
    permission,
    summary: 'One group',
    reply: json(Group),
    errors: ['not-found'],
  }),
  listGroupComponents: route({
    method: 'GET',
    path: '/groups/{groupId}/components',
    tag,
    permission,
    summary: 'Components of a group',
    reply: collection('components', Component),
    errors: ['not-found'],
  }),
} as const
