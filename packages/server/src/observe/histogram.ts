/** Upper bounds of the buckets, in seconds. */
export const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Durations counted by bucket. */
export class DurationHistogram {
  readonly #counts = new Float64Array(DURATION_BUCKETS.length + 1)
  #sumSeconds = 0

  observe(seconds: number): void {
    this.#sumSeconds += seconds
    let bucket = 0
    while (seconds > (DURATION_BUCKETS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
  }

  /** Lines of the Prometheus text format for a series with these labels. */
  lines(name: string, labels: string): string[] {
    let total = 0
    const buckets = Array.from(this.#counts, (count, at) => {
      total += count
      return `${name}_bucket{${labels},le="${DURATION_BUCKETS[at] ?? '+Inf'}"} ${total}`
    })
    return [...buckets, `${name}_sum{${labels}} ${this.#sumSeconds}`, `${name}_count{${labels}} ${total}`]
  }
}
