/** What a measurement found. */
export interface BenchResult {
  readonly kind: string
  readonly transport: string
  readonly count: number
  readonly bytes: number
  readonly received: number
  readonly lost: number
  readonly seconds: number
  readonly perSecond: number
  /** Microseconds; undefined where single times are not measured. */
  readonly p50?: number
  readonly p90?: number
  readonly p99?: number
}

/** The value below which a share of the values lies; the array is sorted. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Percentiles of times in milliseconds, in microseconds. */
export function percentiles(times: readonly number[]): Pick<BenchResult, 'p50' | 'p90' | 'p99'> {
  if (times.length === 0) return {}
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(percentile(sorted, share) * 1000)
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

/** One line for people. */
export function formatResult(result: BenchResult): string {
  const { kind, transport, count, bytes, lost, seconds, perSecond, p50, p90, p99 } = result
  const times = p50 === undefined ? '' : `  p50 ${p50} us  p90 ${p90} us  p99 ${p99} us`
  const megabits = ((perSecond * bytes * 8) / 1e6).toFixed(1)
  const what = kind === 'ev' ? 'events/s' : 'calls/s'
  return `${kind} ${transport}: ${count} of ${bytes} bytes in ${seconds.toFixed(3)} s  ${Math.round(perSecond)} ${what}  ${megabits} Mbit/s${times}  lost ${lost}`
}
