import { Type } from 'typebox'
import { BACKEND_READ_ERRORS } from '../../native/routes/errors.ts'
import { created, empty, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, TAGS } from '../resources/common.ts'
import {
  ScriptCreated,
  ScriptDetail,
  ScriptExecution,
  ScriptExecutionControl,
  ScriptExecutionList,
  ScriptExecutionStart,
  ScriptList,
  StartedScriptExecution,
} from '../resources/script.ts'
import { ENTITY } from './entity.ts'

const tag = 'scripts'
const script = `${ENTITY}/scripts/{scriptId}` as const
const execution = `${script}/executions/{executionId}` as const

export const scriptRoutes = {
  listScripts: route({
    method: 'GET',
    path: `${ENTITY}/scripts`,
    tag,
    permission: 'scripts:read',
    summary: 'The scripts of an entity',
    query: Type.Object({ ...INCLUDE_SCHEMA, ...TAGS }),
    reply: json(ScriptList),
    errors: BACKEND_READ_ERRORS,
  }),
  uploadScript: route({
    method: 'POST',
    path: `${ENTITY}/scripts`,
    tag,
    permission: 'scripts:write',
    mutates: 'scripts',
    summary: 'Add a script: the body is an ECMAScript module, or multipart/form-data with it',
    upload: 'all',
    reply: created(ScriptCreated, 201),
    errors: [...BACKEND_READ_ERRORS, 'content-too-large', 'unsupported-media-type', 'unprocessable-content'],
  }),
  readScript: route({
    method: 'GET',
    path: script,
    tag,
    permission: 'scripts:read',
    summary: 'One script',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(ScriptDetail),
    errors: BACKEND_READ_ERRORS,
  }),
  deleteScript: route({
    method: 'DELETE',
    path: script,
    tag,
    permission: 'scripts:write',
    mutates: 'scripts',
    summary: 'Delete a script with its executions',
    reply: empty,
    errors: BACKEND_READ_ERRORS,
  }),
  listScriptExecutions: route({
    method: 'GET',
    path: `${script}/executions`,
    tag,
    permission: 'scripts:read',
    summary: 'Identifiers of the executions of a script, newest first',
    reply: json(ScriptExecutionList),
    errors: BACKEND_READ_ERRORS,
  }),
  startScript: route({
    method: 'POST',
    path: `${script}/executions`,
    tag,
    permission: 'scripts:execute',
    mutates: 'scripts',
    summary: 'Start a script, now or after a restart; follow it at the Location',
    body: ScriptExecutionStart,
    reply: created(StartedScriptExecution, 202),
    errors: BACKEND_READ_ERRORS,
  }),
  readScriptExecution: route({
    method: 'GET',
    path: execution,
    tag,
    permission: 'scripts:read',
    summary: 'How far an execution is, and what came of it',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(ScriptExecution),
    errors: BACKEND_READ_ERRORS,
  }),
  controlScriptExecution: route({
    method: 'PUT',
    path: execution,
    tag,
    permission: 'scripts:execute',
    mutates: 'scripts',
    summary: 'End an execution, which stays to be read',
    body: ScriptExecutionControl,
    reply: empty,
    errors: BACKEND_READ_ERRORS,
  }),
  removeScriptExecution: route({
    method: 'DELETE',
    path: execution,
    tag,
    permission: 'scripts:execute',
    mutates: 'scripts',
    summary: 'End an execution if it is running, and remove it: it will not run again',
    reply: empty,
    errors: BACKEND_READ_ERRORS,
  }),
} as const
