import { type Caller, spaceOf } from '../caller.ts'
import type { Lock } from './lock.ts'

/** What the owner of a lock is called for those who may not know. */
export const ANOTHER_TENANT = 'another tenant'

/** One text for one client: of one name there is one in each tenant that is kept apart. */
export function clientOf(caller: Caller): string | undefined {
  return caller.subject === undefined ? undefined : keyOfClient(spaceOf(caller), caller.subject)
}

/** The client that has a lock. */
export function holderOf({ tenant, owner }: Lock): string {
  return keyOfClient(tenant, owner)
}

/** Whether a lock is the caller's. */
export function isOwn(lock: Lock, caller: Caller): boolean {
  return holderOf(lock) === clientOf(caller)
}

/** Whether a lock is of a tenant of which a caller may know no more than that. */
export function isForeign({ tenant }: Lock, caller: Caller): boolean {
  const space = spaceOf(caller)
  return space !== undefined && space !== tenant
}

/** The lock as a caller may know it. */
export function lockFor(lock: Lock, caller: Caller): Lock {
  return isForeign(lock, caller) ? { ...lock, owner: ANOTHER_TENANT } : lock
}

/** Names of clients have no line breaks. */
function keyOfClient(space: string | undefined, name: string): string {
  return space === undefined ? name : `${space}\n${name}`
}
