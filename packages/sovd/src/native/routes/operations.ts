import { collection, created, empty, json, route } from '../../route.ts'
import { Execution, ExecutionStart, Operation } from '../resources/operation.ts'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from './errors.ts'

const tag = 'operations'
const operation = '/components/{componentId}/operations/{operationId}'

export const operationRoutes = {
  listOperations: route({
    method: 'GET',
    path: '/components/{componentId}/operations',
    tag,
    permission: 'operations:read',
    summary: 'Operations of a component',
    reply: collection('operations', Operation),
    errors: BACKEND_READ_ERRORS,
  }),
  startOperation: route({
    method: 'POST',
    path: operation,
    tag,
    permission: 'operations:execute',
    mutates: 'operations',
    summary: 'Start an operation; follow it at the Location',
    body: ExecutionStart,
    bodyOptional: true,
    reply: created(Execution, 202),
    errors: BACKEND_WRITE_ERRORS,
  }),
  listExecutions: route({
    method: 'GET',
    path: `${operation}/executions`,
    tag,
    permission: 'operations:read',
    summary: 'Executions of an operation, newest first',
    reply: collection('executions', Execution),
    errors: BACKEND_READ_ERRORS,
  }),
  readExecution: route({
    method: 'GET',
    path: `${operation}/executions/{executionId}`,
    tag,
    permission: 'operations:read',
    summary: 'State, progress and result of an execution',
    reply: json(Execution),
    errors: ['not-found'],
  }),
  cancelExecution: route({
    method: 'DELETE',
    path: `${operation}/executions/{executionId}`,
    tag,
    permission: 'operations:execute',
    mutates: 'operations',
    summary: 'Cancel a running execution',
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
