import { type ResourceCollection, SovdError, type SovdErrorCode } from '@opensovd/sovd'
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
  const putBack = async (undoing: CallContext) => {
    await undo(tree.get(entity.kind, entity.id), undoing)
  }
  const record = () => {
    if (isUnderLock) locks.record({ entity, collection, name, done, undo: putBack }, context.caller)
  }
  try {
    const result = await done
    record()
    return result
  } catch (error) {
    // What was refused has changed nothing; whatever else failed may have.
    if (!isRefusal(error)) record()
    throw error
  }
}

const REFUSALS: readonly SovdErrorCode[] = ['invalid-request', 'not-found', 'not-implemented', 'forbidden', 'conflict']

function isRefusal(error: unknown): boolean {
  return error instanceof SovdError && (REFUSALS.includes(error.code) || error.parameters?.nrc !== undefined)
}

/** Leaves whatever session an ECU is in, and with it what was unlocked. */
export async function leaveSession(entity: Entity, context: CallContext): Promise<void> {
  await facetOf(entity, 'modes').set('session', 'default', context)
}
