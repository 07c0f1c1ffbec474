import type { JsonObject } from '@opensovd/base'
import type { LifecycleFacet, LifecycleRequest } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import { choiceOf, objectOf, ShapeError, textOf } from '../shape.ts'

/** Each of them, with whether it has a body [17978-3 7.19]. */
const REQUESTS: Readonly<Record<LifecycleRequest, boolean>> = {
  start: true,
  restart: true,
  'force-restart': true,
  shutdown: false,
  'force-shutdown': false,
}

/** Starting and stopping of the entity at `path`, as its status says that it can be asked for. */
export async function isoLifecycle(api: ApiClient, path: string, signal: AbortSignal): Promise<LifecycleFacet> {
  const collection = `${path}/status`
  const offered = await api.probe(collection, signal, objectOf)
  return {
    requests: (Object.keys(REQUESTS) as LifecycleRequest[]).filter((name) => textOf(offered, name) !== undefined),
    status: (context) => api.get(collection, context, (json) => statusOf(objectOf(json))),
    async request(request, parameters, context) {
      const body = parameters === undefined ? {} : { parameters }
      const change = { method: 'PUT', path: `${collection}/${request}`, ...(REQUESTS[request] && { body }) } as const
      await api.change(change, context, () => {})
    },
  }
}

function statusOf(body: JsonObject): 'ready' | 'notReady' {
  const status = choiceOf(body, 'status', ['ready', 'notReady'])
  if (status === undefined) throw new ShapeError('status is neither ready nor notReady')
  return status
}
