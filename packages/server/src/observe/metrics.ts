import type { BackendObserver } from '@opensovd/core'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { DURATION_BUCKETS } from './histogram.ts'
import { RouteMetrics } from './route-metrics.ts'

/** Counts of requests, backend calls and the process, in the Prometheus text format. */
export interface Metrics {
  readonly routes: RouteMetrics
  readonly observeBackendCall: BackendObserver
  render(): Promise<string>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const calls = new Counter({
    name: 'sovd_backend_calls_total',
    help: 'Requests to backends, by how they ended',
    labelNames: ['backend', 'method', 'outcome'],
    registers,
  })
  const durations = new Histogram({
    name: 'sovd_backend_call_duration_seconds',
    help: 'Time a backend took to answer',
    labelNames: ['backend', 'method'],
    buckets: DURATION_BUCKETS,
    registers,
  })
  const routes = new RouteMetrics()
  return {
    routes,
    observeBackendCall({ backend, method, outcome, durationMs }) {
      calls.inc({ backend, method, outcome })
      durations.observe({ backend, method }, durationMs / 1000)
    },
    render: async () => routes.render() + (await registry.metrics()),
  }
}
