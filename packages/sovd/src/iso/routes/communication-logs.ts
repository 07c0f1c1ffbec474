import { Type } from 'typebox'
import { BACKEND_READ_ERRORS } from '../../native/routes/errors.ts'
import { created, empty, events, json, route } from '../../route.ts'
import {
  CommunicationLog,
  CommunicationLogAction,
  CommunicationLogConfig,
  CommunicationLogList,
} from '../resources/communication-log.ts'
import { EventEnvelope } from '../resources/event-envelope.ts'
import { ENTITY } from './entity.ts'

const tag = 'communication-logs'
const logs = `${ENTITY}/communication-logs` as const
const log = `${logs}/{communicationLogId}` as const

const FLAG = ['true', 'false']

export const communicationLogRoutes = {
  listCommunicationLogs: route({
    method: 'GET',
    path: logs,
    tag,
    permission: 'communication:read',
    summary: 'The recordings of what is said to an entity and by it',
    reply: json(CommunicationLogList),
    errors: BACKEND_READ_ERRORS,
  }),
  createCommunicationLog: route({
    method: 'POST',
    path: logs,
    tag,
    permission: 'communication:write',
    mutates: 'communication-logs',
    summary: 'Begin to record what is said to an entity and by it',
    query: Type.Object({
      stream: Type.Optional(Type.Enum(FLAG, { description: 'Whether it is told as it happens, and not kept.' })),
    }),
    body: CommunicationLogConfig,
    bodyOptional: true,
    reply: created(CommunicationLog, 201),
    errors: [...BACKEND_READ_ERRORS, 'unavailable'],
  }),
  readCommunicationLog: route({
    method: 'GET',
    path: log,
    tag,
    permission: 'communication:read',
    summary: 'What a recording is at',
    reply: json(CommunicationLog),
    errors: BACKEND_READ_ERRORS,
  }),
  controlCommunicationLog: route({
    method: 'PUT',
    path: log,
    tag,
    permission: 'communication:write',
    mutates: 'communication-logs',
    summary: 'Let a recording go on, or pause',
    body: CommunicationLogAction,
    reply: empty,
    errors: BACKEND_READ_ERRORS,
  }),
  deleteCommunicationLog: route({
    method: 'DELETE',
    path: log,
    tag,
    permission: 'communication:write',
    mutates: 'communication-logs',
    summary: 'End a recording; what was recorded can be read for a while unless it is to go, too',
    query: Type.Object({
      delete_log: Type.Optional(Type.Enum(FLAG, { description: 'Whether what was recorded goes at once.' })),
    }),
    reply: empty,
    errors: BACKEND_READ_ERRORS,
  }),
  downloadCommunicationLog: route({
    method: 'GET',
    path: `${log}/log`,
    tag,
    permission: 'communication:read',
    summary: 'What was recorded, one JSON text a line',
    reply: { kind: 'bytes', contentType: 'application/x-ndjson' },
    errors: [...BACKEND_READ_ERRORS, 'not-acceptable', 'range-not-satisfiable'],
  }),
  streamCommunicationLog: route({
    method: 'GET',
    path: `${log}/events`,
    tag,
    permission: 'communication:read',
    summary: 'What is recorded, as it happens',
    reply: events({ message: EventEnvelope }),
    errors: [...BACKEND_READ_ERRORS, 'unavailable'],
  }),
} as const
