import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { ExecutionState, Operation, StartedExecution } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { lookUp, progressOf } from '../execution.ts'
import { segment } from '../path.ts'
import { defined, listOf, objectOf, requiredText, ShapeError, textOf } from '../shape.ts'

/** Operations of the component at `path`. */
export function nativeOperations(api: ApiClient, path: string): AllFacets['operations'] {
  const collection = `${path}/operations`
  const execution = (operationId: string, executionId: string) =>
    `${collection}/${segment(operationId)}/executions/${segment(executionId)}`
  return {
    list: (context) => api.get(collection, context, (json) => listOf(json, 'value', operation)),
    start: async (operationId, parameters, context) => {
      const body = parameters === undefined ? {} : { params: parameters }
      const start = { method: 'POST', path: `${collection}/${segment(operationId)}`, body } as const
      return api.change(start, context, ({ json }) => started(objectOf(json)))
    },
    state: (operationId, executionId, context) =>
      lookUp(async () =>
        api.get(execution(operationId, executionId), context, (json) => executionState(objectOf(json))),
      ),
    stop: async (operationId, executionId, context) =>
      api.change({ method: 'DELETE', path: execution(operationId, executionId) }, context, () => {}),
  }
}

function operation(item: JsonObject): Operation {
  const id = requiredText(item, 'id')
  return defined<Operation>({
    id,
    name: textOf(item, 'name') ?? id,
    description: textOf(item, 'description'),
    running: item.status === 'running',
  })
}

function started(body: JsonObject): StartedExecution {
  return { id: requiredText(body, 'executionId'), state: executionState(body) }
}

function executionState(body: JsonObject): ExecutionState {
  const { result } = body
  const progress = progressOf(body)
  switch (body.status) {
    case 'idle':
    case 'running':
      return { status: 'running', ...progress }
    case 'completed':
      return { status: 'completed', ...(result === undefined ? {} : { result }) }
    case 'failed':
      return { status: 'failed', error: errorOf(result), ...(result === undefined ? {} : { result }), ...progress }
    case 'cancelled':
      return { status: 'stopped', ...progress }
    default:
      throw new ShapeError('status is none of idle, running, completed, failed, cancelled')
  }
}

function errorOf(result: Json | undefined): string {
  const said = isJsonObject(result) ? (textOf(result, 'error') ?? textOf(result, 'message')) : result
  return typeof said === 'string' && said !== '' ? said : 'the operation failed'
}
