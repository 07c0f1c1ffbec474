import { type Clock, type Logger, raceSignal, type Scope } from '@opensovd/base'
import { Deadlines } from '../deadlines.ts'
import { guarded } from '../guarded.ts'
import { lifetimeMs } from '../lifetime.ts'
import type { SdLimits, SdParameters } from '../parameters.ts'
import { ALL_CLIENTS, Reply } from '../reply.ts'
import type { SdSender } from '../sender.ts'
import { formatEventgroup, serviceKey } from '../service-key.ts'
import type { Subnet } from '../subnet.ts'
import type { Endpoint, SdSource } from '../transport.ts'
import type { SubscribeEntry } from '../wire/entry.ts'
import type { Eventgroup } from './eventgroup.ts'
import type { SdServerHandler, UnsubscribeReason } from './handler.ts'
import { type Subscriber, Subscription } from './remote-subscription.ts'
import { checkSubscribe, NACK_REASON, type NackReason, type SubscribeRequest } from './subscribe-check.ts'

export interface RemoteSubscriptionsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly sender: SdSender
  readonly handler: SdServerHandler
  readonly parameters: SdParameters
  readonly limits: SdLimits
  readonly expiryGraceMs: number
  readonly subnet: Subnet
}

/** A Subscribe or StopSubscribe that arrived, and what it is answered with. */
export interface SubscribeExchange {
  readonly entry: SubscribeEntry
  readonly source: SdSource
  /** Whether the initial events are wanted even if the subscription exists. */
  readonly isRenewal: boolean
  readonly reply: Reply
}

/** Who has subscribed to the eventgroups of this host: decides on Subscribes, answers them and lets them expire. */
export class RemoteSubscriptions implements Disposable {
  readonly #log: Logger
  readonly #sender: SdSender
  readonly #handler: SdServerHandler
  readonly #parameters: SdParameters
  readonly #limits: SdLimits
  readonly #expiryGraceMs: number
  readonly #subnet: Subnet
  readonly #deadlines: Deadlines<Subscriber>
  /** With the eventgroup of each. Bounded by `limits.remoteSubscribers`. */
  readonly #subscribers = new Map<Subscriber, Eventgroup>()
  #scope: Scope | undefined

  constructor(options: RemoteSubscriptionsOptions) {
    this.#log = options.log
    this.#sender = options.sender
    this.#handler = options.handler
    this.#parameters = options.parameters
    this.#limits = options.limits
    this.#expiryGraceMs = options.expiryGraceMs
    this.#subnet = options.subnet
    this.#deadlines = new Deadlines(options.clock, (subscriber) => this.#remove(subscriber, 'expired'))
  }

  /** Subscribers, also those that are not decided on. */
  get size(): number {
    return this.#subscribers.size
  }

  /** Decisions that take time end with the scope. */
  start(scope: Scope): void {
    this.#scope = scope
  }

  /** @param eventgroup undefined when there is none with the ids of the entry */
  handle(exchange: SubscribeExchange, eventgroup: Eventgroup | undefined): void {
    const { entry, source } = exchange
    const request = checkSubscribe(entry, {
      eventgroup,
      isMulticast: source.isMulticast,
      subnet: this.#subnet,
      maxClients: this.#limits.clientsPerSubscription,
      isConnected: (service, client) =>
        guarded(this.#log, 'isConnected', false, () => this.#handler.isConnected(service, client)),
    })
    if (eventgroup === undefined || typeof request === 'string') {
      if (entry.ttlSeconds > 0) this.#refuse(exchange, typeof request === 'string' ? request : 'unknown-eventgroup')
    } else if (entry.ttlSeconds === 0) this.#stop(eventgroup, request)
    else this.#subscribe(exchange, eventgroup, request)
  }

  removePeer(address: string, reason: UnsubscribeReason): void {
    this.#removeWhere(({ subscription }) => subscription.peer === address, reason)
  }

  removeEventgroup(eventgroup: Eventgroup): void {
    this.#removeWhere((_, itsEventgroup) => itsEventgroup === eventgroup, 'offer-stopped')
  }

  /** The subscriptions of a TCP connection that is gone. */
  removeConnection({ address, port }: Endpoint): void {
    const isGone = ({ subscription: { reliable } }: Subscriber) =>
      reliable?.address === address && reliable.port === port
    this.#removeWhere(isGone, 'disconnected')
  }

  removeAll(): void {
    this.#removeWhere(() => true, 'halted')
  }

  [Symbol.dispose](): void {
    this.removeAll()
    this.#deadlines[Symbol.dispose]()
  }

  #subscribe(exchange: SubscribeExchange, eventgroup: Eventgroup, request: SubscribeRequest): void {
    const { source, entry, reply } = exchange
    const known = eventgroup.find(request)
    const subscription =
      known ?? new Subscription({ ...eventgroup.service, ...eventgroup.definition }, request, source.address)
    const wanted = request.clientIds.filter((clientId) => !subscription.subscribers.has(clientId))
    if (!this.#hasRoom(eventgroup, known, subscription, wanted.length)) {
      this.#refuse(exchange, 'too-many-subscribers', request.clientIds)
      return
    }
    if (known === undefined) eventgroup.add(subscription)
    subscription.peer = source.address
    const accepted: number[] = []
    for (const clientId of request.clientIds) {
      const subscriber = subscription.subscribers.get(clientId)
      if (subscriber === undefined) continue
      this.#setDeadline(subscriber, entry.ttlSeconds)
      if (subscriber.state === 'accepted') accepted.push(clientId)
    }
    if (accepted.length > 0) {
      this.#acknowledge(exchange, eventgroup, accepted)
      if (exchange.isRenewal) this.#sendInitialEvents(subscription, reply)
    }
    for (const clientId of wanted) {
      const subscriber: Subscriber = { subscription, clientId, state: 'pending' }
      subscription.subscribers.set(clientId, subscriber)
      this.#subscribers.set(subscriber, eventgroup)
      this.#setDeadline(subscriber, entry.ttlSeconds)
      this.#ask(exchange, subscriber)
    }
  }

  #hasRoom(eventgroup: Eventgroup, known: Subscription | undefined, { address }: Subscription, added: number): boolean {
    if (this.size + added > this.#limits.remoteSubscribers) return false
    return known !== undefined || eventgroup.countAt(address) < this.#parameters.maxRemoteSubscribers
  }

  /** Lets the owner decide on a new subscriber, who is remembered meanwhile. */
  #ask(exchange: SubscribeExchange, subscriber: Subscriber): void {
    const { subscription, clientId } = subscriber
    const { serviceId, instanceId, eventgroupId, reliable, unreliable, peer } = subscription
    const request = { serviceId, instanceId, eventgroupId, reliable, unreliable, peer, clientId }
    const answer = guarded(this.#log, 'acceptSubscription', false, () => this.#handler.acceptSubscription(request))
    if (typeof answer === 'boolean') this.#decide(exchange, subscriber, answer)
    else this.#scope?.run((signal) => this.#decideLater(exchange, subscriber, answer, signal))
  }

  async #decideLater(
    exchange: SubscribeExchange,
    subscriber: Subscriber,
    answer: Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void> {
    const isAccepted = await raceSignal(answer, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      return guarded(this.#log, 'acceptSubscription', false, () => {
        throw error
      })
    })
    const reply = new Reply()
    this.#decide({ ...exchange, reply }, subscriber, isAccepted)
    reply.send(this.#sender, exchange.source)
  }

  #decide(exchange: SubscribeExchange, subscriber: Subscriber, isAccepted: boolean): void {
    const { subscription, clientId } = subscriber
    const eventgroup = this.#subscribers.get(subscriber)
    if (eventgroup === undefined) return
    if (!isAccepted) {
      this.#forget(subscriber)
      this.#refuse(exchange, 'rejected', [clientId])
      return
    }
    subscriber.state = 'accepted'
    eventgroup.changed()
    guarded(this.#log, 'subscribed', undefined, () => this.#handler.subscribed(subscription, clientId))
    this.#acknowledge(exchange, eventgroup, [clientId])
    this.#sendInitialEvents(subscription, exchange.reply)
  }

  #stop(eventgroup: Eventgroup, request: SubscribeRequest): void {
    const subscription = eventgroup.find(request)
    for (const clientId of request.clientIds) {
      const subscriber = subscription?.subscribers.get(clientId)
      if (subscriber !== undefined) this.#remove(subscriber, 'stopped')
    }
  }

  #setDeadline(subscriber: Subscriber, ttlSeconds: number): void {
    const { serviceId, instanceId } = subscriber.subscription
    const factor = this.#parameters.ttlFactorSubscriptions.get(serviceKey(serviceId, instanceId)) ?? 1
    this.#deadlines.set(subscriber, lifetimeMs(ttlSeconds, factor, this.#expiryGraceMs))
  }

  #sendInitialEvents(subscription: Subscription, reply: Reply): void {
    reply.afterwards(() =>
      guarded(this.#log, 'sendInitialEvents', undefined, () => this.#handler.sendInitialEvents(subscription)),
    )
  }

  #acknowledge({ entry, reply }: SubscribeExchange, eventgroup: Eventgroup, clientIds: readonly number[]): void {
    const { multicastOption } = eventgroup
    reply.acknowledge(entry, entry.ttlSeconds, clientIds, multicastOption === undefined ? [] : [multicastOption])
  }

  #refuse(
    { entry, source, reply }: SubscribeExchange,
    reason: NackReason,
    clientIds: readonly number[] = [ALL_CLIENTS],
  ): void {
    this.#log.debug('a subscription is not acknowledged', {
      eventgroup: formatEventgroup(entry.serviceId, entry.instanceId, entry.eventgroupId),
      peer: source.address,
      reason: NACK_REASON[reason],
    })
    reply.acknowledge(entry, 0, clientIds, [])
  }

  #removeWhere(isGone: (subscriber: Subscriber, eventgroup: Eventgroup) => boolean, reason: UnsubscribeReason): void {
    for (const [subscriber, eventgroup] of [...this.#subscribers]) {
      if (isGone(subscriber, eventgroup)) this.#remove(subscriber, reason)
    }
  }

  #remove(subscriber: Subscriber, reason: UnsubscribeReason): void {
    const wasAccepted = subscriber.state === 'accepted'
    if (!this.#forget(subscriber) || !wasAccepted) return
    const { subscription, clientId } = subscriber
    guarded(this.#log, 'unsubscribed', undefined, () => this.#handler.unsubscribed(subscription, clientId, reason))
  }

  #forget(subscriber: Subscriber): boolean {
    const eventgroup = this.#subscribers.get(subscriber)
    if (eventgroup === undefined) return false
    const { subscription, clientId } = subscriber
    this.#subscribers.delete(subscriber)
    this.#deadlines.delete(subscriber)
    subscription.subscribers.delete(clientId)
    if (subscription.subscribers.size === 0) eventgroup.delete(subscription)
    eventgroup.changed()
    return true
  }
}
