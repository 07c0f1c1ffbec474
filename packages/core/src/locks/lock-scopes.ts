import { RESOURCE_COLLECTIONS, type ResourceCollection, SovdError } from '@opensovd/sovd'

/** The resource collections that a lock is about; none: all of them [17978-3 7.17]. */
export type LockScopes = readonly ResourceCollection[]

/** @throws SovdError `invalid-request` for what is no resource collection */
export function scopesFrom(names: readonly string[]): LockScopes {
  return [...new Set(names.map(requireCollection))]
}

export function isAbout(scopes: LockScopes, collection: ResourceCollection): boolean {
  return scopes.length === 0 || scopes.includes(collection)
}

/** Whether they have a collection in common. */
export function scopesMeet(a: LockScopes, b: LockScopes): boolean {
  return a.length === 0 || b.length === 0 || a.some((collection) => b.includes(collection))
}

/** Whether they are the same, in whatever order. */
export function scopesEqual(a: LockScopes, b: LockScopes): boolean {
  return a.length === b.length && a.every((collection) => b.includes(collection))
}

function requireCollection(name: string): ResourceCollection {
  const found = RESOURCE_COLLECTIONS.find((collection) => collection === name)
  if (found) return found
  const known = RESOURCE_COLLECTIONS.join(', ')
  throw new SovdError('invalid-request', `'${name}' is no resource collection: ${known} are`, { target: 'scopes' })
}
