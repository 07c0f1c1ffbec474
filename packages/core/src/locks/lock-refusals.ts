import { SovdError } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { keyOf, type Lock, type LockPlace, type LockTarget, nameOf } from './lock.ts'
import { ANOTHER_TENANT, isForeign } from './lock-owner.ts'

/** A lock is in the way, and for how long. */
export function inTheWay(lock: Lock, how: 'is' | 'already', remainingMs: number, caller: Caller): SovdError {
  // What is locked may not be there for the caller.
  const name = isForeign(lock, caller) && caller.tenant?.components ? 'this' : nameOf(lock.target)
  const message = `${name.charAt(0).toUpperCase()}${name.slice(1)} ${how} locked by ${ownerFor(lock, caller)}`
  return new SovdError('conflict', message, {
    retryAfterSeconds: Math.max(1, Math.ceil(remainingMs / 1000)),
    byLock: true,
  })
}

export function notOwned(lock: Lock, caller: Caller, what: 'renew' | 'release'): SovdError {
  const who = caller.subject === undefined ? 'without a name' : `as '${caller.subject}'`
  return new SovdError('conflict', `Lock owned by ${ownerFor(lock, caller)}, cannot ${what} ${who}`, { byLock: true })
}

/** A tenant that has no more of the vehicle than some components cannot lock what others are part of. */
export function notAllOwn(target: LockTarget, { id }: Tenant): SovdError {
  const message = `tenant '${id}' cannot lock ${nameOf(target)}: it is not made of its components alone`
  return new SovdError('forbidden', message, { target: keyOf(target) })
}

export function notLocked({ target, id }: LockPlace): SovdError {
  return new SovdError('not-found', `No ${id === undefined ? 'lock' : `lock '${id}'`} on ${nameOf(target)}`)
}

/** What the owner of a broken lock is told [17978-3 7.17]. */
export function lockBroken({ id, target, owner }: Lock): SovdError {
  const message = `the lock of '${owner}' on ${nameOf(target)} was broken`
  return new SovdError('conflict', message, { details: [{ code: 'lock-broken', message, target: id }], byLock: true })
}

function ownerFor(lock: Lock, caller: Caller): string {
  return isForeign(lock, caller) ? ANOTHER_TENANT : `'${lock.owner}'`
}
