import type { ResourceCollection } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'
import type { Temporary, TemporaryResources } from '../data/temporary-resources.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { Locks } from '../locks/locks.ts'

export interface LockBinding {
  readonly entity: EntityRef
  /** What it is one of, and what it is about: a lock of either counts. */
  readonly collections: readonly (ResourceCollection | undefined)[]
  readonly caller: Caller
  /** Those that are made: the ones with the tag of the lock end with it. */
  readonly resources: TemporaryResources<Tagged>
}

interface Tagged extends Temporary {
  readonly tag: string | undefined
}

/**
 * Binds what a client makes under its lock to that lock.
 * @returns the tag of what ends together with the lock; nothing where there is none
 */
export function bindToLock(locks: Locks, { entity, collections, caller, resources }: LockBinding): string | undefined {
  const [own] = collections
  const collection = collections.find((each) => each !== undefined && locks.isUnderLock(entity, each, caller))
  if (own === undefined || collection === undefined) return undefined
  // One change for all of them, so that a lock remembers no more of them than it has collections.
  const tag = `${own} under ${collection} of ${caller.subject}`
  const undo = async () => {
    for (const each of resources.living()) if (each.tag === tag) resources.remove(each.id)
  }
  locks.record({ entity, collection, name: `${own} of ${collection}`, effect: Promise.resolve(true), undo }, caller)
  return tag
}
