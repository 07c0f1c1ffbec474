import type { JsonObject } from '@opensovd/base'
import type { CallContext, ClearableData, ClearDataFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { ApiClient } from '../api-client.ts'
import { failureOf } from '../execution.ts'
import { choiceOf, numberOf, objectOf, ShapeError, textOf } from '../shape.ts'

const TYPES: readonly ClearableData[] = ['cached-data', 'learned-data']
const STATES = ['running', 'completed', 'failed', 'notRequested'] as const
const POLL_MS = 500

/** What the entity at `path` can forget; nothing if it cannot [17978-3 7.13]. */
export async function isoClearData(
  api: ApiClient,
  path: string,
  signal: AbortSignal,
): Promise<ClearDataFacet | undefined> {
  const collection = `${path}/clear-data`
  const offered = await api.probe(collection, signal, objectOf)
  const types = TYPES.filter((type) => textOf(offered, type) !== undefined)
  if (types.length === 0) return undefined
  const isOver = async (type: ClearableData, onProgress: (percent: number) => void, context: CallContext) =>
    api.get(`${collection}/status`, context, (json) => stateOf(objectOf(json), type, onProgress))
  return {
    types,
    async clear(type, onProgress, context) {
      await api.change({ method: 'PUT', path: `${collection}/${type}` }, context, () => {})
      while (!(await isOver(type, onProgress, context))) await api.clock.sleep(POLL_MS, context.signal)
    },
  }
}

/** Whether it is done. */
function stateOf(body: JsonObject, type: ClearableData, onProgress: (percent: number) => void): boolean {
  const said = textOf(body, 'type') ?? type
  if (said !== type) throw new SovdError('conflict', `its source clears ${said} meanwhile`)
  switch (choiceOf(body, 'status', STATES)) {
    case 'completed':
      return true
    case 'failed':
      throw new SovdError('bad-gateway', `its source failed: ${failureOf(body.error) ?? 'it does not say why'}`)
    case 'notRequested':
      throw new SovdError('bad-gateway', 'its source forgot that it was asked')
    case 'running':
      onProgress(Math.min(100, Math.max(0, numberOf(body, 'progress') ?? 0)))
      return false
    case undefined:
      throw new ShapeError(`status is none of ${STATES.join(', ')}`)
  }
}
