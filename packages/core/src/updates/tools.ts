import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { facetOf } from '../entities/facet-of.ts'
import type { EntityTree } from '../entities/tree.ts'
import { isRunning } from '../operations/execution.ts'
import type { Executions } from '../operations/executions.ts'
import type { UpdateTools } from './update.ts'

/** How often an operation is looked at. */
const LOOK_MS = 200

/** Operations and files of the vehicle, for those who install updates. */
export function updateTools(tree: EntityTree, executions: Executions, clock: Clock): UpdateTools {
  return {
    async runOperation({ componentId, operationId }, parameters, onProgress, signal) {
      const entity = tree.get('component', componentId)
      const { id } = await executions.start(entity, operationId, { parameters }, { signal })
      const execution = () => executions.get(entity, operationId, id)
      try {
        while (isRunning(execution())) {
          const { state } = execution()
          if (state.status === 'running' && state.progress !== undefined) onProgress(state.progress)
          await clock.sleep(LOOK_MS, signal)
        }
      } catch (error) {
        const stopping = { signal: new AbortController().signal }
        if (signal.aborted) await executions.stop(entity, operationId, id, stopping).catch(() => {})
        throw error
      }
      const { state } = execution()
      if (state.status === 'failed') throw new SovdError('bad-gateway', state.error)
      if (state.status === 'stopped') throw new SovdError('conflict', `'${operationId}' was stopped`)
    },

    async *readFile({ componentId, category, fileId }, signal) {
      const files = facetOf(tree.get('component', componentId), 'bulkData')
      yield* files.content(category, fileId, undefined, { signal })
    },
  }
}
