import { SovdError } from '@opensovd/sovd'
import type { Caller, NamedCaller } from '../caller.ts'
import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { CallContext } from '../ports/call-context.ts'
import { effectOf } from './change-under-lock.ts'
import { type EntityRef, type Lock, type LockPlace, type LockTarget, nameOf } from './lock.ts'
import type { LockTerm } from './lock-term.ts'
import type { LockRequest, Locks } from './locks.ts'

/** A source is locked for so much longer than we are, for what is undone when our lock ends. */
const MARGIN_SECONDS = 30

interface Domain {
  readonly tree: EntityTree
  readonly locks: Locks
}

/**
 * Locks a target, here and at the sources of what it covers. What was locked there is released when no lock is about
 * it any more.
 * @throws SovdError what `Locks.acquire` does; `conflict` when a source refuses, and then nothing is locked
 */
export async function acquireLock(
  { tree, locks }: Domain,
  target: LockTarget,
  request: LockRequest & { readonly caller: NamedCaller },
  context: CallContext,
): Promise<Lock> {
  const { caller } = request
  const lock = locks.acquire(target, caller, request)
  try {
    await lockSources({ tree, locks }, lock, caller, context)
  } catch (error) {
    forget(locks, lock, caller)
    throw error instanceof SovdError ? refusedBySource(lock, error) : error
  }
  return lock
}

/**
 * Restarts the term of a lock, here and at the sources.
 * @throws SovdError what `Locks.renew` does; `conflict` when a source has given the lock to another, and then it is
 * over; what else a source fails with, and then the lock goes on here
 */
export async function renewLock(
  { tree, locks }: Domain,
  place: LockPlace,
  { caller, term }: { readonly caller: Caller; readonly term: LockTerm },
  context: CallContext,
): Promise<Lock> {
  const lock = locks.renew(place, caller, term)
  try {
    await lockSources({ tree, locks }, lock, caller, context)
  } catch (error) {
    if (!(error instanceof SovdError) || !REFUSALS.has(error.code)) throw error
    forget(locks, lock, caller)
    throw refusedBySource(lock, error)
  }
  return lock
}

const REFUSALS: ReadonlySet<SovdError['code']> = new Set(['conflict', 'locked', 'forbidden'])

/** Waits for all of them, so that nothing is still on its way when the lock is given up. */
async function lockSources(domain: Domain, lock: Lock, caller: Caller, context: CallContext): Promise<void> {
  const entities = coveredBy(domain.tree, lock.target)
  const outcomes = await Promise.allSettled(entities.map((entity) => lockSource(domain, lock, entity, caller, context)))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

async function lockSource(
  { tree, locks }: Domain,
  lock: Lock,
  entity: Entity,
  caller: Caller,
  context: CallContext,
): Promise<void> {
  const { kind, id, facets } = entity
  const ref: EntityRef = { kind, id }
  const seconds = Math.ceil(locks.remainingSeconds(lock)) + MARGIN_SECONDS
  const done = Promise.resolve(facets.locks?.acquire(seconds, context))
  const undo = async (undoing: CallContext) => {
    if (!locks.isLocked(ref)) await tree.find(kind, id)?.facets.locks?.release(undoing)
  }
  const collection = lock.scopes[0] ?? 'data'
  locks.record({ entity: ref, collection, name: 'lock', effect: effectOf(done), undo }, caller)
  await done
}

/** What a lock is about of that whose source has locks of its own. */
function coveredBy(tree: EntityTree, target: LockTarget): readonly Entity[] {
  return entitiesOf(tree, target).filter(({ facets }) => facets.locks !== undefined)
}

function entitiesOf(tree: EntityTree, target: LockTarget): readonly Entity[] {
  if (target.kind === 'vehicle') return tree.list('component')
  const found = tree.find(target.kind, target.id)
  if (!found) return []
  if (found.kind !== 'group') return [found]
  return (found.members ?? []).flatMap((id) => tree.find('component', id) ?? [])
}

/** Releases a lock unless it is over already. */
function forget(locks: Locks, { id, target }: Lock, caller: Caller): void {
  if (locks.list(target).some((lock) => lock.id === id)) locks.release({ target, id }, caller)
}

function refusedBySource({ target }: Lock, cause: SovdError): SovdError {
  const { details, retryAfterSeconds } = cause
  return new SovdError('conflict', `${nameOf(target)} could not be locked at its source: ${cause.message}`, {
    cause,
    ...(details === undefined ? {} : { details }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(REFUSALS.has(cause.code) && { byLock: true }),
  })
}
