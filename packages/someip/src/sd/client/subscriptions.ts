import type { Logger } from '@opensovd/base'
import { guarded } from '../guarded.ts'
import type { SdLimits, SdParameters } from '../parameters.ts'
import { ALL_CLIENTS, type Reply } from '../reply.ts'
import { checkId, SdError } from '../sd-error.ts'
import type { EntryGroup, SdSender } from '../sender.ts'
import { formatEventgroup, serviceKey } from '../service-key.ts'
import type { Subnet } from '../subnet.ts'
import type { AcknowledgeEntry } from '../wire/entry.ts'
import type { SdClientHandler, ServiceLossReason, SubscriptionState } from './handler.ts'
import { readGroup } from './multicast-group.ts'
import type { RemoteService } from './remote-service.ts'
import { type EventgroupClient, isSamePorts, type SubscribeOptions, Subscription } from './subscription.ts'

export interface SubscriptionsOptions {
  readonly log: Logger
  readonly sender: SdSender
  readonly handler: SdClientHandler
  readonly parameters: SdParameters
  readonly limits: SdLimits
  readonly subnet: Subnet
}

/** How an Offer was heard. */
export interface HeardOffer {
  /** The service was not known. */
  readonly isNew: boolean
  readonly isMulticast: boolean
  /** It came by multicast, and those before it by unicast. */
  readonly isFirstMulticast: boolean
}

/** The eventgroups of other hosts that are wanted here: subscribes to them whenever they are offered. */
export class Subscriptions {
  readonly #log: Logger
  readonly #sender: SdSender
  readonly #handler: SdClientHandler
  readonly #ttlSeconds: number
  readonly #maxClients: number
  readonly #ownAddress: string
  /** By `serviceKey`, then by eventgroup. */
  readonly #byService = new Map<number, Map<number, Subscription>>()

  constructor({ log, sender, handler, parameters, limits, subnet }: SubscriptionsOptions) {
    this.#log = log
    this.#sender = sender
    this.#handler = handler
    this.#ttlSeconds = parameters.ttlSeconds
    this.#maxClients = limits.clientsPerSubscription
    this.#ownAddress = subnet.own
  }

  isWanted(serviceId: number, instanceId: number): boolean {
    return this.#byService.has(serviceKey(serviceId, instanceId))
  }

  /**
   * Subscribes now if the service is known, and whenever it is offered. Subscribing again for the same client changes
   * nothing. @throws SdError
   */
  add(options: SubscribeOptions, service: RemoteService | undefined): void {
    checkSubscribeOptions(options)
    const { serviceId, instanceId, eventgroupId, clientId = ALL_CLIENTS } = options
    const subscription = this.#find(serviceId, instanceId, eventgroupId) ?? new Subscription(options)
    const name = formatEventgroup(serviceId, instanceId, eventgroupId)
    const isOther = subscription.clients.size > 0 && subscription.isSelective !== (clientId !== ALL_CLIENTS)
    if (isOther || subscription.options.majorVersion !== options.majorVersion) {
      throw new SdError('other-subscription', name)
    }
    if (subscription.clients.has(clientId)) return
    if (subscription.clients.size >= this.#maxClients) throw new SdError('too-many-clients', name)
    subscription.clients.set(clientId, { state: 'waiting', isAnswered: true })
    const key = serviceKey(serviceId, instanceId)
    this.#byService.set(key, (this.#byService.get(key) ?? new Map()).set(eventgroupId, subscription))
    if (service !== undefined) this.subscribeMissing(service)
  }

  /** Returns false when there is no such subscription. */
  remove(options: EventgroupClient, service: RemoteService | undefined): boolean {
    const { serviceId, instanceId, eventgroupId, clientId = ALL_CLIENTS } = options
    const subscription = this.#find(serviceId, instanceId, eventgroupId)
    const client = subscription?.clients.get(clientId)
    if (subscription === undefined || client === undefined) return false
    if (client.state !== 'waiting' && service !== undefined) {
      const stop = this.#stop(subscription, [clientId])
      this.#sender.unicast(stop === undefined ? [] : [stop], service.peer)
    }
    subscription.clients.delete(clientId)
    if (subscription.clients.size > 0) return true
    const eventgroups = this.#byService.get(serviceKey(serviceId, instanceId))
    eventgroups?.delete(eventgroupId)
    if (eventgroups?.size === 0) this.#byService.delete(serviceKey(serviceId, instanceId))
    return true
  }

  /** The service is offered for the first time, or again at the same place. */
  offered(service: RemoteService, offer: HeardOffer, reply: Reply): void {
    // Unicast Offers answer Finds; they refresh nothing [feat_req_someipsd_1169].
    if (!offer.isNew && !offer.isMulticast) return
    for (const subscription of this.#of(service)) {
      if (offer.isNew && !subscription.isWaiting) continue
      // What a unicast Offer led to may be unanswered yet.
      const isRepeated = subscription.isUnacknowledged && !offer.isFirstMulticast
      const group = this.#subscribe(service, subscription, isRepeated)
      if (group !== undefined) reply.answer(group)
    }
  }

  /** Subscribes with the ports that the owner has now, where the last Subscribe named others or none. */
  subscribeMissing(service: RemoteService): void {
    const groups: EntryGroup[] = []
    for (const subscription of this.#of(service)) {
      const ports = subscription.usablePorts(service, this.#localPorts(service))
      if (!subscription.isWaiting && isSamePorts(ports, subscription.sentPorts)) continue
      const group = this.#subscribe(service, subscription, false)
      if (group !== undefined) groups.push(group)
    }
    this.#sender.unicast(groups, service.peer)
  }

  /** The service is gone. Returns what is to be sent to its host, which may still be there. */
  lost(service: RemoteService, reason: ServiceLossReason): readonly EntryGroup[] {
    const stops: EntryGroup[] = []
    for (const subscription of this.#of(service)) {
      if (reason === 'expired' || reason === 'halted') {
        const stop = this.#stop(subscription, [...subscription.clients.keys()])
        if (stop !== undefined) stops.push(stop)
      }
      // A server that says so has forgotten the subscription [feat_req_someipsd_830].
      subscription.needsRenewal = reason !== 'stopped' && (subscription.needsRenewal || subscription.isSent)
      this.#rest(subscription)
    }
    return stops
  }

  /** Handles an Ack or Nack of the host that offers the service. */
  handleAcknowledge(entry: AcknowledgeEntry, service: RemoteService): void {
    const subscription = this.#find(entry.serviceId, entry.instanceId, entry.eventgroupId)
    if (subscription === undefined) return
    const isAccepted = entry.ttlSeconds > 0
    const named = entry.options.flatMap((option) => (option.kind === 'selective' ? option.clientIds : []))
    for (const clientId of named.length > 0 ? named : subscription.clients.keys()) {
      const client = subscription.clients.get(clientId)
      if (client === undefined || client.state === 'waiting') continue
      client.isAnswered = true
      this.#setState(subscription, clientId, isAccepted ? 'acknowledged' : 'rejected')
    }
    if (isAccepted) this.#announceGroup(entry, subscription, service)
    else if (!subscription.isSelective && subscription.sentPorts?.reliable !== undefined) {
      guarded(this.#log, 'restartConnection', undefined, () => this.#handler.restartConnection(service))
    }
  }

  #announceGroup(entry: AcknowledgeEntry, subscription: Subscription, service: RemoteService): void {
    const group = readGroup(entry.options)
    const text = group === undefined ? undefined : `${group.address} ${group.port}`
    if (group === undefined || text === subscription.announcedGroup) return
    subscription.announcedGroup = text
    const { eventgroupId } = subscription.options
    guarded(this.#log, 'multicastAnnounced', undefined, () =>
      this.#handler.multicastAnnounced(service, eventgroupId, group),
    )
  }

  /** The entries of a Subscribe; undefined while the local endpoints are not ready. */
  #subscribe(service: RemoteService, subscription: Subscription, isRepeated: boolean): EntryGroup | undefined {
    const ports = subscription.usablePorts(service, this.#localPorts(service))
    if (ports === undefined) {
      subscription.needsRenewal ||= subscription.isSent
      this.#rest(subscription)
      return undefined
    }
    const entry = subscription.entry(this.#ownAddress, ports, this.#ttlSeconds, [...subscription.clients.keys()])
    const isRenewal = subscription.needsRenewal || isRepeated
    subscription.needsRenewal = false
    subscription.sentPorts = ports
    for (const [clientId, client] of subscription.clients) {
      client.isAnswered = false
      if (client.state === 'waiting') this.#setState(subscription, clientId, 'pending')
    }
    return isRenewal ? [{ ...entry, ttlSeconds: 0 }, entry] : [entry]
  }

  #stop(subscription: Subscription, clientIds: readonly number[]): EntryGroup | undefined {
    const { sentPorts } = subscription
    return sentPorts && [subscription.entry(this.#ownAddress, sentPorts, 0, clientIds)]
  }

  /** Lets a subscription wait for an offer or for the local endpoints. */
  #rest(subscription: Subscription): void {
    subscription.sentPorts = undefined
    subscription.announcedGroup = undefined
    for (const clientId of subscription.clients.keys()) this.#setState(subscription, clientId, 'waiting')
  }

  #setState(subscription: Subscription, clientId: number, state: SubscriptionState): void {
    const client = subscription.clients.get(clientId)
    if (client === undefined || client.state === state) return
    client.state = state
    const { serviceId, instanceId, eventgroupId } = subscription.options
    const change = { serviceId, instanceId, eventgroupId, clientId, state }
    guarded(this.#log, 'subscriptionChanged', undefined, () => this.#handler.subscriptionChanged(change))
  }

  #localPorts(service: RemoteService) {
    return guarded(this.#log, 'localPorts', {}, () => this.#handler.localPorts(service))
  }

  #of({ serviceId, instanceId }: RemoteService): readonly Subscription[] {
    return [...(this.#byService.get(serviceKey(serviceId, instanceId))?.values() ?? [])]
  }

  #find(serviceId: number, instanceId: number, eventgroupId: number): Subscription | undefined {
    return this.#byService.get(serviceKey(serviceId, instanceId))?.get(eventgroupId)
  }
}

function checkSubscribeOptions({
  serviceId,
  instanceId,
  eventgroupId,
  majorVersion,
  clientId = 0,
}: SubscribeOptions): void {
  checkId('serviceId', serviceId, 0xffff)
  checkId('instanceId', instanceId, 0xfffe)
  checkId('eventgroupId', eventgroupId, 0xffff)
  checkId('majorVersion', majorVersion, 0xff)
  checkId('clientId', clientId, 0xffff)
}
