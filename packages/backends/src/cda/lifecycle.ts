import type { LifecycleFacet, LifecycleRequest } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { objectOf } from '../sovd/shape.ts'
import { stateOf } from './components.ts'
import type { Source } from './source.ts'

/** Types of ECUReset [14229-1 10.3], by the names that databases have for them. */
const RESETS: Readonly<Partial<Record<LifecycleRequest, string>>> = {
  restart: 'softreset',
  'force-restart': 'hardreset',
}

/** Resets an ECU: the adapter knows `reset` as an operation that it does not list. */
export function cdaLifecycle({ api, path, lock }: Source): LifecycleFacet {
  return {
    requests: ['restart', 'force-restart'],
    status: (context) =>
      api.get(path, context, (json) => (stateOf(objectOf(json)) === 'connected' ? 'ready' : 'notReady')),
    request: async (request, _parameters, context) => {
      const value = RESETS[request]
      if (value === undefined) throw new SovdError('not-implemented', `an ECU cannot be told to ${request}`)
      const reset = {
        method: 'POST',
        path: `${path}/operations/reset/executions`,
        body: { parameters: { value } },
      } as const
      await lock.use(context, () => api.change(reset, context, () => {}))
    },
  }
}
