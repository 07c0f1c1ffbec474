import type { Json } from '@opensovd/base'
import type { Diagnostics } from '@opensovd/core'
import { type IsoApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, entityAt } from '../entities.ts'
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
  const scriptsAt = (path: EntityPath) => scripts.at(entityAt(tree, path))

  return handlersOf<ScriptRoutes>({
    listScripts: async ({ params, query }, context) => {
      const listed = await scriptsAt(params).list(context)
      return { items: listed.filter(() => hasTag(query.tags)).map(scriptView) }
    },

    uploadScript: async ({ params, body }, context) => {
      const { entityCollection, entityId } = params
      const { id } = await scriptsAt(params).add(await uploadedFile(body), context)
      return { body: { id }, location: `${base}/${entityCollection}/${entityId}/scripts/${id}` }
    },

    readScript: async ({ params: { scriptId, ...path } }, context) => {
      const { challenge, ...item } = await scriptsAt(path).find(scriptId, context)
      return withChallenge({ item: scriptView(item) }, challenge)
    },

    deleteScript: ({ params: { scriptId, ...path } }, context) => scriptsAt(path).remove(scriptId, context),

    listScriptExecutions: async ({ params: { scriptId, ...path } }, context) => ({
      items: await scriptsAt(path).executions(scriptId, context),
    }),

    startScript: async ({ params: { scriptId, ...path }, body }, context) => {
      const { execution_type: type, parameters, proximity_response: proximityResponse } = body
      const request = {
        type,
        ...(parameters === undefined ? {} : { parameters: parameters as Json }),
        ...(proximityResponse === undefined ? {} : { proximityResponse }),
      }
      const { id, status } = await scriptsAt(path).start(scriptId, request, context)
      return {
        body: { id, status },
        location: `${base}/${path.entityCollection}/${path.entityId}/scripts/${scriptId}/executions/${id}`,
      }
    },

    readScriptExecution: async ({ params: { scriptId, executionId, ...path } }, context) =>
      scriptExecutionView(await scriptsAt(path).execution(scriptId, executionId, context)),

    controlScriptExecution: ({ params: { scriptId, executionId, ...path }, body }, context) =>
      scriptsAt(path).end(scriptId, executionId, endOf(body), context),

    removeScriptExecution: ({ params: { scriptId, executionId, ...path } }, context) =>
      scriptsAt(path).removeExecution(scriptId, executionId, context),
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
