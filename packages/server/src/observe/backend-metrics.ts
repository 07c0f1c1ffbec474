import type { BackendCall } from '@opensovd/core'
import { renderSeries, Series } from './series.ts'

/** Calls by backend, method and how they ended. */
export class BackendMetrics {
  readonly #series = new Map<string, Series<BackendCall['outcome']>>()

  observe({ backend, method, outcome, durationMs }: BackendCall): void {
    const key = `${method} ${backend}`
    let series = this.#series.get(key)
    if (!series) {
      series = new Series({ backend, method })
      this.#series.set(key, series)
    }
    series.observe(outcome, durationMs)
  }

  render(): string {
    return renderSeries(
      this.#series.values(),
      { name: 'sovd_backend_calls_total', help: 'Requests to backends, by how they ended', outcomeLabel: 'outcome' },
      { name: 'sovd_backend_call_duration_seconds', help: 'Time a backend took to answer' },
    )
  }
}
