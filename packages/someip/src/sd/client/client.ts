import type { Clock, Logger, Scope } from '@opensovd/base'
import { guarded } from '../guarded.ts'
import { lifetimeMs } from '../lifetime.ts'
import type { SdLimits, SdParameters } from '../parameters.ts'
import type { Reply } from '../reply.ts'
import type { EntryGroup, SdSender } from '../sender.ts'
import { formatService, serviceKey } from '../service-key.ts'
import type { Subnet } from '../subnet.ts'
import type { Endpoint } from '../transport.ts'
import type { AcknowledgeEntry, OfferEntry } from '../wire/entry.ts'
import { Finder, type ServiceRequest } from './finder.ts'
import type { SdClientHandler, ServiceLossReason } from './handler.ts'
import { type RemoteService, readOffer } from './remote-service.ts'
import { type KnownService, RemoteServices } from './remote-services.ts'
import type { EventgroupClient, SubscribeOptions } from './subscription.ts'
import { Subscriptions } from './subscriptions.ts'

export interface SdClientOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly sender: SdSender
  readonly handler: SdClientHandler
  readonly parameters: SdParameters
  readonly limits: SdLimits
  readonly expiryGraceMs: number
  readonly subnet: Subnet
  /** Whether a service is never looked for: it is offered here, or exists inside hosts only. */
  readonly isLocal: (serviceId: number, instanceId: number) => boolean
  /** Whether this host offers the service. */
  readonly isOfferedHere: (serviceId: number, instanceId: number) => boolean
}

/** The services of other hosts: finds them, knows what is offered and subscribes to eventgroups. */
export class SdClient {
  readonly #log: Logger
  readonly #sender: SdSender
  readonly #handler: SdClientHandler
  readonly #ttlFactors: ReadonlyMap<number, number>
  readonly #expiryGraceMs: number
  readonly #subnet: Subnet
  readonly #isOfferedHere: (serviceId: number, instanceId: number) => boolean
  readonly #finder: Finder
  readonly #services: RemoteServices
  readonly #subscriptions: Subscriptions

  constructor(options: SdClientOptions) {
    const { clock, parameters, limits, isLocal } = options
    this.#log = options.log
    this.#sender = options.sender
    this.#handler = options.handler
    this.#ttlFactors = parameters.ttlFactorOffers
    this.#expiryGraceMs = options.expiryGraceMs
    this.#subnet = options.subnet
    this.#isOfferedHere = options.isOfferedHere
    const isKnown = (serviceId: number, instanceId: number) =>
      isLocal(serviceId, instanceId) || this.#services.get(serviceId, instanceId) !== undefined
    this.#finder = new Finder(clock, parameters, this.#sender, isKnown)
    const isWanted = ({ serviceId, instanceId }: RemoteService) =>
      this.#finder.isRequested(serviceId, instanceId) || this.#subscriptions.isWanted(serviceId, instanceId)
    this.#services = new RemoteServices(clock, limits.remoteServices, isWanted, (service) => this.#expire(service))
    this.#subscriptions = new Subscriptions(options)
  }

  get services(): readonly RemoteService[] {
    return this.#services.all()
  }

  /** @throws SdError */
  request(request: ServiceRequest): void {
    this.#finder.request(request)
  }

  release(serviceId: number, instanceId: number): void {
    this.#finder.release(serviceId, instanceId)
  }

  /** @throws SdError */
  subscribe(options: SubscribeOptions): void {
    this.#subscriptions.add(options, this.#services.get(options.serviceId, options.instanceId)?.service)
  }

  unsubscribe(options: EventgroupClient): boolean {
    return this.#subscriptions.remove(options, this.#services.get(options.serviceId, options.instanceId)?.service)
  }

  localPortsChanged(serviceId: number, instanceId: number): void {
    const known = this.#services.get(serviceId, instanceId)
    if (known !== undefined) this.#subscriptions.subscribeMissing(known.service)
  }

  /** This host offers the service itself from now on. */
  offeredHere(serviceId: number, instanceId: number): void {
    const known = this.#services.get(serviceId, instanceId)
    if (known !== undefined) this.#lose(known.service, 'offered-here')
  }

  start(scope: Scope, initialDelayMs: number): void {
    this.#finder.start(scope, initialDelayMs)
  }

  /** Forgets all services. @param saysGoodbye whether to tell their hosts that nothing is subscribed any more */
  halt(saysGoodbye: boolean): void {
    const services = this.#services.all()
    this.#services[Symbol.dispose]()
    const stops = new Map<string, { readonly peer: Endpoint; readonly groups: EntryGroup[] }>()
    for (const service of services) {
      const toPeer = stops.get(service.peer.address) ?? { peer: service.peer, groups: [] }
      toPeer.groups.push(...this.#subscriptions.lost(service, 'halted'))
      stops.set(service.peer.address, toPeer)
    }
    if (saysGoodbye) for (const { peer, groups } of stops.values()) this.#sender.unicast(groups, peer)
    for (const service of services) this.#notifyLoss(service, 'halted')
  }

  /** Handles an Offer or StopOffer. */
  handleOffer(entry: OfferEntry, peer: Endpoint, isMulticast: boolean, reply: Reply): void {
    const { serviceId, instanceId, ttlSeconds } = entry
    const service = readOffer(entry, peer, this.#subnet)
    if (ttlSeconds === 0) this.#handleStopOffer(serviceId, instanceId, peer)
    else if (typeof service === 'string') {
      this.#log.debug('an offer is ignored', {
        service: formatService(serviceId, instanceId),
        peer: peer.address,
        flaw: service,
      })
    } else if (this.#isOfferedHere(serviceId, instanceId)) {
      this.#log.debug('a service of this host is offered elsewhere', {
        service: formatService(serviceId, instanceId),
        peer: peer.address,
      })
    } else this.#accept(service, ttlSeconds, isMulticast, reply)
  }

  /** Handles an Ack or Nack. */
  handleAcknowledge(entry: AcknowledgeEntry, peer: Endpoint): void {
    const known = this.#services.get(entry.serviceId, entry.instanceId)
    if (known?.service.peer.address === peer.address) this.#subscriptions.handleAcknowledge(entry, known.service)
  }

  handleReboot(address: string): void {
    for (const service of this.#services.of(address)) this.#lose(service, 'rebooted')
  }

  #accept(service: RemoteService, ttlSeconds: number, isMulticast: boolean, reply: Reply): void {
    const { serviceId, instanceId } = service
    this.#finder.heardOf(serviceId, instanceId)
    const factor = this.#ttlFactors.get(serviceKey(serviceId, instanceId)) ?? 1
    const lifetime = lifetimeMs(ttlSeconds, factor, this.#expiryGraceMs)
    const refreshed = this.#services.refresh(service, lifetime)
    const known = refreshed ?? this.#add(service, lifetime)
    if (known === undefined) return
    const isNew = refreshed === undefined
    const isFirstMulticast = !isNew && isMulticast && !known.isHeardByMulticast
    known.isHeardByMulticast ||= isMulticast
    if (isNew) guarded(this.#log, 'available', undefined, () => this.#handler.available(service))
    // The owner may have begun to offer the service itself.
    if (this.#services.get(serviceId, instanceId) !== known) return
    this.#subscriptions.offered(known.service, { isNew, isMulticast, isFirstMulticast }, reply)
  }

  #add(service: RemoteService, lifetime: number): KnownService | undefined {
    const { serviceId, instanceId, peer } = service
    const before = this.#services.get(serviceId, instanceId)?.service
    if (before !== undefined) this.#lose(before, 'changed')
    const displaced = this.#services.displacedBy(service)
    if (displaced === 'none') {
      this.#log.debug('no room for a service', { service: formatService(serviceId, instanceId), peer: peer.address })
      return undefined
    }
    if (displaced !== undefined) this.#lose(displaced, 'evicted')
    return this.#services.add(service, lifetime)
  }

  /** Only the host that offers a service can stop the offer. */
  #handleStopOffer(serviceId: number, instanceId: number, peer: Endpoint): void {
    const known = this.#services.get(serviceId, instanceId)
    if (known === undefined) this.#finder.heardOf(serviceId, instanceId)
    else if (known.service.peer.address === peer.address) this.#lose(known.service, 'stopped')
  }

  #expire(service: RemoteService): void {
    this.#lose(service, 'expired')
    this.#finder.lost(service.serviceId, service.instanceId)
  }

  #lose(service: RemoteService, reason: ServiceLossReason): void {
    this.#services.delete(service)
    this.#sender.unicast(this.#subscriptions.lost(service, reason), service.peer)
    this.#notifyLoss(service, reason)
  }

  #notifyLoss(service: RemoteService, reason: ServiceLossReason): void {
    guarded(this.#log, 'unavailable', undefined, () => this.#handler.unavailable(service, reason))
  }
}
