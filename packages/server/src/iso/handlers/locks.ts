import { acquireLock, type Diagnostics, type LockPlace, type LockTerm, renewLock } from '@opensovd/core'
import { type IsoApi, SovdError } from '@opensovd/sovd'
import { requireNamed } from '../../caller.ts'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, entityAt, lockTargetOf } from '../entities.ts'
import { lockDetailView, lockReferenceView } from '../views/locks.ts'

type LockRoutes = Pick<IsoApi, 'listLocks' | 'acquireLock' | 'readLock' | 'renewLock' | 'releaseLock'>

type LockPath = EntityPath & { readonly lockId: string }

export function lockHandlers({ tree, locks }: Diagnostics, base: string) {
  return handlersOf<LockRoutes>({
    listLocks: ({ params }, { caller }) => ({
      items: locks.list(entityAt(tree, params), caller).map((lock) => lockReferenceView(lock, caller)),
    }),

    acquireLock: async ({ params, body }, context) => {
      const { entityCollection, entityId } = params
      const { scopes = [], break_lock: breakOthers = false } = body
      const request = { caller: requireNamed(context.caller), scopes, breakOthers, term: termOf(body) }
      const entity = entityAt(tree, params)
      const { id } = await withConflict(() => acquireLock({ tree, locks }, entity, request, context))
      return { body: { id }, location: `${base}/${entityCollection}/${entityId}/locks/${id}` }
    },

    readLock: ({ params }, { caller }) => lockDetailView(locks.get(placeOf(params), caller), caller),

    renewLock: async ({ params, body }, context) => {
      const renewal = { caller: context.caller, term: termOf(body) }
      await renewLock({ tree, locks }, placeOf(params), renewal, context)
    },

    releaseLock: ({ params }, { caller }) => locks.release(placeOf(params), caller),
  })
}

/** A lock can be renewed and released also while its entity is not there. */
function placeOf(path: LockPath): LockPlace {
  return { target: lockTargetOf(path), id: path.lockId }
}

function termOf({ lock_expiration }: { readonly lock_expiration: number }): LockTerm {
  return { durationSeconds: lock_expiration }
}

/** Who may not break a lock is told of it as of any lock in the way: 409 [17978-3 7.17]. */
async function withConflict<T>(acquire: () => Promise<T>): Promise<T> {
  try {
    return await acquire()
  } catch (error) {
    if (!(error instanceof SovdError) || error.code !== 'forbidden') throw error
    throw new SovdError('conflict', error.message, { cause: error, byLock: true })
  }
}
