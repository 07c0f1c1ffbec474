import type { Result } from './suite.ts'
import type { Verdict } from './verdict.ts'

const MARKS: Readonly<Record<Verdict['outcome'], string>> = {
  passed: 'ok  ',
  failed: 'FAIL',
  'not-offered': '-   ',
  'not-exercised': '?   ',
}

/** One result for people to read: a line, and one more for each thing that is wrong. */
export function linesOf({ check, verdict }: Result): readonly string[] {
  const reason =
    'reason' in verdict
      ? ` — ${verdict.outcome === 'not-offered' ? 'not offered' : 'not exercised'}: ${verdict.reason}`
      : ''
  const failures = verdict.outcome === 'failed' ? verdict.failures.map((failure) => `       ${failure}`) : []
  return [`${MARKS[verdict.outcome]} ${check.operation} [${check.clause}]${reason}`, ...failures]
}

/** Without authentication there is nobody to authorize; which of the two a server has to do is the maker's choice. */
const AUTHENTICATION: ReadonlySet<string> = new Set(['POST /authorize', 'POST /token'])

/** What all results amount to. */
export function summaryOf(results: readonly Result[]): string {
  const ofStandard = results.filter(({ check }) => !check.isExtra)
  const count = (outcome: Verdict['outcome']) => results.filter(({ verdict }) => verdict.outcome === outcome).length
  const exercised = ofStandard.filter(({ verdict }) => verdict.outcome === 'passed' || verdict.outcome === 'failed')
  const ofAuthentication = results.filter(
    ({ check, verdict }) => AUTHENTICATION.has(check.operation) && verdict.outcome === 'not-offered',
  )
  const names = ofAuthentication.map(({ check }) => check.operation).join(', ')
  return [
    `${exercised.length} of ${ofStandard.length} operations exercised`,
    `${count('passed')} passed`,
    `${count('failed')} failed`,
    `${count('not-offered')} not offered${names === '' ? '' : ` (${names}: no authentication)`}`,
    `${count('not-exercised')} not exercised`,
  ].join(', ')
}
