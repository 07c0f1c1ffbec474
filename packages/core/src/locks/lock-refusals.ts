import { SovdError } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'
import { type Lock, type LockPlace, nameOf } from './lock.ts'

/** A lock is in the way, and for how long. */
export function inTheWay({ target, owner }: Lock, how: 'is' | 'already', remainingMs: number): SovdError {
  const name = nameOf(target)
  const message = `${name.charAt(0).toUpperCase()}${name.slice(1)} ${how} locked by '${owner}'`
  return new SovdError('conflict', message, { retryAfterSeconds: Math.max(1, Math.ceil(remainingMs / 1000)) })
}

export function notOwned({ owner }: Lock, { subject }: Caller, what: 'renew' | 'release'): SovdError {
  const who = subject === undefined ? 'without a name' : `as '${subject}'`
  return new SovdError('conflict', `Lock owned by '${owner}', cannot ${what} ${who}`)
}

export function notLocked({ target, id }: LockPlace): SovdError {
  return new SovdError('not-found', `No ${id === undefined ? 'lock' : `lock '${id}'`} on ${nameOf(target)}`)
}

/** What the owner of a broken lock is told [17978-3 7.17]. */
export function lockBroken({ id, target, owner }: Lock): SovdError {
  const message = `the lock of '${owner}' on ${nameOf(target)} was broken`
  return new SovdError('conflict', message, { details: [{ code: 'lock-broken', message, target: id }] })
}
