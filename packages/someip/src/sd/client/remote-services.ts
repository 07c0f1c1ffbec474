import type { Clock } from '@opensovd/base'
import { Deadlines } from '../deadlines.ts'
import { serviceKey } from '../service-key.ts'
import { isSameService, type RemoteService } from './remote-service.ts'

/** An offer that is valid. */
export interface KnownService {
  readonly service: RemoteService
  /** Whether an Offer for it came by multicast. */
  isHeardByMulticast: boolean
}

/** The services that other hosts offer, as long as their offers live. */
export class RemoteServices implements Disposable {
  readonly #maxServices: number
  readonly #isWanted: (service: RemoteService) => boolean
  readonly #deadlines: Deadlines<KnownService>
  /** By `serviceKey`, the oldest first. Bounded by `maxServices`. */
  readonly #known = new Map<number, KnownService>()

  /** @param isWanted whether a service must not make room for others */
  constructor(
    clock: Clock,
    maxServices: number,
    isWanted: (service: RemoteService) => boolean,
    onExpired: (service: RemoteService) => void,
  ) {
    this.#maxServices = maxServices
    this.#isWanted = isWanted
    this.#deadlines = new Deadlines(clock, ({ service }) => onExpired(service))
  }

  get size(): number {
    return this.#known.size
  }

  get(serviceId: number, instanceId: number): KnownService | undefined {
    return this.#known.get(serviceKey(serviceId, instanceId))
  }

  all(): readonly RemoteService[] {
    return [...this.#known.values()].map(({ service }) => service)
  }

  of(peerAddress: string): readonly RemoteService[] {
    return this.all().filter(({ peer }) => peer.address === peerAddress)
  }

  /** The known service if it is the same as `service`, its life prolonged. */
  refresh(service: RemoteService, lifetimeMs: number): KnownService | undefined {
    const known = this.get(service.serviceId, service.instanceId)
    if (known === undefined || !isSameService(known.service, service)) return undefined
    this.#deadlines.set(known, lifetimeMs)
    return known
  }

  /** Which service must go so that `service` can come; undefined when there is room. `'none'`: there is no room for it. */
  displacedBy(service: RemoteService): RemoteService | 'none' | undefined {
    if (this.#known.size < this.#maxServices) return undefined
    if (!this.#isWanted(service)) return 'none'
    for (const { service: other } of this.#known.values()) if (!this.#isWanted(other)) return other
    return 'none'
  }

  add(service: RemoteService, lifetimeMs: number): KnownService {
    const known = { service, isHeardByMulticast: false }
    this.#known.set(serviceKey(service.serviceId, service.instanceId), known)
    this.#deadlines.set(known, lifetimeMs)
    return known
  }

  delete({ serviceId, instanceId }: RemoteService): void {
    const known = this.get(serviceId, instanceId)
    if (known === undefined) return
    this.#known.delete(serviceKey(serviceId, instanceId))
    this.#deadlines.delete(known)
  }

  [Symbol.dispose](): void {
    this.#known.clear()
    this.#deadlines[Symbol.dispose]()
  }
}
