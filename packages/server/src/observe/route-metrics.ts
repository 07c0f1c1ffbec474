import { DurationHistogram } from './histogram.ts'

const REQUESTS = 'sovd_http_requests_total'
const DURATION = 'sovd_http_request_duration_seconds'

/**
 * Requests and their durations by route template, the way most requests cost nothing to count: each route
 * keeps its own series, and text is made only when it is asked for.
 */
export class RouteMetrics {
  readonly #routes: RouteSeries[] = []

  /** @param path template of the route, so that clients cannot make new series; empty for no route */
  series(method: string, path: string): RouteSeries {
    const series = new RouteSeries(method, path)
    this.#routes.push(series)
    return series
  }

  /** The Prometheus text format. */
  render(): string {
    const routes = this.#routes.filter(({ byStatus }) => byStatus.size > 0)
    return [
      `# HELP ${REQUESTS} HTTP requests answered`,
      `# TYPE ${REQUESTS} counter`,
      ...routes.flatMap(({ labels, byStatus }) =>
        Array.from(byStatus, ([status, count]) => `${REQUESTS}{${labels},status="${status}"} ${count}`),
      ),
      `# HELP ${DURATION} Time from the head of a request to its answer`,
      `# TYPE ${DURATION} histogram`,
      ...routes.flatMap(({ labels, durations }) => durations.lines(DURATION, labels)),
      '',
    ].join('\n')
  }
}

export class RouteSeries {
  readonly labels: string
  readonly byStatus = new Map<number, number>()
  readonly durations = new DurationHistogram()

  constructor(method: string, path: string) {
    this.labels = `method="${method}",path="${path}"`
  }

  observe(status: number, durationMs: number): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1)
    this.durations.observe(durationMs / 1000)
  }
}
