import type { Caller, Lock } from '@opensovd/core'

export function lockReferenceView(lock: Lock, caller: Caller) {
  return { id: lock.id, ...stateOf(lock, caller) }
}

export function lockDetailView(lock: Lock, caller: Caller) {
  return { lock_expiration: lock.expires, ...stateOf(lock, caller) }
}

function stateOf({ owner, scopes }: Lock, { subject }: Caller) {
  return { owned: owner === subject, scopes }
}
