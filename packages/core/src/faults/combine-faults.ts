import { aggregatedStatus, type Fault } from '../facets/faults.ts'

const ACUTENESS = { active: 2, pending: 1, passive: 0 } as const

/** The faults of two sources of one entity, those of the first source first; faults with one id are one fault. */
export function combineFaults(own: readonly Fault[], reported: readonly Fault[]): readonly Fault[] {
  if (own.length === 0) return reported
  if (reported.length === 0) return own
  const rest = new Map(reported.map((fault) => [fault.id, fault]))
  const combined = own.map((fault) => {
    const other = rest.get(fault.id)
    rest.delete(fault.id)
    return other ? combine(fault, other) : fault
  })
  return [...combined, ...rest.values()]
}

/** Named and described as its own source does, and as bad as the worse of both says. */
function combine(own: Fault, { reportedSeverity: _, ...reported }: Fault): Fault {
  return {
    ...reported,
    ...own,
    severity: own.severity < reported.severity ? own.severity : reported.severity,
    status: acutenessOf(own) < acutenessOf(reported) ? reported.status : own.status,
  }
}

function acutenessOf({ status }: Fault): number {
  return ACUTENESS[aggregatedStatus(status)]
}
