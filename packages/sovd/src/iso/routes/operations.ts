import { Type } from 'typebox'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from '../../native/routes/errors.ts'
import { created, empty, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, TAGS } from '../resources/common.ts'
import {
  Execution,
  ExecutionControl,
  ExecutionList,
  ExecutionStart,
  OperationDetail,
  OperationList,
  StartedExecution,
} from '../resources/operation.ts'
import { ENTITY } from './entity.ts'

const tag = 'operations'
const operation = `${ENTITY}/operations/{operationId}` as const
const execution = `${operation}/executions/{executionId}` as const

export const operationRoutes = {
  listOperations: route({
    method: 'GET',
    path: `${ENTITY}/operations`,
    tag,
    permission: 'operations:read',
    summary: 'The operations of an entity',
    query: Type.Object({
      'include-proximity-proof': Type.Optional(
        Type.Enum(['true', 'false'], {
          description: 'Whether operations that need a proof of proximity bring a challenge.',
        }),
      ),
      ...INCLUDE_SCHEMA,
      ...TAGS,
    }),
    reply: json(OperationList),
    errors: BACKEND_READ_ERRORS,
  }),
  readOperation: route({
    method: 'GET',
    path: operation,
    tag,
    permission: 'operations:read',
    summary: 'One operation',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(OperationDetail),
    errors: BACKEND_READ_ERRORS,
  }),
  listExecutions: route({
    method: 'GET',
    path: `${operation}/executions`,
    tag,
    permission: 'operations:read',
    summary: 'Identifiers of the executions of an operation, newest first',
    reply: json(ExecutionList),
    errors: BACKEND_READ_ERRORS,
  }),
  startExecution: route({
    method: 'POST',
    path: `${operation}/executions`,
    tag,
    permission: 'operations:execute',
    mutates: 'operations',
    summary: 'Start an operation; follow it at the Location',
    body: ExecutionStart,
    bodyOptional: true,
    reply: created(StartedExecution, 202),
    errors: BACKEND_WRITE_ERRORS,
  }),
  readExecution: route({
    method: 'GET',
    path: execution,
    tag,
    permission: 'operations:read',
    summary: 'How far an execution is, and what came of it',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(Execution),
    errors: BACKEND_READ_ERRORS,
  }),
  controlExecution: route({
    method: 'PUT',
    path: execution,
    tag,
    permission: 'operations:execute',
    mutates: 'operations',
    summary: 'Stop an execution, which stays to be read, or ask for something else that its operation is capable of',
    body: ExecutionControl,
    reply: created(StartedExecution, 202),
    errors: BACKEND_WRITE_ERRORS,
  }),
  removeExecution: route({
    method: 'DELETE',
    path: execution,
    tag,
    permission: 'operations:execute',
    mutates: 'operations',
    summary: 'Stop an execution if it is running, and remove it',
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
