import type { Json } from '@opensovd/base'
import type { PartialFailure } from '@opensovd/sovd'
import type { CallContext } from '../ports/call-context.ts'

/** 1 fatal, 2 error, 3 warning, 4 information [17978-3 7.8]. */
export type FaultSeverity = 1 | 2 | 3 | 4

/** The severities that programs report. */
export type ReportedSeverity = 'Fatal' | 'Error' | 'Warn' | 'Info' | 'Debug'

export type AggregatedStatus = 'active' | 'passive' | 'pending'

export interface Fault {
  /** Unique within its entity. */
  readonly id: string
  readonly code: string
  readonly displayCode?: string
  readonly name: string
  readonly description?: string
  readonly scope?: string
  readonly severity: FaultSeverity
  /** What the program said that reported it, if one did: a contract may have words of its own for that. */
  readonly reportedSeverity?: ReportedSeverity
  /** Status bits by name, with values as text, e.g. `testFailed: '1'` [17978-3 7.8]. */
  readonly status: Readonly<Record<string, string>>
  readonly affectedSubsystem?: string
  readonly correlatedSignals?: readonly string[]
  readonly classificationTags?: readonly string[]
  /** Freeze frames and extended data. */
  readonly environmentData?: Json
}

/** The faults that could be had, and what they are incomplete without. */
export interface FaultList {
  readonly faults: readonly Fault[]
  readonly partial?: readonly PartialFailure[]
}

/** Fault memory of an entity. Calls reject with `SovdError`; nothing counts as cleared unless the source said so. */
export interface FaultFacet {
  list(context: CallContext): Promise<readonly Fault[]>
  /** As `list`, where the faults have several sources: rejects only when none of them could be asked. */
  listPartly?(context: CallContext): Promise<FaultList>
  /** One fault by id, where the source has that. */
  read?(id: string, context: CallContext): Promise<Fault>
  clearAll?(context: CallContext): Promise<void>
  clear?(id: string, context: CallContext): Promise<void>
  /**
   * Tells that the list may have changed, for a source that can tell: nobody has to poll those. Resolves when the
   * signal aborts; rejects when the source ends it.
   */
  watch?(listener: () => void, context: CallContext): Promise<void>
}

/** One word for a status map: what it says itself, or what its bits amount to. */
export function aggregatedStatus(status: Fault['status']): AggregatedStatus {
  const said = status.aggregatedStatus
  if (said === 'active' || said === 'passive' || said === 'pending') return said
  if (isSet(status.testFailed)) return 'active'
  if (isSet(status.pendingDTC) && !isSet(status.confirmedDTC)) return 'pending'
  return 'passive'
}

function isSet(bit: string | undefined): boolean {
  return bit === '1' || bit === 'true'
}

/** All that an entity can tell of its faults, with what is missing where it can tell that too. */
export async function faultListOf(faults: FaultFacet, context: CallContext): Promise<FaultList> {
  return faults.listPartly ? faults.listPartly(context) : { faults: await faults.list(context) }
}
