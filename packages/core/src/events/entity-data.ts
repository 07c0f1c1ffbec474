import { type Clock, raceSignal, withTimeout } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { facetOf } from '../entities/facet-of.ts'
import type { EntityTree } from '../entities/tree.ts'
import { mapInOrder } from '../exports/map-in-order.ts'
import type { DataFacet, DataValue } from '../facets/data.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { CallContext } from '../ports/call-context.ts'
import { SharedWatch } from './shared-watch.ts'

/** What is wanted within this time of each other is asked for at once. */
const GATHER_MS = 2
/** Single reads at a time, of a source without a bulk read. */
const MAX_READS = 8
const BATCH_LIMIT_MS = 30_000

type Wanted = PromiseWithResolvers<DataValue>

/** The data of one entity for many who want single items of it: what is wanted at the same time is one request. */
export class EntityData {
  readonly #clock: Clock
  readonly #find: () => DataFacet
  readonly #watch: SharedWatch
  #wanted = new Map<string, Wanted>()

  constructor(clock: Clock, tree: EntityTree, entity: EntityRef) {
    this.#clock = clock
    this.#find = () => facetOf(tree.get(entity.kind, entity.id), 'data')
    this.#watch = new SharedWatch(clock, this.#find)
  }

  async read(id: string, { signal }: CallContext): Promise<DataValue> {
    const wanted = this.#wanted.get(id) ?? this.#add(id)
    return raceSignal(wanted.promise, signal)
  }

  watch(id: string, listener: (value: DataValue) => void, context: CallContext): Promise<void> {
    return this.#watch.add(id, listener, context)
  }

  #add(id: string): Wanted {
    if (this.#wanted.size === 0) this.#clock.after(GATHER_MS, () => this.#send())
    const wanted = Promise.withResolvers<DataValue>()
    wanted.promise.catch(() => {})
    this.#wanted.set(id, wanted)
    return wanted
  }

  #send(): void {
    const batch = this.#wanted
    this.#wanted = new Map()
    const late = () => new SovdError('gateway-timeout', `no answer within ${BATCH_LIMIT_MS / 1000} s`)
    withTimeout(this.#clock, BATCH_LIMIT_MS, late, undefined, async (signal) => {
      await raceSignal(this.#answer(batch, { signal }), signal)
    }).catch((error: unknown) => {
      for (const { reject } of batch.values()) reject(error)
    })
  }

  async #answer(batch: ReadonlyMap<string, Wanted>, context: CallContext): Promise<void> {
    const data = this.#find()
    const open = new Map(batch)
    if (batch.size > 1 && data.readMany) {
      for (const outcome of await data.readMany([...batch.keys()], context)) {
        if ('error' in outcome || outcome.value === undefined) continue
        open.get(outcome.id)?.resolve({ id: outcome.id, value: outcome.value })
        open.delete(outcome.id)
      }
    }
    // A single read tells why an item could not be had.
    const reads = mapInOrder([...open], MAX_READS, async ([id, { resolve, reject }]) => {
      try {
        resolve(await data.read(id, context))
      } catch (error) {
        reject(error)
      }
    })
    for await (const _ of reads);
  }
}
