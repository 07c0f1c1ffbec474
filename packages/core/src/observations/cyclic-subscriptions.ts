import type { EventReader } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'
import { TemporaryResources } from '../data/temporary-resources.ts'
import type { ReadOptions } from '../events/event-stream.ts'
import type { EntityRef } from '../locks/lock.ts'
import { expiryAfter } from './expiry.ts'
import type { ObservationOptions } from './observation-options.ts'
import type { ObservedResource } from './observed-resource.ts'
import { type Interval, Sampler, type SubscriptionRequest } from './sampler.ts'
import { bindToLock } from './under-lock.ts'

/** What a client is told again and again while it reads [17978-3 7.10]. */
export interface CyclicSubscription {
  readonly id: string
  readonly entity: EntityRef
  readonly observed: ObservedResource
  readonly interval: Interval
  /** RFC 3339. */
  readonly expires: string
}

const SUBSCRIPTION = { what: 'a subscription', target: 'duration' }

/**
 * All cyclic subscriptions. The resource of one is looked at only while somebody reads its events; those events are
 * told at its interval, whether or not something changed.
 */
export class CyclicSubscriptions implements Disposable {
  /** How long one that is over can be read. */
  readonly retainMs: number
  readonly #options: ObservationOptions
  readonly #all: TemporaryResources<Sampler>

  constructor(options: ObservationOptions) {
    this.#options = options
    const { clock, limits } = options
    const { retainMs, maxSubscriptions: max } = limits
    this.retainMs = retainMs
    this.#all = new TemporaryResources({ clock, what: 'cyclic subscription', max, retainMs })
  }

  /** @throws SovdError `invalid-request` for a duration that cannot be; `unavailable` when there are too many */
  create(entity: EntityRef, request: SubscriptionRequest, caller: Caller): CyclicSubscription {
    const expiresAtMs = expiryAfter(request.durationSeconds, this.#options, SUBSCRIPTION)
    this.#all.requireRoom()
    const tag = bindToLock(this.#options.locks, {
      entity,
      collections: ['cyclic-subscriptions', request.observed.collection],
      caller,
      resources: this.#all,
    })
    const sampler = new Sampler(this.#options, entity, request, tag)
    this.#all.add(sampler, expiresAtMs)
    return this.#view(sampler)
  }

  list(entity: EntityRef): readonly CyclicSubscription[] {
    return this.#all.list(entity).map((sampler) => this.#view(sampler))
  }

  /** @throws SovdError `not-found` */
  get(entity: EntityRef, id: string): CyclicSubscription {
    return this.#view(this.#all.get(entity, id))
  }

  /**
   * Gives it another interval, or a new duration from now on.
   * @throws SovdError `not-found`; `conflict` when it is over; `invalid-request` for the duration
   */
  update(
    entity: EntityRef,
    id: string,
    { interval, durationSeconds }: { readonly interval?: Interval; readonly durationSeconds?: number },
  ): CyclicSubscription {
    const sampler = this.#all.get(entity, id)
    const expiresAtMs =
      durationSeconds === undefined ? this.#all.expiryOf(id) : expiryAfter(durationSeconds, this.#options, SUBSCRIPTION)
    this.#all.restart(entity, id, expiresAtMs ?? 0)
    if (interval) sampler.changeInterval(interval)
    return this.#view(sampler)
  }

  /** @throws SovdError `not-found` */
  delete(entity: EntityRef, id: string): void {
    this.#all.delete(entity, id)
  }

  clear(entity: EntityRef): void {
    this.#all.clear(entity)
  }

  /** @throws SovdError `not-found`; `unavailable` when there are too many readers */
  read(entity: EntityRef, id: string, options: ReadOptions, onReady: () => void): EventReader {
    return this.#all.get(entity, id).stream.read(options, onReady)
  }

  [Symbol.dispose](): void {
    this.#all[Symbol.dispose]()
  }

  #view({ id, entity, observed, interval }: Sampler): CyclicSubscription {
    return { id, entity, observed, interval, expires: new Date(this.#all.expiryOf(id) ?? 0).toISOString() }
  }
}
