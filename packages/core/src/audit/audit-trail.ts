import type { Clock } from '@opensovd/base'
import type { FeatureFlags } from '../features/feature-flags.ts'
import {
  type AuditEntry,
  type AuditQuery,
  type AuditRecord,
  isWantedEntry,
  isWithin,
  type TimeRange,
} from './audit-entry.ts'
import {
  type ChainBounds,
  type ChainIntegrity,
  type ChainLink,
  ChainVerifier,
  canonicalText,
  GENESIS,
  type Sha256,
} from './chain.ts'

/** Where entries are kept beyond memory. */
export interface AuditStore {
  /** The newest entries it had when it was opened, the oldest first. */
  readonly restored: readonly AuditEntry[]
  /** The entry before the oldest it has. */
  readonly anchor: ChainLink
  /** The last entry it was given, in this process or one before. */
  readonly head: ChainLink
  append(entry: AuditEntry): void
  /** All entries, the oldest first. */
  read(signal: AbortSignal): AsyncIterable<AuditEntry>
}

export interface AuditOptions {
  readonly sha256: Sha256
  /** Entries that are kept in memory. */
  readonly maxEntries?: number
  /** Absent: memory is all there is. */
  readonly store?: AuditStore
}

const MAX_ENTRIES = 10_000
const MAX_TEXT = 256
/** How often the store may let go of its oldest entries while it is verified. */
const ATTEMPTS = 3

/** Who did what, in a chain where every entry holds the hash of the one before. */
export class AuditTrail {
  readonly #clock: Clock
  readonly #features: FeatureFlags
  readonly #sha256: Sha256
  readonly #maxEntries: number
  readonly #store: AuditStore | undefined
  #entries: AuditEntry[]
  #head: ChainLink

  constructor(clock: Clock, features: FeatureFlags, { sha256, store, maxEntries = MAX_ENTRIES }: AuditOptions) {
    this.#clock = clock
    this.#features = features
    this.#sha256 = sha256
    this.#maxEntries = maxEntries
    this.#store = store
    this.#entries = store ? [...store.restored] : []
    this.#head = store?.head ?? GENESIS
    features.provide('audit')
  }

  /** Whether the feature is on. `record` records in any case: it may be about the end of the recording. */
  get isOn(): boolean {
    return this.#features.isOn('audit')
  }

  /** Number of entries in memory. */
  get size(): number {
    return Math.min(this.#entries.length, this.#maxEntries)
  }

  /** Texts that are too long are cut. */
  record(record: AuditRecord): void {
    const { detail, traceId, action, method, outcome, tenant } = record
    const entry = {
      seq: this.#head.seq + 1,
      timestamp: new Date(this.#clock.now()).toISOString(),
      caller: cut(record.caller),
      ...(tenant === undefined ? {} : { tenant }),
      action,
      target: cut(record.target),
      resource: cut(record.resource),
      method,
      outcome,
      ...(detail === undefined ? {} : { detail: cut(detail) }),
      ...(traceId === undefined ? {} : { traceId: cut(traceId) }),
      prevHash: this.#head.hash,
    }
    const chained: AuditEntry = { ...entry, hash: this.#sha256(canonicalText(entry)) }
    this.#head = chained
    this.#entries.push(chained)
    if (this.#entries.length >= 2 * this.#maxEntries) this.#entries = this.entries()
    this.#store?.append(chained)
  }

  /** Those in memory, the oldest first. */
  entries(): AuditEntry[] {
    return this.#entries.slice(-this.#maxEntries)
  }

  /** The newest in memory that are wanted, the oldest of them first. */
  newest(query: AuditQuery, limit: number): readonly AuditEntry[] {
    return this.entries()
      .filter((entry) => isWantedEntry(entry, query))
      .slice(-limit)
  }

  /** The oldest of a time that are wanted, wherever they are kept. */
  async between(
    range: TimeRange,
    query: AuditQuery,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly AuditEntry[]> {
    const found: AuditEntry[] = []
    for await (const entry of this.#store?.read(signal) ?? this.entries()) {
      if (isWithin(entry, range) && isWantedEntry(entry, query) && found.push(entry) >= limit) break
    }
    return found
  }

  /** Whether all entries there are, wherever they are kept, are as they were recorded, and none is missing. */
  async verify(signal: AbortSignal): Promise<ChainIntegrity> {
    for (let attempt = 1; ; attempt++) {
      const bounds = this.#bounds()
      const verifier = new ChainVerifier(this.#sha256, bounds)
      for await (const entry of this.#store?.read(signal) ?? this.entries()) if (!verifier.add(entry)) break
      const result = verifier.end()
      if (result.status === 'ok' || attempt === ATTEMPTS || this.#bounds().anchor.seq === bounds.anchor.seq)
        return result
    }
  }

  #bounds(): ChainBounds {
    const [first] = this.entries()
    const evicted = first ? { seq: first.seq - 1, hash: first.prevHash } : GENESIS
    return { anchor: this.#store?.anchor ?? evicted, head: this.#head }
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}
