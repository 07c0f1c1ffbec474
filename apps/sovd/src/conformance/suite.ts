import type { Check } from './check.ts'
import { NoAnswer } from './client.ts'
import type { Impact } from './impact.ts'
import { BULK_DATA } from './operations/bulk-data.ts'
import { DATA } from './operations/data.ts'
import { DISCOVERY } from './operations/discovery.ts'
import { EVENTS } from './operations/events.ts'
import { OPERATIONS } from './operations/executions.ts'
import { FAULTS } from './operations/faults.ts'
import { ACCESS, CLEAR_DATA, STATUS } from './operations/life-cycle.ts'
import { COMMUNICATION_LOGS_CHECKS, LOGS } from './operations/logs.ts'
import { SCRIPTS } from './operations/scripts.ts'
import { CONFIGURATIONS, LOCKS, MODES } from './operations/settings.ts'
import { UPDATES } from './operations/updates.ts'
import { Probe } from './probe.ts'
import type { Target } from './target.ts'
import { NotExercised, NotOffered, type Verdict } from './verdict.ts'

/** A check for each operation of the standard, and some for what only its text has; what disrupts most comes last. */
export const CHECKS: readonly Check[] = [
  ...DISCOVERY,
  ...DATA,
  ...FAULTS,
  ...OPERATIONS,
  ...SCRIPTS,
  ...MODES,
  ...CONFIGURATIONS,
  ...LOCKS,
  ...LOGS,
  ...COMMUNICATION_LOGS_CHECKS,
  ...EVENTS,
  ...BULK_DATA,
  ...UPDATES,
  ...ACCESS,
  ...CLEAR_DATA,
  ...STATUS,
]

export interface Result {
  readonly check: Check
  readonly verdict: Verdict
}

const PERMISSIONS: Readonly<Record<Exclude<Impact, 'reads'>, string>> = {
  writes: 'changes the vehicle: needs --write',
  disrupts: 'interrupts the vehicle or deletes what cannot be restored: needs --disrupt',
}

/**
 * Checks one operation after the other.
 * @param permitted what the checks may do to the vehicle
 * @param isWanted which operations are checked; all by default
 */
export async function* runChecks(
  target: Target,
  permitted: ReadonlySet<Impact>,
  isWanted: (operation: string) => boolean = () => true,
): AsyncGenerator<Result, void, undefined> {
  for (const check of CHECKS) {
    if (isWanted(check.operation)) yield { check, verdict: await verdictOf(check, target, permitted) }
  }
}

async function verdictOf(check: Check, target: Target, permitted: ReadonlySet<Impact>): Promise<Verdict> {
  const { impact } = check
  if (impact !== 'reads' && !permitted.has(impact)) {
    return { outcome: 'not-exercised', reason: PERMISSIONS[impact] }
  }
  const probe = new Probe(target, permitted)
  const end = await endOf(check, probe)
  if (probe.failures.length > 0) return { outcome: 'failed', failures: probe.failures }
  return end
}

async function endOf(check: Check, probe: Probe): Promise<Verdict> {
  try {
    await check.run(probe)
    return { outcome: 'passed' }
  } catch (error) {
    if (error instanceof NotOffered) return { outcome: 'not-offered', reason: error.message }
    if (error instanceof NotExercised) return { outcome: 'not-exercised', reason: error.message }
    if (error instanceof NoAnswer) return { outcome: 'failed', failures: [`no answer: ${error.message}`] }
    throw error
  }
}
