import type { ResourceCollection } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { facetOf } from '../entities/facet-of.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { CallContext } from '../ports/call-context.ts'
import type { Locks } from './locks.ts'

/** Something that is changed at an ECU, and what puts it back. */
export interface UdsChange<T> {
  readonly entity: Entity
  readonly collection: ResourceCollection
  /** Of several changes of the same, the first one's undoing counts. */
  readonly name: string
  readonly change: () => Promise<T>
  /** @param entity as it is then */
  readonly undo: (entity: Entity, context: CallContext) => Promise<unknown>
}

/**
 * Changes something at an ECU. If the caller does it under a lock, it is undone when the lock ends.
 * @throws SovdError what the ECU refuses with
 */
export async function changeUnderLock<T>(
  { tree, locks }: { readonly tree: EntityTree; readonly locks: Locks },
  { entity, collection, name, change, undo }: UdsChange<T>,
  context: CallContext,
): Promise<T> {
  const isUnderLock = locks.isUnderLock(entity, collection, context.caller)
  await locks.supersede(entity, name, context)
  const done = change()
  if (isUnderLock) {
    const putBack = async (undoing: CallContext) => {
      await undo(tree.get(entity.kind, entity.id), undoing)
    }
    locks.record({ entity, collection, name, done, undo: putBack }, context.caller)
  }
  return await done
}

/** Leaves whatever session an ECU is in, and with it what was unlocked. */
export async function leaveSession(entity: Entity, context: CallContext): Promise<void> {
  await facetOf(entity, 'modes').set('session', 'default', context)
}
