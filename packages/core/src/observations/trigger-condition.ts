import type { Json } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'

/** When a trigger fires: each time this becomes true [17978-3 7.11]. */
export type TriggerCondition =
  | { readonly type: 'OnChange' }
  | { readonly type: 'OnChangeTo'; readonly value: Json }
  /** Both bounds belong to the range. */
  | { readonly type: 'EnterRange' | 'LeaveRange'; readonly lowerBound: number; readonly upperBound: number }

/** Whether a condition became true when a value took the place of another. Both are JSON values. */
export function isMet(condition: TriggerCondition, before: unknown, after: unknown): boolean {
  switch (condition.type) {
    case 'OnChange':
      return !sameJson(before, after)
    case 'OnChangeTo':
      return sameJson(after, condition.value) && !sameJson(before, condition.value)
    case 'EnterRange':
      return isWithin(condition, after) && !isWithin(condition, before)
    case 'LeaveRange':
      return isWithin(condition, before) && !isWithin(condition, after)
  }
}

/** Why a value cannot be judged by a condition, if it cannot. */
export function complaintAbout(condition: TriggerCondition, value: unknown, path: string): SovdError | undefined {
  if (value === undefined) return new SovdError('not-found', `there is nothing at ${JSON.stringify(path)}`)
  if (!('lowerBound' in condition) || numberOf(value) !== undefined) return undefined
  return new SovdError('invalid-request', `what is at ${JSON.stringify(path)} is not a number, so it has no range`)
}

/** @throws SovdError `invalid-request` for a range without a number in it */
export function requireRange(condition: TriggerCondition): void {
  if (!('lowerBound' in condition) || condition.lowerBound <= condition.upperBound) return
  const { lowerBound, upperBound } = condition
  throw new SovdError('invalid-request', `lower_bound ${lowerBound} is above upper_bound ${upperBound}`, {
    target: 'body/trigger_condition',
  })
}

function isWithin({ lowerBound, upperBound }: { lowerBound: number; upperBound: number }, value: unknown): boolean {
  const number = numberOf(value)
  return number !== undefined && number >= lowerBound && number <= upperBound
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return JSON.isRawJSON(value) ? Number(JSON.stringify(value)) : undefined
}

/** Whether two values are the same JSON, whatever the order of members. */
function sameJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each) && !JSON.isRawJSON(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}
