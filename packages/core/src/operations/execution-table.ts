import type { Clock } from '@opensovd/base'
import { type EntityRef, keyOf } from '../locks/lock.ts'
import { type Execution, isRunning } from './execution.ts'

/** How many executions that are over are kept, and for how long. Those that run always are. */
export interface Retention {
  readonly maxFinished: number
  readonly maxPerOperation: number
  readonly maxAgeMs: number
}

/** The executions of one operation. Sets keep the order in which ids were added. */
interface Bucket {
  readonly all: Set<string>
  readonly finished: Set<string>
}

/**
 * Executions by id and by operation. Bounded by its retention beyond what runs: of those that are over, the one that
 * has been for the longest time goes first.
 */
export class ExecutionTable {
  readonly #clock: Clock
  readonly #retention: Retention
  readonly #onGone: (id: string) => void
  readonly #executions = new Map<string, Execution>()
  readonly #byEntity = new Map<string, Map<string, Bucket>>()
  /** When each one ended, on the monotonic clock; in the order of the ends. */
  readonly #endedMs = new Map<string, number>()

  /** @param onGone is told of each execution that is no longer kept */
  constructor(clock: Clock, retention: Retention, onGone: (id: string) => void = () => {}) {
    this.#clock = clock
    this.#retention = retention
    this.#onGone = onGone
  }

  get running(): number {
    return this.#executions.size - this.#endedMs.size
  }

  get(id: string): Execution | undefined {
    this.#expire()
    return this.#executions.get(id)
  }

  /** Adds an execution, or takes it for the newest that is known of it. */
  put(execution: Execution): void {
    const bucket = this.#note(execution)
    if (!isRunning(execution) && !this.#endedMs.has(execution.id)) this.#end(execution, bucket, this.#endOf(execution))
    this.#evict(bucket)
  }

  /** Adds executions of which some ended a while ago. */
  restore(executions: readonly Execution[]): void {
    const known = executions.map((execution) => ({ execution, bucket: this.#note(execution) }))
    const ended = known
      .filter(({ execution }) => !isRunning(execution))
      .map((each) => ({ ...each, endMs: this.#endOf(each.execution) }))
      .toSorted((a, b) => a.endMs - b.endMs)
    for (const { execution, bucket, endMs } of ended) this.#end(execution, bucket, endMs)
    for (const bucket of new Set(known.map((each) => each.bucket))) this.#evict(bucket)
  }

  delete(id: string): void {
    const execution = this.#executions.get(id)
    if (!execution) return
    this.#executions.delete(id)
    this.#endedMs.delete(id)
    this.#forget(execution)
    this.#onGone(id)
  }

  /** Executions of one operation, newest first. */
  list(entity: EntityRef, operationId: string): readonly Execution[] {
    this.#expire()
    const ids = this.#byEntity.get(keyOf(entity))?.get(operationId)?.all ?? []
    return [...ids].flatMap((id) => this.#executions.get(id) ?? []).reverse()
  }

  /** The newest execution of each operation of an entity. */
  latest(entity: EntityRef): ReadonlyMap<string, Execution> {
    this.#expire()
    const newest = new Map<string, Execution>()
    for (const [operationId, { all }] of this.#byEntity.get(keyOf(entity)) ?? []) {
      const execution = this.#executions.get([...all].at(-1) ?? '')
      if (execution) newest.set(operationId, execution)
    }
    return newest
  }

  #note(execution: Execution): Bucket {
    const bucket = this.#bucketOf(execution)
    bucket.all.add(execution.id)
    this.#executions.set(execution.id, execution)
    return bucket
  }

  #end({ id }: Execution, { finished }: Bucket, endMs: number): void {
    finished.add(id)
    this.#endedMs.set(id, endMs)
  }

  #bucketOf({ entity, operationId }: Execution): Bucket {
    const key = keyOf(entity)
    const ofEntity = this.#byEntity.get(key) ?? new Map<string, Bucket>()
    this.#byEntity.set(key, ofEntity)
    const bucket = ofEntity.get(operationId) ?? { all: new Set(), finished: new Set() }
    ofEntity.set(operationId, bucket)
    return bucket
  }

  #forget({ id, entity, operationId }: Execution): void {
    const key = keyOf(entity)
    const ofEntity = this.#byEntity.get(key)
    const bucket = ofEntity?.get(operationId)
    bucket?.all.delete(id)
    bucket?.finished.delete(id)
    if (bucket?.all.size === 0) ofEntity?.delete(operationId)
    if (ofEntity?.size === 0) this.#byEntity.delete(key)
  }

  /** When it ended, told from the time that people read for one that we did not see end. */
  #endOf({ endedAt }: Execution): number {
    const agoMs = endedAt === undefined ? 0 : this.#clock.now() - Date.parse(endedAt)
    return this.#clock.monotonic() - (agoMs > 0 ? agoMs : 0)
  }

  #evict(bucket: Bucket): void {
    const { maxFinished, maxPerOperation } = this.#retention
    for (const id of bucket.finished) {
      if (bucket.finished.size <= maxPerOperation) break
      this.delete(id)
    }
    for (const id of this.#endedMs.keys()) {
      if (this.#endedMs.size <= maxFinished) break
      this.delete(id)
    }
    this.#expire()
  }

  #expire(): void {
    const nowMs = this.#clock.monotonic()
    for (const [id, endedMs] of this.#endedMs) {
      if (nowMs - endedMs < this.#retention.maxAgeMs) return
      this.delete(id)
    }
  }
}
