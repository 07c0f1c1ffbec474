import type { Temporary } from '../data/temporary-resources.ts'
import type { EventFormat } from '../events/event-format.ts'
import { EventStream } from '../events/event-stream.ts'
import type { Reading } from '../events/reading.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { ObservationOptions } from './observation-options.ts'
import { type ObservedResource, observationOf } from './observed-resource.ts'

export const INTERVALS = ['fast', 'normal', 'slow'] as const
export type Interval = (typeof INTERVALS)[number]

export interface SubscriptionRequest {
  readonly observed: ObservedResource
  readonly interval: Interval
  readonly durationSeconds: number
  readonly format: EventFormat
}

/** One subscription at work. */
export class Sampler implements Temporary {
  readonly id: string
  readonly entity: EntityRef
  readonly observed: ObservedResource
  /** What ends together with a lock. */
  readonly tag: string | undefined
  readonly stream: EventStream
  readonly #options: ObservationOptions
  readonly #format: EventFormat
  #interval: Interval
  #stop: (() => void) | undefined
  /** The interval, counted from the beginning of time, in which something was told last. */
  #slot: number | undefined
  /** The failure that was told and is not over. */
  #failure: string | undefined

  constructor(options: ObservationOptions, entity: EntityRef, request: SubscriptionRequest, tag: string | undefined) {
    const { clock, createId, createTag, limits, readers } = options
    const { observed, interval, format } = request
    this.id = createId()
    this.entity = { kind: entity.kind, id: entity.id }
    this.observed = observed
    this.tag = tag
    this.#options = options
    this.#format = format
    this.#interval = interval
    this.stream = new EventStream({
      clock,
      tag: createTag(),
      ring: limits.ring,
      limit: readers,
      retryMs: limits.retryMs,
      lost: format.lost,
      unknown: format.unknown,
      onReaders: (count) => (count > 0 ? this.#start() : this.#end()),
    })
    this.stream.setReady(true)
  }

  get interval(): Interval {
    return this.#interval
  }

  changeInterval(interval: Interval): void {
    this.#interval = interval
    if (!this.#stop) return
    this.#end()
    this.#start()
  }

  onOver(): void {
    this.#end()
    this.stream.end()
  }

  #start(): void {
    if (this.#stop || this.stream.isOver) return
    const intervalMs = this.#options.limits.intervalsMs[this.#interval]
    this.#slot = undefined
    this.#stop = this.#options.sources.watch(this.observed.source, {
      intervalMs,
      onReading: (reading) => this.#tell(reading, intervalMs),
    })
  }

  #end(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  #tell(reading: Reading<unknown>, intervalMs: number): void {
    const seen = observationOf(this.observed, reading)
    if ('error' in seen) {
      if (this.#failure !== seen.error.code) this.stream.append(this.#format.error(seen.error, seen.atMs))
      this.#failure = seen.error.code
      return
    }
    this.#failure = undefined
    const slot = Math.floor(this.#options.clock.monotonic() / intervalMs)
    if (slot === this.#slot) return
    this.#slot = slot
    this.stream.append(this.#format.value(seen.payload, seen.atMs))
  }
}
