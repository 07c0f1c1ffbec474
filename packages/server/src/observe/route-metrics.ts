import { renderSeries, Series } from './series.ts'

export type RouteSeries = Series<number>

/** Requests by route and status. Each route keeps its own series, so that counting costs next to nothing. */
export class RouteMetrics {
  readonly #series: RouteSeries[] = []

  /** @param path template of the route, so that clients cannot make new series; empty for no route */
  series(method: string, path: string): RouteSeries {
    const series = new Series<number>({ method, path })
    this.#series.push(series)
    return series
  }

  render(): string {
    return renderSeries(
      this.#series,
      { name: 'sovd_http_requests_total', help: 'HTTP requests answered', outcomeLabel: 'status' },
      { name: 'sovd_http_request_duration_seconds', help: 'Time from the head of a request to its answer' },
    )
  }
}
