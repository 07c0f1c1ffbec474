import { type Caller, isOwn, type Lock } from '@opensovd/core'

export function lockReferenceView(lock: Lock, caller: Caller) {
  return { id: lock.id, ...stateOf(lock, caller) }
}

export function lockDetailView(lock: Lock, caller: Caller) {
  return { lock_expiration: lock.expires, ...stateOf(lock, caller) }
}

function stateOf(lock: Lock, caller: Caller) {
  return { owned: isOwn(lock, caller), scopes: lock.scopes }
}
