import type { BackendObserver } from '@opensovd/core'
import { BackendMetrics } from './backend-metrics.ts'
import { RouteMetrics } from './route-metrics.ts'

/** Counts of requests, backend calls and the process, in the Prometheus text format. */
export interface Metrics {
  readonly routes: RouteMetrics
  readonly observeBackendCall: BackendObserver
  /** Has what `render` returns, whole lines of the Prometheus text format, among the metrics from now on. */
  add(render: () => string): void
  render(): Promise<string>
}

/** Metrics of the process are collected from the first time they are asked for: loading what does it takes a while. */
export function createMetrics(): Metrics {
  const routes = new RouteMetrics()
  const backends = new BackendMetrics()
  const others: (() => string)[] = []
  let process: Promise<{ metrics(): Promise<string> }> | undefined
  return {
    routes,
    observeBackendCall: (call) => backends.observe(call),
    add: (render) => others.push(render),
    async render() {
      process ??= collectProcessMetrics()
      const rendered = [routes.render(), backends.render(), ...others.map((render) => render())]
      return rendered.join('') + (await (await process).metrics())
    },
  }
}

async function collectProcessMetrics() {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}
