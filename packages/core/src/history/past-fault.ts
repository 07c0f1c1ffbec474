import type { Entity } from '../entities/entity.ts'
import type { Fault } from '../facets/faults.ts'
import type { Clearer, ClearReason, FaultEvent } from '../faults/fault-event.ts'
import type { ReportedFault } from '../faults/reported-fault.ts'

/** What happened to a fault, and when. */
export type PastFault = PastReportedFault | PastSourceFault

/** What happened to a fault that programs reported. */
export interface PastReportedFault {
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly event: FaultEvent['kind']
  readonly reason?: ClearReason
  /** The client that cleared it, if one did and gave a name. */
  readonly by?: Clearer
  /** Its state after that, or its last; without environment data. */
  readonly fault: Omit<ReportedFault, 'environment'>
}

/** A fault of the memory of a source, which a client cleared there. */
export interface PastSourceFault {
  /** Milliseconds since 1970: when the source had confirmed it. */
  readonly atMs: number
  readonly event: 'cleared'
  readonly reason: 'cleared'
  readonly by?: Clearer
  /** Whose memory it was in. */
  readonly entity: PastEntity
  /** As it was before; without environment data. */
  readonly fault: Omit<Fault, 'environmentData'>
}

/** The kinds of entities that have faults. */
export const FAULTY_KINDS = ['component', 'app', 'function'] as const

export interface PastEntity {
  readonly kind: (typeof FAULTY_KINDS)[number]
  readonly id: string
  /** The components it was made of then; what is no component is there for who has all of these. */
  readonly components: readonly string[]
}

/** What is kept of an entity; nothing for a kind that has no faults. */
export function pastEntityOf({ kind, id, members = [], hostId }: Entity): PastEntity | undefined {
  switch (kind) {
    case 'component':
      return { kind, id, components: [id] }
    case 'app':
    case 'function':
      return { kind, id, components: [...members, ...(hostId === undefined ? [] : [hostId])] }
    case 'area':
    case 'group':
      return undefined
  }
}

/** The component that had the fault; nothing if that was no component. */
export function componentOf(past: PastFault): string | undefined {
  if (!('entity' in past)) return past.fault.componentId
  return past.entity.kind === 'component' ? past.entity.id : undefined
}

/** The components that one must have to know of it; without any, only who has the whole vehicle may. */
export function componentsOf(past: PastFault): readonly string[] {
  return 'entity' in past ? past.entity.components : [past.fault.componentId]
}
