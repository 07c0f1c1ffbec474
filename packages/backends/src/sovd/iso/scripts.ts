import type { JsonObject } from '@opensovd/base'
import type { ListedScript, ScriptExecutionState, ScriptFacet, ScriptProgress, ScriptRequest } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import { failureOf } from '../execution.ts'
import type { JsonAnswer } from '../json-exchange.ts'
import { idIn, segment } from '../path.ts'
import { choiceOf, defined, listOf, objectOf, requiredText, ShapeError, textOf, textsOf } from '../shape.ts'
import { uploadHeaders } from '../upload-headers.ts'

const STATUSES = ['prepared', 'running', 'completed', 'failed', 'terminated'] as const
const ENDS = { stop: 'stop', kill: 'forced_termination' } as const

/** Scripts that the server of the entity at `path` keeps and runs [17978-3 7.15]. */
export function isoScripts(api: ApiClient, path: string): ScriptFacet {
  const collection = `${path}/scripts`
  const script = (id: string) => `${collection}/${segment(id)}`
  const executions = (scriptId: string) => `${script(scriptId)}/executions`
  const execution = (scriptId: string, id: string) => `${executions(scriptId)}/${segment(id)}`
  let retainMs: number | undefined
  return {
    get retainMs() {
      return retainMs
    },
    list: (context) => api.get(collection, context, (json) => listOf(json, 'items', listed)),
    find: async (id, context) => api.get(script(id), context, (json) => detail(objectOf(json))),
    async add(upload, context) {
      const headers = uploadHeaders(upload)
      const request = { method: 'POST', path: collection, headers, body: upload.content } as const
      return { id: await api.upload(request, context, (json) => requiredText(objectOf(json), 'id')) }
    },
    remove: async (id, context) => api.change({ method: 'DELETE', path: script(id) }, context, () => {}),
    executions: async (scriptId, context) =>
      api.get(executions(scriptId), context, (json) => {
        const ids = textsOf(objectOf(json), 'items')
        if (!ids) throw new ShapeError('items is not an array')
        return ids
      }),
    start: async (scriptId, request, context) =>
      api.change({ method: 'POST', path: executions(scriptId), body: bodyOf(request) }, context, (answer) => {
        retainMs = answer.retainMs
        return started(answer)
      }),
    execution: async (scriptId, id, context) =>
      api.get(execution(scriptId, id), context, (json) => progress(objectOf(json))),
    end: async (scriptId, id, how, context) => {
      const body = { action: ENDS[how] }
      await api.change({ method: 'PUT', path: execution(scriptId, id), body }, context, () => {})
    },
    removeExecution: async (scriptId, id, context) =>
      api.change({ method: 'DELETE', path: execution(scriptId, id) }, context, () => {}),
  }
}

function listed(item: JsonObject): ListedScript {
  return defined<ListedScript>({
    id: requiredText(item, 'id'),
    name: textOf(item, 'name'),
    translationId: textOf(item, 'translation_id'),
    proximityProofRequired: item.proximity_proof_required === true,
  })
}

function detail({ item, proximity_challenge }: JsonObject) {
  const script = listed(objectOf(item))
  if (proximity_challenge === undefined) return script
  const challenge = objectOf(proximity_challenge)
  const text = requiredText(challenge, 'challenge')
  return { ...script, challenge: { text, validUntil: requiredText(challenge, 'valid_until') } }
}

function bodyOf({ type, parameters, proximityResponse }: ScriptRequest): JsonObject {
  return {
    execution_type: type,
    ...(parameters === undefined ? {} : { parameters }),
    ...(proximityResponse === undefined ? {} : { proximity_response: proximityResponse }),
  }
}

function started({ json, location }: JsonAnswer) {
  const body = objectOf(json)
  const id = textOf(body, 'id') ?? idIn(location ?? '', 'executions')
  if (id === undefined) throw new ShapeError('it names no execution, neither in id nor in Location')
  return { id, status: choiceOf(body, 'status', STATUSES) ?? 'prepared' }
}

function progress(body: JsonObject): ScriptProgress {
  return defined<ScriptProgress>({ state: stateOf(body), lastStarted: textOf(body, 'last_started') })
}

function stateOf(body: JsonObject): ScriptExecutionState {
  const status = choiceOf(body, 'status', STATUSES)
  switch (status) {
    case 'completed':
      return { status, ...(body.result === undefined ? {} : { result: body.result }) }
    case 'failed':
      return { status, error: failureOf(body.error) ?? 'the script failed' }
    case 'prepared':
    case 'running':
    case 'terminated':
      return { status }
    case undefined:
      throw new ShapeError(`status is none of ${STATUSES.join(', ')}`)
  }
}
