import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { CallContext, ExecutionState, Operation, OperationFacet, StartedExecution } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { executionState, operation, started } from '../sovd/iso/operations.ts'
import { listOf, objectOf, requiredText } from '../sovd/shape.ts'
import { nrcOf } from './cda-error.ts'
import { segment } from './path.ts'
import type { Source } from './source.ts'

/** Ids of other shapes are no executions; the adapter takes them for bad requests. */
const EXECUTION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** busyRepeatRequest, requestSequenceError, requestCorrectlyReceivedResponsePending [14229-1 A.1]. */
const NOT_YET: readonly (number | undefined)[] = [0x21, 0x24, 0x78]

const RUNNING: ExecutionState = { status: 'running' }

/** Operations of something: routines of ECUs, or the update of the adapter's own data. */
export function cdaOperations({ api, path, lock }: Source): OperationFacet & Required<Pick<OperationFacet, 'stop'>> {
  const collection = `${path}/operations`
  const executions = (operationId: string) => `${collection}/${segment(operationId)}/executions`
  const execution = (operationId: string, id: string) => `${executions(operationId)}/${id}`

  /** Each asking asks the ECU; one that has no results to tell is not asked in vain, but looked up. */
  async function state(operationId: string, id: string, context: CallContext): Promise<ExecutionState> {
    requireExecution(id)
    try {
      return await api.get(execution(operationId, id), context, (json) => executionState(withError(objectOf(json))))
    } catch (error) {
      if (!(error instanceof SovdError)) throw error
      const nrc = nrcOf(error)
      if (error.code === 'conflict' || NOT_YET.includes(nrc)) return RUNNING
      if (nrc !== undefined) return { status: 'failed', error: error.message }
      if (error.code === 'not-found' && (await isListed(operationId, id, context))) return RUNNING
      throw error
    }
  }

  async function isListed(operationId: string, id: string, context: CallContext): Promise<boolean> {
    const ids = await api.get(executions(operationId), context, (json) =>
      listOf(json, 'items', (item) => requiredText(item, 'id')),
    )
    return ids.includes(id)
  }

  return {
    list: (context) => api.get(collection, context, (json) => listOf(json, 'items', listed)),
    start: async (operationId, parameters, context) => {
      const request = {
        method: 'POST',
        path: executions(operationId),
        body: parameters === undefined ? {} : { parameters },
      } as const
      const isRunning = (result: StartedExecution) => result.state.status === 'running'
      return lock.use(context, () => api.change(request, context, started), isRunning)
    },
    state: async (operationId, id, context) => {
      const now = await state(operationId, id, context)
      if (now.status === 'running') await lock.linger(context)
      return now
    },
    stop: async (operationId, id, context) => {
      requireExecution(id)
      const request = { method: 'DELETE', path: execution(operationId, id) } as const
      await lock.use(context, () => api.change(request, context, () => {}))
    },
  }
}

function requireExecution(id: string): void {
  if (EXECUTION_ID.test(id)) return
  throw new SovdError('not-found', `no execution ${JSON.stringify(id.slice(0, 100))}`, { target: id })
}

function listed(item: JsonObject): Operation {
  const isProved = item.proximity_proof_required === true
  return { ...operation(item), ...(isProved ? { proximityProofRequired: true } : {}) }
}

/** Those of functional groups tell what failed in `errors`. */
function withError(body: JsonObject): JsonObject {
  const errors: Json | undefined = body.error ?? body.errors
  return Array.isArray(errors) || isJsonObject(errors) ? { ...body, error: errors } : body
}
