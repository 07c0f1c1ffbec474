import { Type } from 'typebox'
import { accepted, json, route } from '../../route.ts'
import { ClearDataCapabilities, ClearDataStatus } from '../resources/clear-data.ts'
import { INCLUDE_SCHEMA } from '../resources/common.ts'
import { ENTITY } from './entity.ts'

const tag = 'clear-data'

function clearing<const T extends string>(type: T, summary: string) {
  return route({
    method: 'PUT',
    path: `${ENTITY}/clear-data/${type}`,
    tag,
    permission: 'clear:write',
    mutates: 'clear-data',
    summary,
    reply: accepted,
    errors: ['not-found', 'conflict', 'not-implemented'],
  })
}

export const clearDataRoutes = {
  readClearData: route({
    method: 'GET',
    path: `${ENTITY}/clear-data`,
    tag,
    permission: 'clear:read',
    summary: 'What an entity can be asked to forget',
    reply: json(ClearDataCapabilities),
    errors: ['not-found'],
  }),
  clearCachedData: clearing('cached-data', 'Let an entity forget what it can learn again at once'),
  clearLearnedData: clearing('learned-data', 'Let an entity forget what it learned over time'),
  clearClientDefinedResources: clearing(
    'client-defined-resources',
    'Forget what clients made for an entity: data lists, subscriptions, triggers, …',
  ),
  readClearDataStatus: route({
    method: 'GET',
    path: `${ENTITY}/clear-data/status`,
    tag,
    permission: 'clear:read',
    summary: 'How far the last request to forget is',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(ClearDataStatus),
    errors: ['not-found'],
  }),
} as const
