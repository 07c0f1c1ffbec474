import type { Endpoint } from '../transport.ts'
import type { RemoteService } from './remote-service.ts'

export type ServiceLossReason =
  /** By a StopOffer. */
  | 'stopped'
  /** Not offered again in time. */
  | 'expired'
  /** Its host rebooted. */
  | 'rebooted'
  /** It is offered at other endpoints or in another version now; what is available then follows. */
  | 'changed'
  /** It made room for a service that somebody wants. */
  | 'evicted'
  /** This host offers it itself. */
  | 'offered-here'
  /** Service discovery was suspended or closed, or the network is down. */
  | 'halted'

/**
 * `waiting`: for an offer, or for the local endpoints; `pending`: for the first answer; then `acknowledged` or
 * `rejected`. A rejected one is tried again with the next offer.
 */
export type SubscriptionState = 'waiting' | 'pending' | 'acknowledged' | 'rejected'

export interface SubscriptionChange {
  readonly serviceId: number
  readonly instanceId: number
  readonly eventgroupId: number
  /** `ALL_CLIENTS` unless the subscription is selective. */
  readonly clientId: number
  readonly state: SubscriptionState
}

/** Where this host receives the events of a service. */
export interface LocalPorts {
  /** The local port of the TCP connection to the service, while it is established. */
  readonly reliable?: number | undefined
  /** The UDP port, once it is open. */
  readonly unreliable?: number | undefined
}

/** What service discovery asks of the clients on this host, and tells them. None of these may throw. */
export interface SdClientHandler {
  /** A service of another host can be used. Called for every service that is offered, requested or not. */
  available(service: RemoteService): void
  unavailable(service: RemoteService, reason: ServiceLossReason): void
  /** Asked before each Subscribe. Call `localPortsChanged` when the answer has changed. */
  localPorts(service: RemoteService): LocalPorts
  subscriptionChanged(change: SubscriptionChange): void
  /** Events may come by this multicast group from now on: join it, until the service is lost. */
  multicastAnnounced(service: RemoteService, eventgroupId: number, group: Endpoint): void
  /** A subscription was rejected, perhaps because the service lost its end of the TCP connection [feat_req_someipsd_869]. */
  restartConnection(service: RemoteService): void
}
