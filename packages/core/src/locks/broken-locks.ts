import type { Clock } from '@opensovd/base'
import type { Lock } from './lock.ts'
import { holderOf } from './lock-owner.ts'
import { lockBroken } from './lock-refusals.ts'

interface Broken {
  readonly lock: Lock
  /** When the lock would have ended anyway, so that its owner no longer counts on it. */
  readonly deadlineMs: number
}

/**
 * Locks that others broke, until their owners were told: the next use of such a lock fails with the detail
 * `lock-broken` [17978-3 7.17], and only that one. Beyond `limit` the oldest are forgotten.
 */
export class BrokenLocks {
  readonly #clock: Clock
  readonly #limit: number
  readonly #byOwner = new Map<string, Set<Broken>>()
  #size = 0

  constructor(clock: Clock, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  add(lock: Lock, deadlineMs: number): void {
    if (this.#size >= this.#limit) this.#forgetOldest()
    const holder = holderOf(lock)
    const broken = this.#byOwner.get(holder) ?? new Set()
    this.#byOwner.set(holder, broken.add({ lock, deadlineMs }))
    this.#size++
  }

  /**
   * @param client as `clientOf` has it
   * @throws SovdError `conflict` when a lock of the client was broken that `isMeant`
   */
  tell(client: string | undefined, isMeant: (lock: Lock) => boolean): void {
    const ofOwner = client === undefined ? undefined : this.#byOwner.get(client)
    if (!ofOwner) return
    const nowMs = this.#clock.monotonic()
    for (const broken of ofOwner) {
      const isOver = broken.deadlineMs <= nowMs
      if (isOver || isMeant(broken.lock)) this.#forget(ofOwner, broken)
      if (!isOver && isMeant(broken.lock)) throw lockBroken(broken.lock)
    }
  }

  #forget(ofOwner: Set<Broken>, broken: Broken): void {
    ofOwner.delete(broken)
    this.#size--
    if (ofOwner.size === 0) this.#byOwner.delete(holderOf(broken.lock))
  }

  #forgetOldest(): void {
    const [ofOwner] = this.#byOwner.values()
    const [broken] = ofOwner ?? []
    if (ofOwner && broken) this.#forget(ofOwner, broken)
  }
}
