import { endpointOptions } from '../endpoint-options.ts'
import type { OfferEntry } from '../wire/entry.ts'
import { Eventgroup } from './eventgroup.ts'
import type { OfferedEventgroup, ServiceOffer } from './service-offer.ts'

/** A service instance of this host on its way through the phases of its announcement. */
export class Offer {
  readonly service: ServiceOffer
  readonly entry: OfferEntry
  readonly stopEntry: OfferEntry
  readonly eventgroups = new Map<number, Eventgroup>()
  /**
   * `waiting` for its first offer, then in the `repetition` phase, then in the `main` phase; back to `waiting` when
   * service discovery starts again. `stopped` is final.
   */
  phase: 'waiting' | 'repetition' | 'main' | 'stopped' = 'waiting'
  /** When it was offered by multicast last, on the monotonic clock. */
  lastMulticastMs = Number.NEGATIVE_INFINITY

  constructor(service: ServiceOffer, ownAddress: string, ttlSeconds: number) {
    const { serviceId, instanceId, majorVersion, minorVersion } = service
    this.service = service
    const options = endpointOptions(ownAddress, service.reliablePort, service.unreliablePort)
    this.entry = { type: 'offer', serviceId, instanceId, majorVersion, minorVersion, ttlSeconds, options }
    this.stopEntry = { ...this.entry, ttlSeconds: 0 }
    for (const eventgroup of service.eventgroups) this.addEventgroup(eventgroup)
  }

  addEventgroup(eventgroup: OfferedEventgroup): void {
    this.eventgroups.set(eventgroup.eventgroupId, new Eventgroup(this.service, eventgroup))
  }
}
