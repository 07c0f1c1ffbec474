import { type Caller, spaceOf } from '../caller.ts'
import type { Clearer } from './fault-event.ts'

/** Who clears, for a caller with a name. */
export function clearerOf(caller: Caller = {}): Clearer | undefined {
  const { subject } = caller
  const tenant = spaceOf(caller)
  return subject === undefined ? undefined : { subject, ...(tenant === undefined ? {} : { tenant }) }
}
