import type { Clock, Logger } from '@opensovd/base'
import { type ResourceCollection, SovdError } from '@opensovd/sovd'
import { type Caller, type NamedCaller, spaceOf } from '../caller.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { CallContext } from '../ports/call-context.ts'
import { hasComponent } from '../tenants/tenant.ts'
import { BrokenLocks } from './broken-locks.ts'
import { addChange, type HeldLock, HeldLocks } from './held-locks.ts'
import { type EntityRef, isAt, keyOf, type Lock, type LockPlace, type LockTarget, refOf } from './lock.ts'
import { clientOf, holderOf, isForeign, isOwn, lockFor } from './lock-owner.ts'
import { inTheWay, notAllOwn, notLocked, notOwned } from './lock-refusals.ts'
import { isAbout, type LockScopes, scopesEqual, scopesFrom, scopesMeet } from './lock-scopes.ts'
import { type LockTerm, lockTermMs } from './lock-term.ts'
import { type Change, Undoing } from './undoing.ts'

export interface LocksOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  readonly tree: EntityTree
  /** How long a lock lasts that does not say. */
  readonly defaultSeconds?: number
  /** How long a lock may last without being renewed. */
  readonly maxSeconds?: number
  /** Locks that there can be at a time, of each tenant. */
  readonly maxLocks?: number
  /** Is told of each lock that somebody broke who was not its owner. */
  readonly onBroken?: (lock: Lock, breaker: NamedCaller) => void
}

export interface LockRequest {
  /** The resource collections it is about; none: all of them. */
  readonly scopes?: readonly string[]
  readonly term?: LockTerm
  /** Breaks the locks of others that are in the way. */
  readonly breakOthers?: boolean
}

interface Term {
  /** When it begins, as people read it. */
  readonly nowMs: number
  readonly termMs: number
}

const DEFAULTS = { defaultSeconds: 300, maxSeconds: 3600, maxLocks: 1000, onBroken: () => {} }

/**
 * All locks. A lock keeps everybody but its owner from changing what it is about: the resource collections in its
 * scopes, of its entity, of the components of its group, or of the whole vehicle. Nobody needs a lock. Locks of
 * several owners never overlap, unless groups change while they last; then each of them keeps the others out.
 *
 * A lock lives from `acquire` until `release`, `break` or the end of its term; then what was done under it is undone.
 */
export class Locks implements AsyncDisposable {
  readonly #options: Required<LocksOptions>
  readonly #held: HeldLocks
  readonly #broken: BrokenLocks
  readonly #undoing: Undoing

  constructor(options: LocksOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#held = new HeldLocks(options.tree)
    this.#broken = new BrokenLocks(options.clock, this.#options.maxLocks)
    this.#undoing = new Undoing(options)
  }

  /**
   * Locks a target. Who has that very lock already gets it again, with a new term.
   * @throws SovdError `not-found` for an unknown target; `invalid-request` for a scope or a term that cannot be;
   * `conflict` when another's lock overlaps, or to tell the caller that this lock was broken; `forbidden` when the
   * caller may not break, or its tenant not lock that; `too-many-requests`
   */
  acquire(target: LockTarget, caller: NamedCaller, request: LockRequest = {}): Lock {
    const { tree, clock } = this.#options
    if (target.kind !== 'vehicle') tree.get(target.kind, target.id)
    this.#requireAllOwn(target, caller)
    const scopes = scopesFrom(request.scopes ?? [])
    const nowMs = clock.now()
    const term = { nowMs, termMs: lockTermMs(request.term ?? {}, this.#options, nowMs) }
    const isSame = (lock: Lock) => isAt(lock, target) && scopesEqual(lock.scopes, scopes)
    this.#broken.tell(clientOf(caller), isSame)
    const own = this.#at(target).find(({ lock }) => isOwn(lock, caller) && isSame(lock))
    if (own) return this.#restart(own, term)
    this.#makeWay(target, caller, scopes, request.breakOthers ?? false)
    const space = spaceOf(caller)
    const owner = { owner: caller.subject, ...(space === undefined ? {} : { tenant: space }) }
    return this.#add({ target: refOf(target), ...owner, scopes }, term)
  }

  /** Locks of a target, without those of what contains it, as a caller may know them. */
  list(target: LockTarget, caller: Caller = {}): readonly Lock[] {
    return this.#at(target).map(({ lock }) => lockFor(lock, caller))
  }

  /** As a caller may know it. @throws SovdError `not-found` */
  get(place: LockPlace, caller: Caller = {}): Lock {
    return lockFor(this.#require(place).lock, caller)
  }

  /**
   * Restarts the term of the caller's lock.
   * @throws SovdError `not-found`; `conflict` when it is another's or was broken; `invalid-request` for the term
   */
  renew(place: LockPlace, caller: Caller, term: LockTerm): Lock {
    const held = this.#requireOwn(place, caller, 'renew')
    const nowMs = this.#options.clock.now()
    return this.#restart(held, { nowMs, termMs: lockTermMs(term, this.#options, nowMs) })
  }

  /** @throws SovdError `not-found`; `conflict` when it is another's or was broken */
  release(place: LockPlace, caller: Caller): void {
    this.#end(this.#requireOwn(place, caller, 'release'), 'released')
  }

  /**
   * Ends a lock, whoever has it. Its owner is told the next time that it counts on the lock.
   * @throws SovdError `not-found`; `forbidden` without the permission `locks:break`, or for another tenant's lock
   * without `tenants:any`
   */
  break(place: LockPlace, caller: NamedCaller): void {
    this.#break([this.#require(place)], caller)
  }

  /**
   * To be called before anything is changed.
   * @throws SovdError `conflict` when another's lock is about it, or to tell the caller that its own was broken
   */
  requireUnlocked(target: LockTarget, collection: ResourceCollection, caller: Caller): void {
    if (this.#held.size === 0 && this.#broken.isEmpty) return
    const keys = this.#held.near(target)
    const isNear = (lock: Lock) => target.kind === 'vehicle' || keys.includes(keyOf(lock.target))
    const client = clientOf(caller)
    this.#broken.tell(client, (lock) => isAbout(lock.scopes, collection) && isNear(lock))
    for (const key of keys) {
      for (const held of this.#held.at(key)) {
        const isInTheWay = holderOf(held.lock) !== client && isAbout(held.lock.scopes, collection)
        if (isInTheWay && this.#isLive(held)) throw this.#inTheWay(held, 'is', caller)
      }
    }
  }

  /** Whether a lock of the caller is about a collection of an entity. */
  isUnderLock(entity: EntityRef, collection: ResourceCollection, caller: Caller | undefined): boolean {
    return this.#held.covering(entity, collection, caller && clientOf(caller)) !== undefined
  }

  /** Whether anybody has a lock that is about something of an entity. */
  isLocked(entity: EntityRef): boolean {
    return this.#held.near(entity).some((key) => this.#held.at(key).some((held) => this.#isLive(held)))
  }

  /** How long a lock will last if it is not renewed; 0 for one that is over. */
  remainingSeconds({ id, target }: Lock): number {
    const held = this.#at(target).find(({ lock }) => lock.id === id)
    return held ? (held.deadlineMs - this.#options.clock.monotonic()) / 1000 : 0
  }

  /** Notes what the caller does under a lock: it is undone once no lock of the caller is about it, which may be now. */
  record(change: Change, caller: Caller | undefined): void {
    this.#settle([change], caller && clientOf(caller))
  }

  /**
   * To be called before something is changed that a lock's end may undo: what others did of it before is not undone
   * any more. Resolves when it is not being undone.
   * @param context ends the waiting
   */
  async supersede(entity: EntityRef, name: string, { caller, signal }: CallContext): Promise<void> {
    this.#held.forgetChange(entity, name, (lock) => !(caller && isOwn(lock, caller)))
    await this.#undoing.supersede(entity, name, signal)
  }

  /** Ends all locks, and waits a little for what is to be undone. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const held of this.#held.all()) this.#end(held, 'closed')
    await this.#undoing[Symbol.asyncDispose]()
  }

  #add(what: Pick<Lock, 'target' | 'owner' | 'tenant' | 'scopes'>, term: Term): Lock {
    const { createId, maxLocks } = this.#options
    const size = this.#held.countOf(what.tenant)
    if (size >= maxLocks) {
      throw new SovdError('too-many-requests', `there are ${size} locks already`, { retryAfterSeconds: 5 })
    }
    const lockedAt = new Date(term.nowMs).toISOString()
    const lock = { id: createId(), ...what, lockedAt, expires: lockedAt }
    const held: HeldLock = { lock, deadlineMs: 0, cancelExpiry: () => {}, changes: new Map() }
    this.#held.add(held)
    return this.#restart(held, term)
  }

  #restart(held: HeldLock, { nowMs, termMs }: Term): Lock {
    const { clock, log } = this.#options
    held.cancelExpiry()
    held.lock = { ...held.lock, expires: new Date(nowMs + termMs).toISOString() }
    held.deadlineMs = clock.monotonic() + termMs
    held.cancelExpiry = clock.after(termMs, () => this.#end(held, 'expired'))
    log.debug('locked', fieldsOf(held.lock))
    return held.lock
  }

  /** Sees to it that no lock of another owner overlaps. */
  #makeWay(target: LockTarget, caller: NamedCaller, scopes: LockScopes, breakOthers: boolean): void {
    const others = this.#held
      .near(target)
      .flatMap((key) => this.#held.at(key))
      .filter(({ lock }) => !isOwn(lock, caller) && scopesMeet(lock.scopes, scopes))
      .filter((held) => this.#isLive(held))
    const [first, ...rest] = others
    if (!first) return
    if (breakOthers) this.#break(others, caller)
    else {
      const last = rest.reduce((a, b) => (b.deadlineMs > a.deadlineMs ? b : a), first)
      throw this.#inTheWay(last, 'already', caller)
    }
  }

  #break(all: readonly HeldLock[], caller: NamedCaller): void {
    const others = all.filter(({ lock }) => !isOwn(lock, caller))
    if (others.length > 0 && caller.permits && !caller.permits('locks:break')) {
      throw new SovdError('forbidden', `'${caller.subject}' lacks the permission locks:break`)
    }
    // Who is not authenticated has no permission of that kind.
    if (others.some(({ lock }) => isForeign(lock, caller)) && caller.permits?.('tenants:any') !== true) {
      throw new SovdError('forbidden', 'a lock of another tenant can only be broken with the permission tenants:any')
    }
    for (const held of all) {
      this.#options.log.warn('a lock was broken', { ...fieldsOf(held.lock), by: caller.subject })
      if (!isOwn(held.lock, caller)) {
        this.#broken.add(held.lock, held.deadlineMs)
        this.#options.onBroken(held.lock, caller)
      }
      this.#end(held, 'broken')
    }
  }

  #end(held: HeldLock, how: 'released' | 'expired' | 'broken' | 'closed'): void {
    held.cancelExpiry()
    this.#held.remove(held)
    this.#options.log.debug('unlocked', { ...fieldsOf(held.lock), how })
    this.#settle([...held.changes.values()], holderOf(held.lock))
  }

  /** Leaves changes to a lock of the same client that is about them as well, and undoes the others. */
  #settle(changes: readonly Change[], client: string | undefined): void {
    const orphans: Change[] = []
    for (const change of changes) {
      const heir = this.#held.covering(change.entity, change.collection, client)
      if (heir) addChange(heir, change)
      else orphans.push(change)
    }
    this.#undoing.undo(orphans)
  }

  #require(place: LockPlace): HeldLock {
    const held = this.#at(place.target).find(({ lock }) => isMeant(lock, place))
    if (held) return held
    throw notLocked(place)
  }

  #requireOwn(place: LockPlace, caller: Caller, what: 'renew' | 'release'): HeldLock {
    this.#broken.tell(clientOf(caller), (lock) => isMeant(lock, place))
    const held = this.#require(place)
    if (isOwn(held.lock, caller)) return held
    throw notOwned(held.lock, caller, what)
  }

  #at(target: LockTarget): readonly HeldLock[] {
    return this.#held.at(keyOf(target)).filter((held) => this.#isLive(held))
  }

  /** Ends a lock whose time is over although its timer is late. */
  #isLive(held: HeldLock): boolean {
    if (this.#options.clock.monotonic() < held.deadlineMs) return true
    this.#end(held, 'expired')
    return false
  }

  #inTheWay({ lock, deadlineMs }: HeldLock, how: 'is' | 'already', caller: Caller): SovdError {
    return inTheWay(lock, how, deadlineMs - this.#options.clock.monotonic(), caller)
  }

  /** A lock of a whole would keep others from components that are not there for its owner. */
  #requireAllOwn(target: LockTarget, { tenant }: Caller): void {
    if (tenant?.isolation !== 'strict') return
    const isOwn = (id: string) => hasComponent(tenant, id)
    const { members = [] } = target.kind === 'vehicle' ? {} : this.#options.tree.get(target.kind, target.id)
    if (target.kind === 'vehicle' || !members.every(isOwn)) throw notAllOwn(target, tenant)
  }
}

function isMeant(lock: Lock, { target, id }: LockPlace): boolean {
  return isAt(lock, target) && (id === undefined ? lock.scopes.length === 0 : lock.id === id)
}

function fieldsOf({ id, target, owner, tenant, scopes, expires }: Lock) {
  const of = tenant === undefined ? {} : { tenant }
  return { lock: id, on: keyOf(target), owner, ...of, ...(scopes.length > 0 ? { scopes } : {}), expires }
}
