import type { FaultPolicy } from './fault-policy.ts'
import type { FaultRecord } from './fault-record.ts'
import type { ReportedFault } from './reported-fault.ts'

/**
 * The life of a reported fault; absence of one is `undefined`.
 *
 * `absent → pending | active | passive` with the first report that did not pass;
 * `pending → active` when failures are confirmed;
 * `pending | active → passive` when the test is about to pass, passed too few times, or did not run;
 * `passive → pending | active` when it fails again;
 * any `→ absent` when the test passed often enough, unless the fault was active and has to age: then `→ passive`, healed.
 *
 * A failure that is not confirmed takes nothing from a fault that is active.
 */
export function afterReport(
  before: ReportedFault | undefined,
  record: FaultRecord,
  policy: FaultPolicy,
  seenAtMs: number,
): ReportedFault | undefined {
  switch (record.stage) {
    case 'Failed':
      return failing(before, record, before?.phase !== 'active', seenAtMs)
    case 'PreFailed':
      return before?.phase === 'active'
        ? failing(before, record, false, seenAtMs)
        : { ...failing(before, record, false, seenAtMs), phase: 'pending', confirmed: before?.confirmed ?? false }
    case 'PrePassed':
    case 'NotTested':
      return { ...(before ?? blank(record)), source: record.source, phase: 'passive' }
    case 'Passed':
      return before && passed(before, record, policy)
  }
}

/** After failures that were held for long enough without another report. */
export function afterHold(before: ReportedFault): ReportedFault {
  return { ...before, phase: 'active', confirmed: true, occurrences: before.occurrences + 1 }
}

/** After failures that stayed too few. */
export function afterGlitch(before: ReportedFault): ReportedFault | undefined {
  return before.confirmed ? { ...before, phase: 'passive' } : undefined
}

/** After the beginning of the operation cycle the fault lives by. */
export function afterCycle(before: ReportedFault, { agingCycles }: FaultPolicy): ReportedFault | undefined {
  const agedCycles = before.healed ? before.agedCycles + 1 : before.agedCycles
  if (before.healed && agingCycles !== undefined && agedCycles >= agingCycles) return undefined
  return { ...before, agedCycles, failedThisCycle: false, testedThisCycle: false }
}

function failing(
  before: ReportedFault | undefined,
  record: FaultRecord,
  isNew: boolean,
  seenAtMs: number,
): ReportedFault {
  const known = before ?? blank(record)
  const { description = known.description, environment = known.environment } = record
  return {
    ...known,
    source: record.source,
    severity: record.severity,
    ...(description === undefined ? {} : { description }),
    ...(environment === undefined ? {} : { environment }),
    phase: 'active',
    confirmed: true,
    healed: false,
    passes: 0,
    occurrences: known.occurrences + (isNew ? 1 : 0),
    firstSeenAtMs: known.firstSeenAtMs ?? seenAtMs,
    lastSeenAtMs: seenAtMs,
    agedCycles: 0,
    failedThisCycle: true,
    testedThisCycle: true,
  }
}

function passed(before: ReportedFault, record: FaultRecord, policy: FaultPolicy): ReportedFault | undefined {
  const passes = Math.min(before.passes + 1, policy.passes)
  const healed = passes >= policy.passes
  if (healed && !(before.confirmed && mustAge(policy))) return undefined
  return { ...before, source: record.source, phase: 'passive', passes, healed, testedThisCycle: true }
}

/** Whether a healed fault that was active is kept for a while. */
export function mustAge({ agingCycles, agingMs }: FaultPolicy): boolean {
  return agingCycles !== undefined || agingMs !== undefined
}

function blank({ componentId, faultId, source, severity, description }: FaultRecord): ReportedFault {
  return {
    componentId,
    faultId,
    source,
    severity,
    ...(description === undefined ? {} : { description }),
    phase: 'passive',
    confirmed: false,
    healed: false,
    passes: 0,
    occurrences: 0,
    agedCycles: 0,
    failedThisCycle: false,
    testedThisCycle: false,
  }
}
