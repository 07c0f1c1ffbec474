import { Type } from 'typebox'
import { collection, route } from '../../route.ts'
import { UnixMs } from '../resources/exports.ts'
import { LOG_LEVELS, LogEntry } from '../resources/logs.ts'
import { BACKEND_READ_ERRORS } from './errors.ts'

export const logRoutes = {
  listLogs: route({
    method: 'GET',
    path: '/components/{componentId}/logs',
    tag: 'logs',
    permission: 'logs:read',
    summary: 'Log entries of a component, oldest first',
    query: Type.Object({
      level: Type.Optional(Type.Enum([...LOG_LEVELS], { description: 'only entries at least this severe' })),
      from: Type.Optional(UnixMs),
      to: Type.Optional(UnixMs),
      text: Type.Optional(Type.String({ description: 'only messages that contain this, in any case' })),
    }),
    reply: collection('logs', LogEntry),
    errors: BACKEND_READ_ERRORS,
  }),
} as const
