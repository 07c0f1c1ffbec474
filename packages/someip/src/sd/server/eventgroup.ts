import type { Endpoint } from '../transport.ts'
import { type AddressOption, TRANSPORT_PROTOCOL } from '../wire/option.ts'
import {
  endpointsKey,
  formatEndpoint,
  type RemoteSubscription,
  type SubscriberEndpoints,
  type Subscription,
} from './remote-subscription.ts'
import type { OfferedEventgroup, ServiceOffer } from './service-offer.ts'

/** Where events of an eventgroup go. Each endpoint occurs once. */
export interface EventTargets {
  /** Ends of TCP connections. */
  readonly reliable: readonly Endpoint[]
  /** UDP endpoints; none while there is `multicast`. */
  readonly unreliable: readonly Endpoint[]
  /** The group that UDP events go to in place of the single endpoints. Initial events never do. */
  readonly multicast: Endpoint | undefined
  readonly subscriptions: readonly RemoteSubscription[]
}

export const NO_TARGETS: EventTargets = { reliable: [], unreliable: [], multicast: undefined, subscriptions: [] }

/** An eventgroup of an offered service and who has subscribed to it. */
export class Eventgroup {
  readonly service: ServiceOffer
  readonly definition: OfferedEventgroup
  /** By `endpointsKey`. The owner of the eventgroup keeps it bounded. */
  readonly #subscriptions = new Map<string, Subscription>()
  #targets: EventTargets | undefined = NO_TARGETS

  constructor(service: ServiceOffer, definition: OfferedEventgroup) {
    this.service = service
    this.definition = definition
  }

  /** Worked out once after each change of the subscriptions. */
  get targets(): EventTargets {
    this.#targets ??= this.#findTargets()
    return this.#targets
  }

  /** What an Ack tells about multicast: nothing when the threshold is 0. */
  get multicastOption(): AddressOption | undefined {
    const { multicast } = this.definition
    if (multicast === undefined || multicast.threshold === 0) return undefined
    const { address, port } = multicast
    return { kind: 'multicast', address, protocol: TRANSPORT_PROTOCOL.UDP, port }
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions.values()]
  }

  find(endpoints: SubscriberEndpoints): Subscription | undefined {
    return this.#subscriptions.get(endpointsKey(endpoints))
  }

  /** Subscriptions whose events go to `address`. */
  countAt(address: string): number {
    let count = 0
    for (const subscription of this.#subscriptions.values()) if (subscription.address === address) count++
    return count
  }

  add(subscription: Subscription): void {
    this.#subscriptions.set(endpointsKey(subscription), subscription)
  }

  delete(subscription: Subscription): void {
    this.#subscriptions.delete(endpointsKey(subscription))
  }

  /** To be called after subscribers were accepted or removed. */
  changed(): void {
    this.#targets = undefined
  }

  #findTargets(): EventTargets {
    const subscriptions = this.subscriptions.filter(({ clientIds }) => clientIds.length > 0)
    const reliable = unique(subscriptions.map((subscription) => subscription.reliable))
    const unreliable = unique(subscriptions.map((subscription) => subscription.unreliable))
    const { multicast } = this.definition
    const isMulticast = multicast !== undefined && multicast.threshold > 0 && unreliable.length >= multicast.threshold
    return isMulticast
      ? { reliable, unreliable: [], multicast: { address: multicast.address, port: multicast.port }, subscriptions }
      : { reliable, unreliable, multicast: undefined, subscriptions }
  }
}

function unique(endpoints: readonly (Endpoint | undefined)[]): readonly Endpoint[] {
  const byText = new Map<string, Endpoint>()
  for (const endpoint of endpoints) if (endpoint !== undefined) byText.set(formatEndpoint(endpoint), endpoint)
  return [...byText.values()]
}
