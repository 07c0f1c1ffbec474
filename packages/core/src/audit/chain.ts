import type { AuditEntry } from './audit-entry.ts'

/** SHA-256 of a text in UTF-8, in lower-case hex. */
export type Sha256 = (text: string) => string

/** A place in the chain: the entry that comes next has the number above, and this hash before it. */
export interface ChainLink {
  readonly seq: number
  readonly hash: string
}

/** Where every chain begins. */
export const GENESIS: ChainLink = { seq: 0, hash: 'genesis' }

export type ChainIntegrity =
  | { readonly status: 'ok'; readonly verified: number }
  | { readonly status: 'broken'; readonly error: string }

/** What is hashed: the entry as it is exported, without its hash, as canonical JSON [RFC 8785]. */
export function canonicalText(entry: Omit<AuditEntry, 'hash'>): string {
  const { action, caller, detail, method, outcome, prevHash, resource, seq, target, tenant, timestamp, traceId } = entry
  return JSON.stringify({
    action,
    caller,
    detail,
    method,
    outcome,
    prev_hash: prevHash,
    resource,
    seq,
    target,
    tenant,
    timestamp,
    trace_id: traceId,
  })
}

export interface ChainBounds {
  /** The entry before the first one. */
  readonly anchor: ChainLink
  /** The last entry. */
  readonly head: ChainLink
}

/** Takes the entries of a chain one by one, and finds where they are not what was recorded. */
export class ChainVerifier {
  readonly #sha256: Sha256
  readonly #head: ChainLink
  #last: ChainLink
  #verified = 0
  #error: string | undefined

  constructor(sha256: Sha256, { anchor, head }: ChainBounds) {
    this.#sha256 = sha256
    this.#head = head
    this.#last = anchor
  }

  /** Entries after the head are not looked at. Returns whether the chain is whole so far. */
  add(entry: AuditEntry): boolean {
    if (this.#error !== undefined) return false
    if (this.#last.seq === this.#head.seq && entry.seq > this.#head.seq) return true
    this.#error = this.#complaintAbout(entry)
    this.#last = entry
    this.#verified++
    return this.#error === undefined
  }

  end(): ChainIntegrity {
    if (this.#error !== undefined) return { status: 'broken', error: this.#error }
    const { seq, hash } = this.#head
    if (this.#last.seq !== seq) {
      return { status: 'broken', error: `Chain ends at seq ${this.#last.seq}: expected seq ${seq}` }
    }
    if (this.#last.hash !== hash) return { status: 'broken', error: `Hash mismatch at seq ${seq}: not the last entry` }
    return { status: 'ok', verified: this.#verified }
  }

  #complaintAbout(entry: AuditEntry): string | undefined {
    const { seq, prevHash, hash } = entry
    const expected = this.#last.seq + 1
    if (seq !== expected) return `Chain broken at seq ${seq}: expected seq ${expected}`
    if (prevHash !== this.#last.hash) {
      return `Chain broken at seq ${seq}: expected prev_hash '${this.#last.hash}', got '${prevHash}'`
    }
    const actual = this.#sha256(canonicalText(entry))
    return actual === hash ? undefined : `Hash mismatch at seq ${seq}: expected '${actual}', got '${hash}'`
  }
}

/** Whether entries, the oldest first, are all that was recorded between two places, unchanged. */
export function verifyChain(entries: Iterable<AuditEntry>, bounds: ChainBounds, sha256: Sha256): ChainIntegrity {
  const verifier = new ChainVerifier(sha256, bounds)
  for (const entry of entries) if (!verifier.add(entry)) break
  return verifier.end()
}
