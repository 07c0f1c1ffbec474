import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { ExecutionState, Operation, StartedExecution } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { failureOf, lookUp, progressOf } from '../execution.ts'
import type { JsonAnswer } from '../json-exchange.ts'
import { idIn, segment } from '../path.ts'
import { defined, listOf, objectOf, requiredText, ShapeError, textOf, textsOf } from '../shape.ts'

/** No list says which of these an operation has: the server refuses those that it has not. */
const CAPABILITIES = ['stop', 'freeze', 'reset'] as const

/** Operations of the component at `path` [17978-3 7.14]. */
export function isoOperations(api: ApiClient, path: string): AllFacets['operations'] {
  const collection = `${path}/operations`
  const executions = (operationId: string) => `${collection}/${segment(operationId)}/executions`
  const execution = (operationId: string, executionId: string) => `${executions(operationId)}/${segment(executionId)}`
  return {
    list: (context) => api.get(collection, context, (json) => listOf(json, 'items', operation)),
    start: async (operationId, parameters, context) => {
      const body = parameters === undefined ? {} : { parameters }
      return api.change({ method: 'POST', path: executions(operationId), body }, context, started)
    },
    state: (operationId, executionId, context) =>
      lookUp(async () =>
        api.get(execution(operationId, executionId), context, (json) => executionState(objectOf(json))),
      ),
    stop: async (operationId, executionId, context) => {
      const one = execution(operationId, executionId)
      try {
        await api.change({ method: 'DELETE', path: one }, context, () => {})
      } catch (error) {
        if (!(error instanceof SovdError) || error.code !== 'not-implemented') throw error
        await api.change({ method: 'PUT', path: one, body: { capability: 'stop' } }, context, () => {})
      }
    },
    control: async (operationId, executionId, { capability, parameters }, context) => {
      const body = { capability, ...(parameters === undefined ? {} : { parameters }) }
      const path = execution(operationId, executionId)
      return api.change({ method: 'PUT', path, body }, context, (answer) => started(answer).state)
    },
  }
}

export function operation(item: JsonObject): Operation {
  const id = requiredText(item, 'id')
  return defined<Operation>({
    id,
    name: textOf(item, 'name') ?? id,
    tags: textsOf(item, 'tags'),
    capabilities: CAPABILITIES,
  })
}

/** 202 names an execution to follow; any other success is the end of a synchronous one. */
export function started({ status, json, location }: JsonAnswer): StartedExecution {
  if (status !== 202) return { state: json === undefined ? { status: 'completed' } : ended(objectOf(json)) }
  const body = isJsonObject(json) ? json : {}
  const id = textOf(body, 'id') ?? idIn(location ?? '', 'executions')
  if (id === undefined) throw new ShapeError('it names no execution, neither in id nor in Location')
  return { id, state: body.status === undefined ? { status: 'running' } : executionState(body) }
}

function ended(body: JsonObject): ExecutionState {
  const error = failureOf(body.error)
  const result = resultOf(body)
  return error === undefined ? { status: 'completed', ...result } : { status: 'failed', error, ...result }
}

export function executionState(body: JsonObject): ExecutionState {
  const progress = progressOf(body)
  switch (body.status) {
    case 'running':
      return { status: 'running', ...progress }
    case 'completed':
      return { status: 'completed', ...resultOf(body) }
    case 'failed':
      return {
        status: 'failed',
        error: failureOf(body.error) ?? 'the operation failed',
        ...resultOf(body),
        ...progress,
      }
    case 'stopped':
      return { status: 'stopped', ...progress }
    default:
      throw new ShapeError('status is none of running, completed, failed, stopped')
  }
}

function resultOf({ parameters }: JsonObject): { result?: Json } {
  return parameters === undefined ? {} : { result: parameters }
}
