import { Type } from 'typebox'
import { BACKEND_READ_ERRORS } from '../../native/routes/errors.ts'
import { empty, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA } from '../resources/common.ts'
import {
  LOG_SEVERITIES,
  LogConfiguration,
  LogConfigurationChange,
  LogEntryList,
  LogOverview,
} from '../resources/logs.ts'
import { ENTITY } from './entity.ts'

const tag = 'logs'

export const logRoutes = {
  getLogs: route({
    method: 'GET',
    path: `${ENTITY}/logs`,
    tag,
    permission: 'logs:read',
    summary: 'Where the log of an entity is, and its configuration',
    reply: json(LogOverview),
    errors: ['not-found'],
  }),
  listLogEntries: route({
    method: 'GET',
    path: `${ENTITY}/logs/entries`,
    tag,
    permission: 'logs:read',
    summary: 'The log of an entity, oldest entries first',
    query: Type.Object({
      severity: Type.Optional(Type.Enum([...LOG_SEVERITIES], { description: 'Only entries at least this severe.' })),
      ...INCLUDE_SCHEMA,
    }),
    reply: json(LogEntryList),
    errors: BACKEND_READ_ERRORS,
  }),
  readLogConfiguration: route({
    method: 'GET',
    path: `${ENTITY}/logs/config`,
    tag,
    permission: 'logs:read',
    summary: 'Down to which severity entries of which contexts are kept, as far as that was set',
    reply: json(LogConfiguration),
    errors: ['not-found'],
  }),
  writeLogConfiguration: route({
    method: 'PUT',
    path: `${ENTITY}/logs/config`,
    tag,
    permission: 'logs:write',
    mutates: 'logs',
    summary: 'Set down to which severity entries of some contexts are kept; of several that fit, the first counts',
    body: LogConfigurationChange,
    reply: empty,
    errors: ['not-found', 'conflict'],
  }),
  resetLogConfiguration: route({
    method: 'DELETE',
    path: `${ENTITY}/logs/config`,
    tag,
    permission: 'logs:write',
    mutates: 'logs',
    summary: 'Keep what is kept where nothing was set',
    reply: empty,
    errors: ['not-found', 'conflict'],
  }),
} as const
