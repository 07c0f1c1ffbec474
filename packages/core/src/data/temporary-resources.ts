import type { Clock } from '@opensovd/base'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import { type EntityRef, keyOf } from '../locks/lock.ts'

export interface TemporaryOptions {
  readonly clock: Clock
  /** What they are called, for people. */
  readonly what: string
  readonly max: number
  /** How long one that is over can still be read. */
  readonly retainMs: number
  /** What a client is refused with when there are as many as may be; `unavailable` unless told. */
  readonly whenFull?: SovdErrorCode
}

/** Something of an entity that a client made and that is not to stay for ever. */
export interface Temporary {
  readonly id: string
  readonly entity: EntityRef
  /** Called once when it is over, before it is forgotten. */
  onOver(): void
}

interface Entry<T> {
  readonly resource: T
  /** Milliseconds since 1970. */
  expiresAtMs: number | undefined
  isOver: boolean
  cancelTimer: () => void
}

/** When it is worth trying again. */
const RETRY_SECONDS = 10

/** What clients made: each lives until its time is up or somebody ends it, and can then be read for a while. */
export class TemporaryResources<T extends Temporary> implements Disposable {
  readonly #options: TemporaryOptions
  readonly #entries = new Map<string, Entry<T>>()

  constructor(options: TemporaryOptions) {
    this.#options = options
  }

  /** Number of those that are not over. */
  get size(): number {
    return [...this.#entries.values()].filter(({ isOver }) => !isOver).length
  }

  /** @throws SovdError `whenFull` when there are as many as may be; those that are over make room */
  requireRoom(): void {
    const { max, what, whenFull = 'unavailable' } = this.#options
    if (this.#entries.size < max) return
    for (const [id, { isOver }] of this.#entries) {
      if (!isOver) continue
      this.remove(id)
      return
    }
    throw new SovdError(whenFull, `there are ${max} ${what}s already`, { retryAfterSeconds: RETRY_SECONDS })
  }

  /** An id that none has, also none that was there before a restart. */
  unusedId(createId: () => string): string {
    for (;;) {
      const id = createId()
      if (!this.#entries.has(id)) return id
    }
  }

  /** @param expiresAtMs milliseconds since 1970; absent: it lasts until somebody ends it */
  add(resource: T, expiresAtMs?: number): void {
    const entry: Entry<T> = { resource, expiresAtMs, isOver: false, cancelTimer: () => {} }
    this.#entries.set(resource.id, entry)
    if (expiresAtMs !== undefined) this.#restart(entry, expiresAtMs)
  }

  /** @throws SovdError `not-found` */
  get(entity: EntityRef, id: string): T {
    return this.#get(entity, id).resource
  }

  /** Of whatever entity it is. */
  find(id: string): T | undefined {
    return this.#entries.get(id)?.resource
  }

  list(entity: EntityRef): readonly T[] {
    const key = keyOf(entity)
    return [...this.#entries.values()].map(({ resource }) => resource).filter((each) => keyOf(each.entity) === key)
  }

  /** All of all entities that are not over. */
  living(): readonly T[] {
    return [...this.#entries.values()].filter(({ isOver }) => !isOver).map(({ resource }) => resource)
  }

  /** Milliseconds since 1970, also of one that is over. */
  expiryOf(id: string): number | undefined {
    return this.#entries.get(id)?.expiresAtMs
  }

  /** Gives it another end. @throws SovdError `not-found`; `conflict` when it is over */
  restart(entity: EntityRef, id: string, expiresAtMs: number): void {
    const entry = this.#get(entity, id)
    if (entry.isOver) throw new SovdError('conflict', `${this.#options.what} '${id}' is over`, { target: id })
    this.#restart(entry, expiresAtMs)
  }

  /** It is over, and can be read for a while. */
  finish(id: string): void {
    const entry = this.#entries.get(id)
    if (!entry || entry.isOver) return
    entry.isOver = true
    entry.cancelTimer()
    entry.cancelTimer = this.#options.clock.after(this.#options.retainMs, () => this.#entries.delete(id))
    entry.resource.onOver()
  }

  /** Ends it, and forgets it at once. */
  remove(id: string): void {
    this.finish(id)
    this.#entries.get(id)?.cancelTimer()
    this.#entries.delete(id)
  }

  /** Ends it, and forgets it at once. @throws SovdError `not-found` */
  delete(entity: EntityRef, id: string): void {
    this.remove(this.get(entity, id).id)
  }

  /** Ends all of an entity, and forgets them at once. */
  clear(entity: EntityRef): void {
    for (const { id } of this.list(entity)) this.remove(id)
  }

  [Symbol.dispose](): void {
    for (const id of [...this.#entries.keys()]) this.remove(id)
  }

  #get(entity: EntityRef, id: string): Entry<T> {
    const entry = this.#entries.get(id)
    if (entry && keyOf(entry.resource.entity) === keyOf(entity)) return entry
    const { what } = this.#options
    throw new SovdError('not-found', `there is no ${what} '${id}' of ${entity.kind} '${entity.id}'`, { target: id })
  }

  #restart(entry: Entry<T>, expiresAtMs: number): void {
    const { clock } = this.#options
    entry.cancelTimer()
    entry.expiresAtMs = expiresAtMs
    entry.cancelTimer = clock.after(expiresAtMs - clock.now(), () => this.finish(entry.resource.id))
  }
}
