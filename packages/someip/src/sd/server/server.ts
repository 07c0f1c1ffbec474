import type { Clock, Logger, Scope } from '@opensovd/base'
import type { SdLimits, SdParameters } from '../parameters.ts'
import type { Reply } from '../reply.ts'
import { SdError } from '../sd-error.ts'
import type { SdSender } from '../sender.ts'
import { formatService, serviceKey } from '../service-key.ts'
import type { Subnet } from '../subnet.ts'
import type { Endpoint, SdSource } from '../transport.ts'
import type { FindEntry, SubscribeEntry } from '../wire/entry.ts'
import { Announcer } from './announcer.ts'
import { type Eventgroup, type EventTargets, NO_TARGETS } from './eventgroup.ts'
import type { SdServerHandler } from './handler.ts'
import { Offer } from './offer.ts'
import { RemoteSubscriptions } from './remote-subscriptions.ts'
import { checkServiceOffer, type OfferedEventgroup, type ServiceOffer } from './service-offer.ts'

export interface SdServerOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly sender: SdSender
  readonly handler: SdServerHandler
  readonly parameters: SdParameters
  readonly limits: SdLimits
  readonly expiryGraceMs: number
  readonly subnet: Subnet
}

/** The services of this host: announces them, answers Finds and keeps their subscribers. */
export class SdServer {
  readonly #log: Logger
  readonly #parameters: SdParameters
  readonly #subnet: Subnet
  /** By `serviceKey`. */
  readonly #offers = new Map<number, Offer>()
  readonly #announcer: Announcer
  readonly #subscriptions: RemoteSubscriptions
  #isRunning = false

  constructor(options: SdServerOptions) {
    const { clock, log, parameters, sender, subnet } = options
    this.#log = log
    this.#parameters = parameters
    this.#subnet = subnet
    this.#announcer = new Announcer(clock, parameters, sender, { [Symbol.iterator]: () => this.#offers.values() })
    this.#subscriptions = new RemoteSubscriptions(options)
  }

  get subscriberCount(): number {
    return this.#subscriptions.size
  }

  /** @throws SdError */
  offer(service: ServiceOffer): void {
    checkServiceOffer(service)
    const key = serviceKey(service.serviceId, service.instanceId)
    const name = formatService(service.serviceId, service.instanceId)
    if (this.#offers.has(key)) throw new SdError('already-offered', name)
    this.#offers.set(key, new Offer(service, this.#subnet.own, this.#parameters.ttlSeconds))
    this.#log.info('a service is offered', { service: name })
  }

  /** Returns false when the service is not offered. */
  stopOffer(serviceId: number, instanceId: number): boolean {
    const offer = this.#offers.get(serviceKey(serviceId, instanceId))
    if (offer === undefined) return false
    this.#offers.delete(serviceKey(serviceId, instanceId))
    offer.phase = 'stopped'
    if (this.#isRunning) this.#announcer.sayGoodbye([offer])
    for (const eventgroup of offer.eventgroups.values()) this.#subscriptions.removeEventgroup(eventgroup)
    this.#log.info('a service is no longer offered', { service: formatService(serviceId, instanceId) })
    return true
  }

  /** Adds an eventgroup to a service, or replaces it and drops its subscribers. Returns false without the service. */
  offerEventgroup(serviceId: number, instanceId: number, eventgroup: OfferedEventgroup): boolean {
    const offer = this.#offers.get(serviceKey(serviceId, instanceId))
    if (offer === undefined) return false
    this.stopOfferEventgroup(serviceId, instanceId, eventgroup.eventgroupId)
    offer.addEventgroup(eventgroup)
    return true
  }

  /** Returns false when there is no such eventgroup. */
  stopOfferEventgroup(serviceId: number, instanceId: number, eventgroupId: number): boolean {
    const eventgroup = this.#findEventgroup(serviceId, instanceId, eventgroupId)
    if (eventgroup === undefined) return false
    this.#offers.get(serviceKey(serviceId, instanceId))?.eventgroups.delete(eventgroupId)
    this.#subscriptions.removeEventgroup(eventgroup)
    return true
  }

  isOffered(serviceId: number, instanceId: number): boolean {
    return this.#offers.has(serviceKey(serviceId, instanceId))
  }

  eventTargets(serviceId: number, instanceId: number, eventgroupId: number): EventTargets {
    return this.#findEventgroup(serviceId, instanceId, eventgroupId)?.targets ?? NO_TARGETS
  }

  connectionClosed(client: Endpoint): void {
    this.#subscriptions.removeConnection(client)
  }

  start(scope: Scope, initialDelayMs: number): void {
    this.#isRunning = true
    this.#announcer.start(scope, initialDelayMs)
    this.#subscriptions.start(scope)
  }

  /** Forgets all subscribers. @param saysGoodbye whether to tell everybody that the services are gone */
  halt(saysGoodbye: boolean): void {
    this.#isRunning = false
    if (saysGoodbye) this.#announcer.sayGoodbye(this.#offers.values())
    this.#subscriptions[Symbol.dispose]()
  }

  handleFind(find: FindEntry, canUnicast: boolean, reply: Reply): void {
    this.#announcer.answer(find, canUnicast, reply)
  }

  handleSubscribe(entry: SubscribeEntry, role: 'skip' | 'renew' | undefined, source: SdSource, reply: Reply): void {
    if (role === 'skip') return
    const eventgroup = this.#findEventgroup(entry.serviceId, entry.instanceId, entry.eventgroupId)
    this.#subscriptions.handle({ entry, source, isRenewal: role === 'renew', reply }, eventgroup)
  }

  handleReboot(address: string): void {
    this.#subscriptions.removePeer(address, 'rebooted')
  }

  #findEventgroup(serviceId: number, instanceId: number, eventgroupId: number): Eventgroup | undefined {
    return this.#offers.get(serviceKey(serviceId, instanceId))?.eventgroups.get(eventgroupId)
  }
}
