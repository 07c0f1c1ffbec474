/** How service discovery behaves. The section `service-discovery` of a vsomeip configuration has all of these. */
export interface SdParameters {
  /** Port of the multicast group, and of every peer. */
  readonly port: number
  /** One delay between these two is drawn, for the first offers and finds alike. */
  readonly initialDelayMinMs: number
  readonly initialDelayMaxMs: number
  /** Time before the first repetition, doubled for each further one. */
  readonly repetitionsBaseDelayMs: number
  readonly repetitionsMax: number
  readonly cyclicOfferDelayMs: number
  /** Time in which offers are collected after the first ones. */
  readonly offerDebounceTimeMs: number
  /** Time in which requests are collected after the first ones. */
  readonly findDebounceTimeMs: number
  /** How often `findInitialDebounceTimeMs` is used in place of `findDebounceTimeMs`. */
  readonly findInitialDebounceRepetitions: number
  readonly findInitialDebounceTimeMs: number
  /** Of offers and subscriptions; 0xFFFFFF: until the next reboot. */
  readonly ttlSeconds: number
  /** By `serviceKey`: what the lifetimes of offers that arrive are multiplied by. */
  readonly ttlFactorOffers: ReadonlyMap<number, number>
  /** By `serviceKey`: what the lifetimes of subscriptions that arrive are multiplied by. */
  readonly ttlFactorSubscriptions: ReadonlyMap<number, number>
  /** Of one eventgroup at one address. */
  readonly maxRemoteSubscribers: number
}

/** The address of this host and its subnet; the configuration's `network` has all of these. */
export interface SdNetwork {
  readonly unicast: string
  /** The subnet of an IPv4 address. */
  readonly netmask: string
  /** The subnet of an IPv6 address. */
  readonly prefixLength: number
}

/** Bounds on what others can make service discovery remember. */
export interface SdLimits {
  /** Hosts whose session counters are remembered, in each direction. The one heard of longest ago is forgotten. */
  readonly peers: number
  /** Services of others. When there are so many, an unwanted one makes room for a wanted one. */
  readonly remoteServices: number
  /** Subscribers of all services here: endpoints and, where a subscription is selective, clients. */
  readonly remoteSubscribers: number
  /** Clients that one selective subscription names. */
  readonly clientsPerSubscription: number
}

/** Bounds of what other hosts can make one remember. */
export const DEFAULT_SD_LIMITS: SdLimits = {
  peers: 1024,
  remoteServices: 4096,
  remoteSubscribers: 4096,
  clientsPerSubscription: 255,
}

/** Shortest time in which offers or requests are collected: a loop must let time pass, whatever is configured. */
export const MIN_WINDOW_MS = 1
const LONGEST_REPETITION_DELAY_MS = 24 * 60 * 60 * 1000

/** Time before a repetition, the first one being 0 [feat_req_someipsd_76]. */
export function repetitionDelayMs(repetitionsBaseDelayMs: number, repetition: number): number {
  return Math.min(LONGEST_REPETITION_DELAY_MS, repetitionsBaseDelayMs * 2 ** repetition)
}
