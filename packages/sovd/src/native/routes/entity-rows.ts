import { collection, created, empty, json, route } from '../../route.ts'
import { DataItem, DataValue, DataWrite } from '../resources/data.ts'
import { Capabilities } from '../resources/discovery.ts'
import { Fault } from '../resources/fault.ts'
import { Execution, ExecutionStart, Operation } from '../resources/operation.ts'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from './errors.ts'

/** What an entity at `path` can do, as a row. */
export function capabilitiesRow<const P extends string>(path: P, what: string, tag: string) {
  return route({
    method: 'GET',
    path: `${path}/capabilities`,
    tag,
    permission: 'discovery:read',
    summary: `What ${what} can do`,
    reply: json(Capabilities),
    errors: ['not-found', 'bad-gateway', 'gateway-timeout'],
  })
}

/** The rows of the data of an entity at `path`. */
export function dataRows<const P extends string>(path: P, what: string, tag: string) {
  return {
    list: route({
      method: 'GET',
      path: `${path}/data`,
      tag,
      permission: 'data:read',
      summary: `Data items of ${what}, without their values`,
      reply: collection('data', DataItem),
      errors: BACKEND_READ_ERRORS,
    }),
    read: route({
      method: 'GET',
      path: `${path}/data/{dataId}`,
      tag,
      permission: 'data:read',
      summary: `Read a value of ${what}`,
      reply: json(DataValue),
      errors: BACKEND_READ_ERRORS,
    }),
    write: route({
      method: 'PUT',
      path: `${path}/data/{dataId}`,
      tag,
      permission: 'data:write',
      mutates: 'data',
      summary: `Write a value of ${what}, where it is stored`,
      body: DataWrite,
      reply: empty,
      errors: BACKEND_WRITE_ERRORS,
    }),
  } as const
}

/** The rows of the operations of an entity at `path`. */
export function operationRows<const P extends string>(path: P, what: string, tag: string) {
  const operation = `${path}/operations/{operationId}` as const
  const execution = `${operation}/executions/{executionId}` as const
  return {
    list: route({
      method: 'GET',
      path: `${path}/operations`,
      tag,
      permission: 'operations:read',
      summary: `Operations of ${what}`,
      reply: collection('operations', Operation),
      errors: BACKEND_READ_ERRORS,
    }),
    start: route({
      method: 'POST',
      path: operation,
      tag,
      permission: 'operations:execute',
      mutates: 'operations',
      summary: `Start an operation of ${what}; follow it at the Location`,
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
      summary: `Executions of an operation of ${what}, newest first`,
      reply: collection('executions', Execution),
      errors: BACKEND_READ_ERRORS,
    }),
    readExecution: route({
      method: 'GET',
      path: execution,
      tag,
      permission: 'operations:read',
      summary: 'State, progress and result of an execution',
      reply: json(Execution),
      errors: ['not-found'],
    }),
    cancelExecution: route({
      method: 'DELETE',
      path: execution,
      tag,
      permission: 'operations:execute',
      mutates: 'operations',
      summary: 'Cancel a running execution',
      reply: empty,
      errors: BACKEND_WRITE_ERRORS,
    }),
  } as const
}

/** The rows of the faults of an entity at `path`, which are those of its components. */
export function faultRows<const P extends string>(path: P, what: string, tag: string) {
  return {
    list: route({
      method: 'GET',
      path: `${path}/faults`,
      tag,
      permission: 'faults:read',
      summary: `Faults of ${what}`,
      reply: collection('faults', Fault),
      errors: BACKEND_READ_ERRORS,
    }),
    read: route({
      method: 'GET',
      path: `${path}/faults/{faultId}`,
      tag,
      permission: 'faults:read',
      summary: `One fault of ${what}`,
      reply: json(Fault),
      errors: BACKEND_READ_ERRORS,
    }),
    clearAll: route({
      method: 'DELETE',
      path: `${path}/faults`,
      tag,
      permission: 'faults:clear',
      mutates: 'faults',
      summary: `Clear all faults of ${what}, where they are stored`,
      reply: empty,
      errors: BACKEND_WRITE_ERRORS,
    }),
    clear: route({
      method: 'DELETE',
      path: `${path}/faults/{faultId}`,
      tag,
      permission: 'faults:clear',
      mutates: 'faults',
      summary: `Clear one fault of ${what}, where it is stored`,
      reply: empty,
      errors: BACKEND_WRITE_ERRORS,
    }),
  } as const
}
