import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type { ResourceCollection } from '@opensovd/sovd'
import { keyOf, type LockTarget } from '../locks/lock.ts'
import type { Source } from './source.ts'
import { type WatchedSource as Watched, WatchedSource, type Watcher } from './watched-source.ts'

/** The sources that are watched, each once, whoever watches them and through which contract. */
export class Sources implements Disposable {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #watched = new Map<string, Watched<unknown>>()
  readonly #byEntity = new Map<string, Set<Watched<unknown>>>()

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  /** Number of sources that are watched. */
  get size(): number {
    return this.#watched.size
  }

  /**
   * Tells a watcher what a source is at, beginning with what is known of it. Bounded by who watches.
   * @returns a function that ends it
   */
  watch<T>(source: Source<T>, watcher: Watcher<T>): () => void {
    const known = this.#watched.get(source.key)
    // One key is one source, and so one type of values.
    const watched = known ? (known as Watched<T>) : this.#create(source)
    const { latest } = watched
    const end = watched.add(watcher)
    if (watcher.wantsFresh) watched.refresh()
    else if (latest) watcher.onReading(latest, true)
    return end
  }

  /** Looks again at what belongs to a target, because it was changed through us. */
  refresh(target: LockTarget, collection: ResourceCollection): void {
    const near = target.kind === 'vehicle' ? this.#watched.values() : (this.#byEntity.get(keyOf(target)) ?? [])
    for (const watched of near) {
      const { collection: own } = watched.about
      if (own === undefined || own === collection) watched.refresh()
    }
  }

  [Symbol.dispose](): void {
    for (const watched of this.#watched.values()) watched[Symbol.dispose]()
    this.#watched.clear()
    this.#byEntity.clear()
  }

  #create<T>(source: Source<T>): Watched<T> {
    const { key } = source
    const watched = new WatchedSource(source, {
      clock: this.#clock,
      onFailure: (error) => this.#log.error('watching failed', { source: key, error: messageOf(error) }),
      onIdle: () => this.#forget(watched as Watched<unknown>, key),
    })
    this.#watched.set(key, watched as Watched<unknown>)
    const entityKey = keyOf(source.about.entity)
    const ofEntity = this.#byEntity.get(entityKey) ?? new Set()
    this.#byEntity.set(entityKey, ofEntity.add(watched as Watched<unknown>))
    return watched
  }

  #forget(watched: Watched<unknown>, key: string): void {
    this.#watched.delete(key)
    const entityKey = keyOf(watched.about.entity)
    const ofEntity = this.#byEntity.get(entityKey)
    ofEntity?.delete(watched)
    if (ofEntity?.size === 0) this.#byEntity.delete(entityKey)
  }
}
