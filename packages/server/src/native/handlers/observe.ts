import type { Backend, Diagnostics } from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { renderFaultMetrics } from '../../observe/fault-metrics.ts'
import type { Metrics } from '../../observe/metrics.ts'
import { createSystemProbe } from '../../observe/system.ts'

type ObserveRoutes = Pick<NativeApi, 'getHealth' | 'getLiveness' | 'getReadiness' | 'getMetrics'>

export function observeHandlers(diagnostics: Diagnostics, metrics: Metrics | undefined) {
  const { tree } = diagnostics
  const readSystem = createSystemProbe()

  return handlersOf<ObserveRoutes>({
    getHealth: () => ({ status: 'ok', system: readSystem() }),

    getLiveness: () => {},

    getReadiness: () => {
      const untried = tree.backends.filter(({ snapshot }) => snapshot.status.phase === 'untried')
      if (untried.length > 0) {
        const names = untried.map(({ name }) => name).join(', ')
        throw new SovdError('unavailable', `not tried yet: ${names}`, { target: 'backends', retryAfterSeconds: 1 })
      }
      const backends = tree.backends.map(backendView)
      const degraded = backends.some(({ status }) => status === 'down')
      return {
        status: degraded ? 'degraded' : 'ready',
        checks: {
          backends: {
            status: degraded ? 'warn' : 'ok',
            components: tree.list('component').length,
            backends,
          },
        },
      }
    },

    getMetrics: () => {
      if (!metrics) throw new SovdError('not-found', 'metrics are disabled')
      return metrics.render().then((text) => text + renderFaultMetrics(diagnostics))
    },
  })
}

function backendView({ name, snapshot: { status, entities } }: Backend) {
  return {
    name,
    status: status.phase,
    components: entities.filter(({ kind }) => kind === 'component').length,
    ...(status.phase === 'down' ? { message: status.message } : {}),
  }
}
