import { collection, json, route } from '../../route.ts'
import { FeatureFlag, FeatureSwitch } from '../resources/features.ts'

const tag = 'admin'
const mount = 'root'

export const featureRoutes = {
  listFeatures: route({
    method: 'GET',
    path: '/x-admin/features',
    mount,
    tag,
    permission: 'admin:read',
    summary: 'What can be switched while the gateway runs, by name',
    reply: collection('feature-flags', FeatureFlag),
  }),
  readFeature: route({
    method: 'GET',
    path: '/x-admin/features/{flag}',
    mount,
    tag,
    permission: 'admin:read',
    summary: 'Whether a feature is on',
    reply: json(FeatureFlag),
    errors: ['not-found'],
  }),
  switchFeature: route({
    method: 'PUT',
    path: '/x-admin/features/{flag}',
    mount,
    tag,
    permission: 'admin:write',
    mutates: false,
    summary: 'Switch a feature on or off, until the gateway restarts',
    body: FeatureSwitch,
    reply: json(FeatureFlag),
    errors: ['not-found', 'not-implemented'],
  }),
} as const
