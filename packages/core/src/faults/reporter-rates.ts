import type { Clock } from '@opensovd/base'

export interface ReporterRatesOptions {
  readonly clock: Clock
  /** Reports a second from one reporter, in the long run. */
  readonly perSecond: number
  /** Reports at once from one that was quiet. */
  readonly burst: number
  /** Reporters told apart; further ones share one allowance until one of those was quiet for a while. */
  readonly maxReporters: number
}

interface Bucket {
  tokens: number
  filledAtMs: number
}

/** A token bucket for each reporter. */
export class ReporterRates {
  readonly #options: ReporterRatesOptions
  readonly #buckets = new Map<string, Bucket>()
  readonly #shared: Bucket

  constructor(options: ReporterRatesOptions) {
    this.#options = options
    this.#shared = this.#full()
  }

  /** Takes one report of a reporter. Returns 0, or the milliseconds after which it may try again. */
  take(reporter: string): number {
    const bucket = this.#buckets.get(reporter) ?? this.#admit(reporter)
    this.#fill(bucket)
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / this.#options.perSecond) * 1000
    bucket.tokens--
    return 0
  }

  #admit(reporter: string): Bucket {
    if (this.#buckets.size >= this.#options.maxReporters) this.#forgetQuiet()
    if (this.#buckets.size >= this.#options.maxReporters) return this.#shared
    const bucket = this.#full()
    this.#buckets.set(reporter, bucket)
    return bucket
  }

  /** A reporter whose bucket is full again is as good as one never heard of. */
  #forgetQuiet(): void {
    for (const [reporter, bucket] of this.#buckets) {
      this.#fill(bucket)
      if (bucket.tokens >= this.#options.burst) this.#buckets.delete(reporter)
    }
  }

  #full(): Bucket {
    return { tokens: this.#options.burst, filledAtMs: this.#options.clock.monotonic() }
  }

  #fill(bucket: Bucket): void {
    const nowMs = this.#options.clock.monotonic()
    const { perSecond, burst } = this.#options
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * perSecond)
    bucket.filledAtMs = nowMs
  }
}
