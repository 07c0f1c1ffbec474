import type { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '@opensovd/sovd'

export type AuditAction = (typeof AUDIT_ACTIONS)[number]

export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number]

/** What there is to say of one request. */
export interface AuditRecord {
  readonly caller: string
  /** On whose behalf; absent where the vehicle is not shared. */
  readonly tenant?: string
  readonly action: AuditAction
  /** `component/bms`, `vehicle`, or whatever else it was about. */
  readonly target: string
  /** What of the target. */
  readonly resource: string
  readonly method: string
  readonly outcome: AuditOutcome
  readonly detail?: string
  readonly traceId?: string
}

/** A record in its place in the chain. */
export interface AuditEntry extends AuditRecord {
  /** Counts from 1 without a gap. */
  readonly seq: number
  /** RFC 3339, UTC, with milliseconds. */
  readonly timestamp: string
  readonly prevHash: string
  /** SHA-256 of the canonical text, in lower-case hex. */
  readonly hash: string
}

export interface AuditQuery {
  readonly caller?: string
  readonly action?: AuditAction
  /** What the target begins with. */
  readonly targetPrefix?: string
  readonly outcome?: AuditOutcome
}

/** Milliseconds since 1970, both included. */
export interface TimeRange {
  readonly fromMs?: number
  readonly toMs?: number
}

export function isWantedEntry(entry: AuditEntry, { caller, action, targetPrefix, outcome }: AuditQuery): boolean {
  return (
    (caller === undefined || entry.caller === caller) &&
    (action === undefined || entry.action === action) &&
    (targetPrefix === undefined || entry.target.startsWith(targetPrefix)) &&
    (outcome === undefined || entry.outcome === outcome)
  )
}

export function isWithin({ timestamp }: AuditEntry, { fromMs = 0, toMs = Number.POSITIVE_INFINITY }: TimeRange) {
  const atMs = Date.parse(timestamp)
  return atMs >= fromMs && atMs <= toMs
}
