import type { Clock, Scope } from '@opensovd/base'
import { MIN_WINDOW_MS, repetitionDelayMs, type SdParameters } from '../parameters.ts'
import { checkId } from '../sd-error.ts'
import type { SdSender } from '../sender.ts'
import { serviceKey } from '../service-key.ts'
import { ANY_INSTANCE, ANY_MAJOR, ANY_MINOR, type FindEntry, INFINITE_TTL } from '../wire/entry.ts'

/** A service that somebody on this host needs. */
export interface ServiceRequest {
  readonly serviceId: number
  /** `ANY_INSTANCE`: every one. */
  readonly instanceId: number
  /** Default: any. */
  readonly majorVersion?: number
  /** Default: any. */
  readonly minorVersion?: number
}

interface Search {
  readonly entry: FindEntry
  /** `waiting` for its first Find, then `searching`, then `ended`: found, stopped by its server, or repeated often enough. */
  phase: 'waiting' | 'searching' | 'ended'
}

/** Looks for services that are needed and not known: collects requests, repeats the Finds, then is silent. */
export class Finder {
  readonly #clock: Clock
  readonly #parameters: SdParameters
  readonly #sender: SdSender
  readonly #isKnown: (serviceId: number, instanceId: number) => boolean
  /** By `serviceKey`. */
  readonly #searches = new Map<number, Search>()

  /** @param isKnown whether nobody needs to look for a service: it is offered, here or elsewhere, or internal */
  constructor(
    clock: Clock,
    parameters: SdParameters,
    sender: SdSender,
    isKnown: (serviceId: number, instanceId: number) => boolean,
  ) {
    this.#clock = clock
    this.#parameters = parameters
    this.#sender = sender
    this.#isKnown = isKnown
  }

  /** Requesting a service again changes nothing. @throws SdError */
  request({ serviceId, instanceId, majorVersion = ANY_MAJOR, minorVersion = ANY_MINOR }: ServiceRequest): void {
    checkId('serviceId', serviceId, 0xffff)
    checkId('instanceId', instanceId, 0xffff)
    checkId('majorVersion', majorVersion, 0xff)
    checkId('minorVersion', minorVersion, 0xffff_ffff)
    const key = serviceKey(serviceId, instanceId)
    if (this.#searches.has(key)) return
    // vsomeip does not use the configured TTL here.
    const entry = { serviceId, instanceId, majorVersion, minorVersion, ttlSeconds: INFINITE_TTL, options: [] }
    this.#searches.set(key, { entry: { type: 'find', ...entry }, phase: 'waiting' })
  }

  release(serviceId: number, instanceId: number): void {
    const key = serviceKey(serviceId, instanceId)
    const search = this.#searches.get(key)
    if (search !== undefined) search.phase = 'ended'
    this.#searches.delete(key)
  }

  isRequested(serviceId: number, instanceId: number): boolean {
    return (
      this.#searches.has(serviceKey(serviceId, instanceId)) || this.#searches.has(serviceKey(serviceId, ANY_INSTANCE))
    )
  }

  /** An Offer or a StopOffer was heard: there is nothing to find out any more [feat_req_someipsd_834]. */
  heardOf(serviceId: number, instanceId: number): void {
    const search = this.#searches.get(serviceKey(serviceId, instanceId))
    if (search !== undefined) search.phase = 'ended'
  }

  /** The service was lost without a word: it is searched for again. */
  lost(serviceId: number, instanceId: number): void {
    const search = this.#searches.get(serviceKey(serviceId, instanceId))
    if (search !== undefined) search.phase = 'waiting'
  }

  /** Starts with all requests anew; ends with the scope. */
  start(scope: Scope, initialDelayMs: number): void {
    for (const search of this.#searches.values()) search.phase = 'waiting'
    scope.run((signal) => this.#collect(scope, initialDelayMs, signal))
  }

  /** The initial wait phase, and the windows in which later requests are collected. */
  async #collect(scope: Scope, initialDelayMs: number, signal: AbortSignal): Promise<void> {
    const { findInitialDebounceRepetitions, findInitialDebounceTimeMs, findDebounceTimeMs } = this.#parameters
    await this.#clock.sleep(initialDelayMs, signal)
    for (let window = 0; ; window++) {
      const batch = [...this.#searches.values()].filter(
        (search) => search.phase === 'waiting' && this.#isNeeded(search),
      )
      for (const search of batch) search.phase = 'searching'
      if (batch.length > 0) scope.run((inner) => this.#repeat(batch, inner))
      const windowMs = window < findInitialDebounceRepetitions ? findInitialDebounceTimeMs : findDebounceTimeMs
      await this.#clock.sleep(Math.max(MIN_WINDOW_MS, windowMs), signal)
    }
  }

  /** The repetition phase; there are no Finds in the main phase [feat_req_someipsd_866]. */
  async #repeat(batch: readonly Search[], signal: AbortSignal): Promise<void> {
    const { repetitionsMax, repetitionsBaseDelayMs } = this.#parameters
    this.#find(batch)
    for (let repetition = 0; repetition < repetitionsMax; repetition++) {
      await this.#clock.sleep(repetitionDelayMs(repetitionsBaseDelayMs, repetition), signal)
      this.#find(batch.filter((search) => search.phase === 'searching'))
    }
    for (const search of batch) if (search.phase === 'searching') search.phase = 'ended'
  }

  #find(searches: readonly Search[]): void {
    this.#sender.multicast(searches.map(({ entry }) => [entry]))
  }

  /** There may always be one more instance. */
  #isNeeded({ entry: { serviceId, instanceId } }: Search): boolean {
    return instanceId === ANY_INSTANCE || !this.#isKnown(serviceId, instanceId)
  }
}
