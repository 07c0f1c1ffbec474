import type { Endpoint } from '../transport.ts'
import type { RemoteSubscription } from './remote-subscription.ts'
import type { ServiceOffer } from './service-offer.ts'

/** A host, or one client of it, that wants to subscribe. */
export interface SubscriptionRequest extends Omit<RemoteSubscription, 'clientIds'> {
  /** `ALL_CLIENTS` unless the subscription is selective. */
  readonly clientId: number
}

export type UnsubscribeReason =
  /** By a StopSubscribe. */
  | 'stopped'
  /** Not refreshed in time. */
  | 'expired'
  /** The host rebooted. */
  | 'rebooted'
  /** The service or the eventgroup is no longer offered. */
  | 'offer-stopped'
  /** The TCP connection was closed. */
  | 'disconnected'
  /** Service discovery was suspended or closed, or the network is down. */
  | 'halted'

/** What service discovery asks of the services of this host, and tells them. None of these may throw. */
export interface SdServerHandler {
  /** Whether there is a TCP connection from `client` to the service. */
  isConnected(service: ServiceOffer, client: Endpoint): boolean
  /** Whether to accept a new subscription. The answer to the subscriber waits for it, other answers do not. */
  acceptSubscription(request: SubscriptionRequest): boolean | Promise<boolean>
  /** From now on `eventTargets` has the subscription. Called before the subscriber learns it. */
  subscribed(subscription: RemoteSubscription, clientId: number): void
  /** The fields of the eventgroup must be sent now, to the subscription's own endpoints only. */
  sendInitialEvents(subscription: RemoteSubscription): void
  /** `eventTargets` no longer has the subscription, or this client of it. */
  unsubscribed(subscription: RemoteSubscription, clientId: number, reason: UnsubscribeReason): void
}
