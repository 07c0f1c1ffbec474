import type { Json } from '@opensovd/base'
import type { Diagnostics } from '@opensovd/core'
import { type IsoApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { entityAt } from '../entities.ts'
import { hasTag } from '../tags.ts'
import { uploadedFile } from '../uploaded-file.ts'
import { withChallenge } from '../views/operations.ts'
import { scriptExecutionView, scriptView } from '../views/scripts.ts'

type ScriptRoutes = Pick<
  IsoApi,
  | 'listScripts'
  | 'uploadScript'
  | 'readScript'
  | 'deleteScript'
  | 'listScriptExecutions'
  | 'startScript'
  | 'readScriptExecution'
  | 'controlScriptExecution'
  | 'removeScriptExecution'
>

export function scriptHandlers({ tree, scripts }: Diagnostics, base: string) {
  return handlersOf<ScriptRoutes>({
    listScripts: ({ params, query }) => {
      const items = scripts.list(entityAt(tree, params)).filter(() => hasTag(query.tags))
      return { items: items.map((script) => scriptView(script, scripts.proximityProofRequired)) }
    },

    uploadScript: async ({ params, body }, context) => {
      const { entityCollection, entityId } = params
      const entity = entityAt(tree, params)
      scripts.list(entity)
      const { id } = await scripts.add(entity, await uploadedFile(body), context)
      return { body: { id }, location: `${base}/${entityCollection}/${entityId}/scripts/${id}` }
    },

    readScript: ({ params: { scriptId, ...path } }, context) => {
      const entity = entityAt(tree, path)
      const item = scriptView(scripts.get(entity, scriptId), scripts.proximityProofRequired)
      return withChallenge({ item }, scripts.challenge(entity, scriptId, context))
    },

    deleteScript: ({ params: { scriptId, ...path } }) => scripts.remove(entityAt(tree, path), scriptId),

    listScriptExecutions: ({ params: { scriptId, ...path } }) => ({
      items: scripts.executions(entityAt(tree, path), scriptId).map(({ id }) => id),
    }),

    startScript: async ({ params: { scriptId, ...path }, body }, context) => {
      const { execution_type: type, parameters, proximity_response: proximityResponse } = body
      const request = {
        type,
        ...(parameters === undefined ? {} : { parameters: parameters as Json }),
        ...(proximityResponse === undefined ? {} : { proximityResponse }),
      }
      const { id, state } = await scripts.start(entityAt(tree, path), scriptId, request, context)
      return {
        body: { id, status: state.status },
        location: `${base}/${path.entityCollection}/${path.entityId}/scripts/${scriptId}/executions/${id}`,
      }
    },

    readScriptExecution: ({ params: { scriptId, executionId, ...path } }) =>
      scriptExecutionView(scripts.execution(entityAt(tree, path), scriptId, executionId)),

    controlScriptExecution: ({ params: { scriptId, executionId, ...path }, body }) => {
      const how = endOf(body)
      scripts.end(entityAt(tree, path), scriptId, executionId, how)
    },

    removeScriptExecution: ({ params: { scriptId, executionId, ...path } }) =>
      scripts.removeExecution(entityAt(tree, path), scriptId, executionId),
  })
}

interface Control {
  readonly action?: string
  readonly capability?: string
}

function endOf({ action, capability }: Control): 'stop' | 'kill' {
  const wanted = action ?? capability
  if (wanted === undefined || (capability !== undefined && capability !== wanted)) {
    throw new SovdError('invalid-request', 'action expects stop or forced_termination', { target: 'body/action' })
  }
  return wanted === 'stop' ? 'stop' : 'kill'
}
