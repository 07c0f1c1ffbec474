/** How many failures make a fault active. */
export type Debounce =
  /** The first does. */
  | { readonly kind: 'none' }
  /** So many in less than `windowMs`, without the test passing in between. */
  | { readonly kind: 'count'; readonly failures: number; readonly windowMs: number }
  /** One that nothing takes back for `holdMs`. */
  | { readonly kind: 'hold'; readonly holdMs: number }

/** What becomes of the reports of a fault. */
export interface FaultPolicy {
  readonly debounce: Debounce
  /** A report that says what is known already is counted and changes nothing for so long after the one before. */
  readonly repeatMs: number
  /** How many times in a row the test must pass until the fault is healed. */
  readonly passes: number
  /** The operation cycle that the fault lives by. */
  readonly cycle: string
  /** A healed fault is forgotten once so many cycles have begun, */
  readonly agingCycles?: number
  /** or so much time has passed; with neither, at once. */
  readonly agingMs?: number
}

export interface FaultRule {
  /** One id, or the beginning of several followed by `*`. */
  readonly faultId: string
  /** Absent: any component. */
  readonly componentId?: string
  readonly policy: FaultPolicy
}

export const DEFAULT_CYCLE = 'power'

export const DEFAULT_POLICY: FaultPolicy = {
  debounce: { kind: 'none' },
  repeatMs: 5000,
  passes: 1,
  cycle: DEFAULT_CYCLE,
}

/** The policy of the first rule that fits, or the default. */
export function policyFor(rules: readonly FaultRule[], componentId: string, faultId: string): FaultPolicy {
  const rule = rules.find(
    (each) => fits(each.faultId, faultId) && (each.componentId === undefined || each.componentId === componentId),
  )
  return rule?.policy ?? DEFAULT_POLICY
}

function fits(pattern: string, id: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern
}
