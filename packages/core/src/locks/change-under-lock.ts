import { type ResourceCollection, SovdError, type SovdErrorCode } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { CallContext } from '../ports/call-context.ts'
import type { Locks } from './locks.ts'
import type { Change } from './undoing.ts'

/** Something that is changed at an entity, and what puts it back. */
export interface ReversibleChange<T> {
  readonly entity: Entity
  readonly collection: ResourceCollection
  /** Of several changes of the same, the first one's undoing counts. */
  readonly name: string
  readonly change: () => Promise<T>
  /** Absent where nobody knows how. @param entity as it is then */
  readonly undo?: (entity: Entity, context: CallContext) => Promise<unknown>
  /** What `undo` changes, where that is something else. */
  readonly undoName?: string
}

/**
 * Changes something. If the caller does it under a lock, it is undone when the lock ends, unless it was refused.
 * @throws SovdError what the source refuses with
 */
export async function changeUnderLock<T>(
  { tree, locks }: { readonly tree: EntityTree; readonly locks: Locks },
  change: ReversibleChange<T>,
  context: CallContext,
): Promise<T> {
  const { entity, collection, name } = change
  const isUnderLock = locks.isUnderLock(entity, collection, context.caller)
  await locks.supersede(entity, name, context)
  const done = change.change()
  const undoable = isUnderLock && undoableOf(tree, change, effectOf(done))
  if (undoable) locks.record(undoable, context.caller)
  return done
}

/** A change as it is undone; nothing where nobody knows how. */
export function undoableOf<T>(
  tree: EntityTree,
  { entity, collection, name, undo, undoName = name }: ReversibleChange<T>,
  effect: Promise<boolean>,
): Change | undefined {
  return (
    undo && {
      entity,
      collection,
      name: undoName,
      effect,
      undo: async (context) => {
        await undo(tree.get(entity.kind, entity.id), context)
      },
    }
  )
}

const REFUSALS: readonly SovdErrorCode[] = ['invalid-request', 'not-found', 'not-implemented', 'forbidden', 'conflict']

/** Whether something has had an effect: what was refused has not; whatever else failed may have. */
export async function effectOf(done: Promise<unknown>): Promise<boolean> {
  try {
    await done
    return true
  } catch (error) {
    return !isRefusal(error)
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof SovdError && (REFUSALS.includes(error.code) || error.parameters?.nrc !== undefined)
}
