import type { Endpoint } from '../transport.ts'

/** Where a subscriber receives events. */
export interface SubscriberEndpoints {
  /** Its end of a TCP connection to the service. */
  readonly reliable: Endpoint | undefined
  readonly unreliable: Endpoint | undefined
}

/** A subscription of another host to an eventgroup of this one. */
export interface RemoteSubscription extends SubscriberEndpoints {
  readonly serviceId: number
  readonly instanceId: number
  readonly eventgroupId: number
  /** Address of the host whose service discovery subscribed last. */
  readonly peer: string
  /** The clients that were accepted; `ALL_CLIENTS` alone unless the subscription is selective. */
  readonly clientIds: readonly number[]
}

/** One client of a subscription. */
export interface Subscriber {
  readonly subscription: Subscription
  readonly clientId: number
  /** `pending` until the owner has decided. */
  state: 'pending' | 'accepted'
}

export class Subscription implements RemoteSubscription {
  readonly serviceId: number
  readonly instanceId: number
  readonly eventgroupId: number
  readonly reliable: Endpoint | undefined
  readonly unreliable: Endpoint | undefined
  peer: string
  readonly subscribers = new Map<number, Subscriber>()

  constructor(
    ids: { readonly serviceId: number; readonly instanceId: number; readonly eventgroupId: number },
    endpoints: SubscriberEndpoints,
    peer: string,
  ) {
    this.serviceId = ids.serviceId
    this.instanceId = ids.instanceId
    this.eventgroupId = ids.eventgroupId
    this.reliable = endpoints.reliable
    this.unreliable = endpoints.unreliable
    this.peer = peer
  }

  get clientIds(): readonly number[] {
    return [...this.subscribers.values()].filter(({ state }) => state === 'accepted').map(({ clientId }) => clientId)
  }

  /** Address that events go to. */
  get address(): string {
    return (this.reliable ?? this.unreliable)?.address ?? this.peer
  }
}

/** Identifies the subscription with these endpoints within an eventgroup. */
export function endpointsKey({ reliable, unreliable }: SubscriberEndpoints): string {
  return `${formatEndpoint(reliable)} ${formatEndpoint(unreliable)}`
}

export function formatEndpoint(endpoint: Endpoint | undefined): string {
  return endpoint === undefined ? '-' : `${endpoint.address}:${endpoint.port}`
}
