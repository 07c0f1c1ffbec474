import type { ResourceCollection } from '@opensovd/sovd'
import type { EntityTree } from '../entities/tree.ts'
import { Hierarchy } from './hierarchy.ts'
import { type EntityRef, keyOf, type Lock, type LockTarget } from './lock.ts'
import { holderOf } from './lock-owner.ts'
import { isAbout } from './lock-scopes.ts'
import type { Change } from './undoing.ts'

/** A lock with what it takes to end it. */
export interface HeldLock {
  lock: Lock
  /** On the monotonic clock. */
  deadlineMs: number
  cancelExpiry: () => void
  /** What was done under it, by entity and name, in the order in which it was done. */
  readonly changes: Map<string, Change>
}

const NONE: readonly HeldLock[] = []

/** The locks there are, by their targets. Its lists are replaced, never changed. */
export class HeldLocks {
  readonly #hierarchy: Hierarchy
  readonly #byTarget = new Map<string, readonly HeldLock[]>()
  #size = 0

  constructor(tree: EntityTree) {
    this.#hierarchy = new Hierarchy(tree)
  }

  get size(): number {
    return this.#size
  }

  /** Number of those of a tenant, or of those of none. */
  countOf(tenant: string | undefined): number {
    return this.all().filter(({ lock }) => lock.tenant === tenant).length
  }

  all(): readonly HeldLock[] {
    return [...this.#byTarget.values()].flat()
  }

  at(key: string): readonly HeldLock[] {
    return this.#byTarget.get(key) ?? NONE
  }

  /** Keys of all targets that may be locked and have something in common with this one, each once. */
  near(target: LockTarget): readonly string[] {
    return target.kind === 'vehicle' ? [...this.#byTarget.keys()] : this.#hierarchy.near(target)
  }

  /** The lock of a client, by `clientOf`, that is about a collection of an entity; the closest one if there are several. */
  covering(entity: EntityRef, collection: ResourceCollection, client: string | undefined): HeldLock | undefined {
    if (client === undefined || this.#size === 0) return undefined
    for (const key of this.near(entity)) {
      const held = this.at(key).find(({ lock }) => holderOf(lock) === client && isAbout(lock.scopes, collection))
      if (held) return held
    }
    return undefined
  }

  /** Forgets a change that others made. */
  forgetChange(entity: EntityRef, name: string, isOther: (lock: Lock) => boolean): void {
    const key = changeKey(entity, name)
    for (const held of this.all()) if (isOther(held.lock)) held.changes.delete(key)
  }

  add(held: HeldLock): void {
    const key = keyOf(held.lock.target)
    this.#byTarget.set(key, [...this.at(key), held])
    this.#size++
  }

  remove(held: HeldLock): void {
    const key = keyOf(held.lock.target)
    const rest = this.at(key).filter((each) => each !== held)
    if (rest.length > 0) this.#byTarget.set(key, rest)
    else this.#byTarget.delete(key)
    this.#size--
  }
}

function changeKey(entity: EntityRef, name: string): string {
  return `${keyOf(entity)} ${name}`
}

/**
 * Notes a change. Of several of the same thing, the first knows what was there before, and all must be over. What turns
 * out to have had no effect is forgotten, so that there are no more than there are things to change.
 */
export function addChange({ changes }: Pick<HeldLock, 'changes'>, change: Change): void {
  const key = changeKey(change.entity, change.name)
  const earlier = changes.get(key)
  const noted = earlier ? { ...earlier, effect: anyOf(earlier.effect, change.effect) } : change
  changes.set(key, noted)
  void noted.effect.then((hadEffect) => {
    if (!hadEffect && changes.get(key) === noted) changes.delete(key)
  })
}

async function anyOf(...effects: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(effects)).includes(true)
}
