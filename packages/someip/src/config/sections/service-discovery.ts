import { list, object, obsolete } from '../compounds.ts'
import { atName, dropEntry, type Field, type Found, type Infer, mapped } from '../field.ts'
import { toMap } from '../keyed.ts'
import type { Problems } from '../problems.ts'
import { serviceInstanceKey } from '../ranges.ts'
import { address, choice, flag, integer } from '../scalars.ts'

export interface ServiceDiscoveryConfiguration {
  /** Without it the services of other hosts are those with an address in `services`. */
  readonly enabled: boolean
  readonly multicast: string
  readonly port: number
  readonly protocol: 'udp' | 'tcp'
  readonly initialDelayMinMs: number
  readonly initialDelayMaxMs: number
  readonly repetitionsBaseDelayMs: number
  readonly repetitionsMax: number
  /** Of offers, subscriptions and finds; 0xFFFFFF: until the next reboot. */
  readonly ttlSeconds: number
  /** By `serviceInstanceKey`: what the lifetimes of offers that arrive are multiplied by. */
  readonly ttlFactorOffers: ReadonlyMap<number, number>
  /** By `serviceInstanceKey`: what the lifetimes of subscriptions that arrive are multiplied by. */
  readonly ttlFactorSubscriptions: ReadonlyMap<number, number>
  readonly cyclicOfferDelayMs: number
  readonly requestResponseDelayMs: number
  readonly offerDebounceTimeMs: number
  readonly findDebounceTimeMs: number
  readonly findInitialDebounceRepetitions: number
  readonly findInitialDebounceTimeMs: number
  /** Of one eventgroup from one address. */
  readonly maxRemoteSubscribers: number
  readonly initialState: 'unknown' | 'suspended' | 'resumed'
  /** Start only when the network has a route for the multicast address. */
  readonly waitsForRoute: boolean
  /** 0: off. */
  readonly stopOfferWatchdogMs: number
  /** 0: off. */
  readonly offersWatchdogMs: number
}

const INFINITE_TTL = 0xff_ffff
const notZero = (value: number) => (value === 0 ? undefined : value)

const milliseconds = (value: number, meaning: string, type: 'uint32' | 'int32' = 'uint32') =>
  integer({ type, default: value, meaning: `milliseconds; ${meaning}`, repeat: 'first' })

const ttlFactors = (what: string) =>
  mapped(
    list(
      mapped(
        object(
          {
            service: integer({ notation: 'decimal or 0x', default: 0xffff, defaultText: '', meaning: 'service id' }),
            instance: integer({ notation: 'decimal or 0x', default: 0xffff, defaultText: '', meaning: 'instance id' }),
            ttl_factor: integer({ type: 'uint32', default: 0, defaultText: '', meaning: 'the factor' }),
          },
          { meaning: 'the factor of one service instance' },
        ),
        ({ service, instance, ttl_factor: value }, found, problems) =>
          service === 0xffff || instance === 0xffff || value === 0
            ? dropEntry(found, problems, 'a factor needs "service", "instance" and a "ttl_factor" above 0')
            : { key: serviceInstanceKey(service, instance), value, found },
      ),
      { meaning: `what the lifetimes of ${what} are multiplied by; 1 for the others`, repeat: 'first' },
    ),
    (factors, _found, problems) => toMap(factors, 'last', problems),
  )

const keys = object(
  {
    enable: flag({ default: true, meaning: 'whether there is service discovery', repeat: 'first' }),
    multicast: address({ default: '224.224.224.0', meaning: 'group that messages go to', repeat: 'first' }),
    port: integer({ default: 30_490, adjust: notZero, rule: 'not 0', meaning: 'port of the group', repeat: 'first' }),
    protocol: choice({
      choices: ['udp', 'tcp'],
      otherwise: 'udp',
      default: 'udp',
      meaning: 'transport of unicast messages',
      repeat: 'first',
      noEffect: 'service discovery speaks UDP only; vsomeip does nothing with `tcp`, either',
    }),
    initial_delay_min: milliseconds(0, 'shortest time before the first offers and finds'),
    initial_delay_max: milliseconds(3000, 'longest time before the first offers and finds'),
    repetitions_base_delay: milliseconds(10, 'time before the first repetition, doubled for each further one', 'int32'),
    repetitions_max: integer({
      type: 'uint8',
      default: 3,
      meaning: 'repetitions of the first offers and finds; 0: none',
      repeat: 'first',
    }),
    ttl: integer({
      type: 'uint32',
      default: INFINITE_TTL,
      defaultText: '0xFFFFFF (until the next reboot)',
      adjust: (value) => notZero(Math.min(value, INFINITE_TTL)),
      rule: '1 to 16777215',
      meaning: 'seconds that offers, subscriptions and finds live',
      repeat: 'first',
    }),
    ttl_factor_offers: ttlFactors('offers that arrive'),
    ttl_factor_subscriptions: ttlFactors('subscriptions that arrive'),
    cyclic_offer_delay: milliseconds(1000, 'time between two offers in the main phase', 'int32'),
    request_response_delay: integer({
      type: 'int32',
      default: 2000,
      meaning: 'milliseconds; delay of answers to messages that came by multicast',
      repeat: 'first',
      noEffect: 'vsomeip 3.7 answers without delay, too',
    }),
    offer_debounce_time: milliseconds(500, 'time in which new offers are collected'),
    find_debounce_time: milliseconds(500, 'time in which new requests for services are collected'),
    find_initial_debounce_reps: integer({
      type: 'uint8',
      default: 0,
      meaning: 'how often `find_initial_debounce_time` is used before `find_debounce_time`',
      repeat: 'first',
    }),
    find_initial_debounce_time: milliseconds(200, 'time in which the first requests for services are collected'),
    max_remote_subscribers: integer({
      type: 'uint8',
      default: 3,
      adjust: notZero,
      rule: 'not 0',
      meaning: 'most subscribers of one eventgroup from one address',
      repeat: 'first',
    }),
    initial_state: choice({
      choices: ['unknown', 'suspended', 'resumed'],
      default: 'unknown',
      meaning: 'state that routing starts in',
    }),
    wait_route_netlink_notification: flag({
      default: true,
      meaning: 'start only when there is a route for the multicast address',
      repeat: 'first',
    }),
    stop_offer_watchdog_time: milliseconds(2000, 'time for all offers to be stopped at suspend; 0: not watched'),
    offers_watchdog: milliseconds(4000, 'time for offers of others to arrive after suspend; 0: not watched'),
    offer_watchdog_time: obsolete('the guide calls `offers_watchdog` so, but vsomeip does not read it'),
  },
  { meaning: 'service discovery' },
)

export const serviceDiscoveryField: Field<ServiceDiscoveryConfiguration> = mapped(keys, toServiceDiscovery)

function toServiceDiscovery(
  values: Infer<typeof keys>,
  found: readonly Found[],
  problems: Problems,
): ServiceDiscoveryConfiguration {
  const { initial_delay_min: min, initial_delay_max: max } = values
  const place = found[0]
  if (min > max && place !== undefined) {
    const message = `"initial_delay_min" ${min} is above "initial_delay_max" ${max}; they are swapped`
    problems.report('adjusted-value', atName(place), message)
  }
  return {
    enabled: values.enable,
    multicast: values.multicast,
    port: values.port,
    protocol: values.protocol,
    initialDelayMinMs: Math.min(min, max),
    initialDelayMaxMs: Math.max(min, max),
    repetitionsBaseDelayMs: values.repetitions_base_delay,
    repetitionsMax: values.repetitions_max,
    ttlSeconds: values.ttl,
    ttlFactorOffers: values.ttl_factor_offers,
    ttlFactorSubscriptions: values.ttl_factor_subscriptions,
    cyclicOfferDelayMs: values.cyclic_offer_delay,
    requestResponseDelayMs: values.request_response_delay,
    offerDebounceTimeMs: values.offer_debounce_time,
    findDebounceTimeMs: values.find_debounce_time,
    findInitialDebounceRepetitions: values.find_initial_debounce_reps,
    findInitialDebounceTimeMs: values.find_initial_debounce_time,
    maxRemoteSubscribers: values.max_remote_subscribers,
    initialState: values.initial_state,
    waitsForRoute: values.wait_route_netlink_notification,
    stopOfferWatchdogMs: values.stop_offer_watchdog_time,
    offersWatchdogMs: values.offers_watchdog,
  }
}
