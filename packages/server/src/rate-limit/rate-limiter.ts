import type { Clock } from '@opensovd/base'

export interface RateLimit {
  /** Requests at once, and in a window on average. */
  readonly maxRequests: number
  readonly windowMs: number
  /** Callers that are told apart; further ones share a limit. */
  readonly maxCallers?: number
}

/** What becomes of a request. */
export interface Admission {
  readonly isAdmitted: boolean
  /** Requests that are left now. */
  readonly remaining: number
  /** Until there is one left, or all are again where there is one. */
  readonly waitMs: number
}

interface Bucket {
  tokens: number
  atMs: number
}

const MAX_CALLERS = 10_000
/** Shares of a token that rounding may have cost. */
const TOLERANCE = 1e-6

/**
 * A bucket of tokens for each caller: a request takes one, and they come back evenly, all of them within a window. Who
 * stays below the limit in every window is never refused.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #maxRequests: number
  readonly #windowMs: number
  readonly #maxCallers: number
  /** The one that was used longest ago first. */
  readonly #buckets = new Map<string, Bucket>()
  readonly #shared: Bucket

  constructor(clock: Clock, { maxRequests, windowMs, maxCallers = MAX_CALLERS }: RateLimit) {
    this.#clock = clock
    this.#maxRequests = maxRequests
    this.#windowMs = windowMs
    this.#maxCallers = maxCallers
    this.#shared = this.#fullBucket()
  }

  /** Callers whose requests were counted lately. */
  get size(): number {
    return this.#buckets.size
  }

  /** Counts a request of a caller. */
  admit(caller: string): Admission {
    const bucket = this.#bucketOf(caller)
    this.#refill(bucket)
    const isAdmitted = bucket.tokens >= 1 - TOLERANCE
    if (isAdmitted) bucket.tokens = Math.max(0, bucket.tokens - 1)
    const missing = isAdmitted ? this.#maxRequests - bucket.tokens : 1 - bucket.tokens
    return {
      isAdmitted,
      remaining: Math.floor(bucket.tokens + TOLERANCE),
      waitMs: (missing * this.#windowMs) / this.#maxRequests,
    }
  }

  /** Forgets everybody. */
  clear(): void {
    this.#buckets.clear()
    Object.assign(this.#shared, this.#fullBucket())
  }

  #bucketOf(caller: string): Bucket {
    const known = this.#buckets.get(caller)
    if (known) this.#buckets.delete(caller)
    else if (this.#buckets.size >= this.#maxCallers && !this.#forgetOne()) return this.#shared
    const bucket = known ?? this.#fullBucket()
    this.#buckets.set(caller, bucket)
    return bucket
  }

  /** Only of who has all tokens again nothing is lost. */
  #forgetOne(): boolean {
    for (const [caller, { atMs }] of this.#buckets) {
      if (this.#clock.monotonic() - atMs < this.#windowMs) return false
      return this.#buckets.delete(caller)
    }
    return false
  }

  #refill(bucket: Bucket): void {
    const nowMs = this.#clock.monotonic()
    const gained = ((nowMs - bucket.atMs) * this.#maxRequests) / this.#windowMs
    bucket.tokens = Math.min(this.#maxRequests, bucket.tokens + gained)
    bucket.atMs = nowMs
  }

  #fullBucket(): Bucket {
    return { tokens: this.#maxRequests, atMs: this.#clock.monotonic() }
  }
}
