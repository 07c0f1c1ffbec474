import type { Clock } from '@opensovd/base'
import { FaultGovernor } from './fault-governor.ts'
import type { FaultPolicy } from './fault-policy.ts'
import type { FaultEntry } from './fault-store.ts'
import { afterGlitch, mustAge } from './lifecycle.ts'
import type { ReportedFault } from './reported-fault.ts'

/** A fault as it is there again after a restart. */
export interface KeptFault {
  readonly fault: ReportedFault
  /** Milliseconds since 1970; of one that is healed. */
  readonly healedAtMs?: number
}

/** What reported faults survive a restart by. It never throws and never waits: what cannot be kept is not kept. */
export interface FaultJournal {
  /** What it kept before, in the order in which the faults appeared. */
  readonly restored: readonly KeptFault[]
  /** Keeps the newest that is known of a fault. */
  put(kept: KeptFault): void
  delete(fault: Pick<ReportedFault, 'componentId' | 'faultId'>): void
}

/** What is to be kept of a fault, if anything is: debouncing begins anew after a restart. */
export function keptOf({ fault, healedAtMs }: FaultEntry, clock: Clock): KeptFault | undefined {
  const kept = fault.phase === 'pending' ? afterGlitch(fault) : fault
  if (!kept?.healed) return kept && { fault: kept }
  return { fault: kept, healedAtMs: clock.now() - (clock.monotonic() - healedAtMs) }
}

/** The fault with what it lives by from now on; nothing if that would have let it go. */
export function restoredEntry(
  { fault, healedAtMs }: KeptFault,
  policy: FaultPolicy,
  clock: Clock,
): FaultEntry | undefined {
  if (fault.healed && !mustAge(policy)) return undefined
  const healedForMs = healedAtMs === undefined ? 0 : Math.max(0, clock.now() - healedAtMs)
  return {
    fault,
    policy,
    governor: new FaultGovernor(policy.debounce),
    takenAtMs: Number.NEGATIVE_INFINITY,
    healedAtMs: clock.monotonic() - healedForMs,
    sequence: 0,
  }
}
