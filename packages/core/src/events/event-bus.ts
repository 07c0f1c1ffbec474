import type { Clock, Listeners, Logger } from '@opensovd/base'
import type { ResourceCollection } from '@opensovd/sovd'
import type { EntityTree } from '../entities/tree.ts'
import type { DataValue } from '../facets/data.ts'
import type { FaultList } from '../facets/faults.ts'
import type { FaultManager } from '../faults/fault-manager.ts'
import { type EntityRef, keyOf, type LockTarget } from '../locks/lock.ts'
import type { Locks } from '../locks/locks.ts'
import type { LogSink } from '../logs/log-sink.ts'
import { CyclicSubscriptions } from '../observations/cyclic-subscriptions.ts'
import type { TriggerStore } from '../observations/trigger.ts'
import { Triggers } from '../observations/triggers.ts'
import { EntityData } from './entity-data.ts'
import { type EventLimits, eventLimits } from './event-limits.ts'
import { faultSource } from './fault-source.ts'
import { LiveStreams } from './live-streams.ts'
import { ReaderLimit } from './reader-limit.ts'
import type { Source } from './source.ts'
import { Sources } from './sources.ts'
import type { Watcher } from './watched-source.ts'

export interface EventBusOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly tree: EntityTree
  readonly faults: FaultManager
  readonly locks: Locks
  readonly createId: () => string
  /** Where triggers write into the logs of their entities. */
  readonly logs: LogSink
  /** Absent: no trigger outlives the program. */
  readonly triggerStore?: TriggerStore
  readonly limits?: Partial<EventLimits>
  /** Where several tell each other what was changed through any of them. */
  readonly changes?: Listeners<ResourceChange>
}

/** Something that was changed through us. */
export interface ResourceChange {
  readonly target: LockTarget
  readonly collection: ResourceCollection
}

/** Entities whose data were watched; the adapters of more are made anew. */
const MAX_ENTITIES = 1000

/**
 * Everything that is told as it happens, by both contracts. A source is watched once for all who want to know of it,
 * from the first to the last of them.
 */
export class EventBus implements Disposable {
  readonly limits: EventLimits
  readonly streams: LiveStreams
  readonly subscriptions: CyclicSubscriptions
  readonly triggers: Triggers
  readonly readers: ReaderLimit
  readonly #clock: Clock
  readonly #tree: EntityTree
  readonly #sources: Sources
  readonly #data = new Map<string, EntityData>()
  readonly #epoch: string
  readonly #changes: Listeners<ResourceChange> | undefined
  readonly #endListening: readonly (() => void)[]
  #tags = 0

  constructor(options: EventBusOptions) {
    const { clock, log, tree, faults, locks, createId, limits, logs, triggerStore, changes } = options
    this.limits = eventLimits(limits)
    this.#clock = clock
    this.#tree = tree
    this.#sources = new Sources(clock, log)
    this.#epoch = `${clock.now().toString(36)}${Math.floor(clock.random() * 36 ** 3).toString(36)}`
    this.readers = new ReaderLimit(this.limits.maxReaders)
    this.streams = new LiveStreams({
      clock,
      log,
      createTag: () => this.createTag(),
      limit: this.readers,
      maxRetained: 1000,
      ...this.limits,
    })
    const observation = {
      clock,
      createId,
      createTag: () => this.createTag(),
      sources: this.#sources,
      locks,
      limits: this.limits,
      readers: this.readers,
    }
    this.subscriptions = new CyclicSubscriptions(observation)
    this.triggers = new Triggers({ ...observation, log, logs, ...(triggerStore && { store: triggerStore }) })
    this.#changes = changes
    this.#endListening = [
      faults.onChange(({ fault: { componentId } }) => this.#refresh({ kind: 'component', id: componentId }, 'faults')),
      ...(changes ? [changes.add(({ target, collection }) => this.#refresh(target, collection))] : []),
    ]
  }

  /** Number of sources that are watched. */
  get watched(): number {
    return this.#sources.size
  }

  /** What the ids of a new stream begin with: no other stream has it, not even of another run of the program. */
  createTag(): string {
    this.#tags++
    return `${this.#epoch}.${this.#tags.toString(36)}`
  }

  /** A data item as something to watch. A new value is news, other attributes of the same value are none. */
  data({ kind, id }: EntityRef, dataId: string): Source<DataValue> {
    const entity = { kind, id }
    const data = this.#dataOf(entity)
    return {
      key: `data ${keyOf(entity)} ${dataId}`,
      about: { entity, collection: 'data' },
      textOf: ({ value }) => JSON.stringify(value),
      read: (context) => data.read(dataId, context),
      watch: (listener, context) => data.watch(dataId, listener, context),
    }
  }

  faults(entity: EntityRef): Source<FaultList> {
    return faultSource(this.#tree, entity)
  }

  /**
   * Tells a watcher what a source is at, beginning with what is known of it.
   * @returns a function that ends it; calling it twice is the same as once
   */
  watch<T>(source: Source<T>, watcher: Watcher<T>): () => void {
    return this.#sources.watch(source, watcher)
  }

  /** To be called when something was changed through us: who watches it knows at once. */
  changed(target: LockTarget, collection: ResourceCollection): void {
    if (this.#changes) this.#changes.notify({ target, collection })
    else this.#refresh(target, collection)
  }

  [Symbol.dispose](): void {
    for (const end of this.#endListening) end()
    this.streams[Symbol.dispose]()
    this.subscriptions[Symbol.dispose]()
    this.triggers[Symbol.dispose]()
    this.#sources[Symbol.dispose]()
  }

  #refresh(target: LockTarget, collection: ResourceCollection): void {
    this.#sources.refresh(target, collection)
    if (target.kind === 'vehicle' || this.#sources.size === 0) return
    for (const other of this.#tree.relations.affected(target.kind, target.id)) this.#sources.refresh(other, collection)
  }

  #dataOf(entity: EntityRef): EntityData {
    const key = keyOf(entity)
    const known = this.#data.get(key)
    if (known) return known
    if (this.#data.size >= MAX_ENTITIES) this.#data.clear()
    const data = new EntityData(this.#clock, this.#tree, entity)
    this.#data.set(key, data)
    return data
  }
}
