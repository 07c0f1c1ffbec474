import type { Impact } from './impact.ts'
import type { Probe } from './probe.ts'

/** The check of one operation of the standard. */
export interface Check {
  /** Method and path template; `{E}` is an entity. */
  readonly operation: string
  /** Clause of ISO 17978-3. */
  readonly clause: string
  readonly impact: Impact
  /**
   * Exercises the operation, with what it has to do and what it has to refuse.
   * @throws NotOffered, NotExercised
   */
  run(probe: Probe): Promise<void>
  /** Not one of the 94 operations of the standard's template, but part of its text. */
  readonly isExtra?: true
}

type Run = Check['run']

export function reads(operation: string, clause: string, run: Run): Check {
  return { operation, clause, impact: 'reads', run }
}

export function writes(operation: string, clause: string, run: Run): Check {
  return { operation, clause, impact: 'writes', run }
}

export function disrupts(operation: string, clause: string, run: Run): Check {
  return { operation, clause, impact: 'disrupts', run }
}

export function extra(check: Check): Check {
  return { ...check, isExtra: true }
}
