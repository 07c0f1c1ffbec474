import type { Configuration } from '../../configuration.ts'
import { keyCases } from '../key-case.ts'

const KEY = 0x1234_5678

const discovery = keyCases('service-discovery', '{"service-discovery":{%}}', (c) => c.serviceDiscovery, [
  ['enable', '"false"', (sd) => sd.enabled, true, false],
  ['multicast', '"224.244.224.245"', (sd) => sd.multicast, '224.224.224.0', '224.244.224.245'],
  ['port', '"30491"', (sd) => sd.port, 30490, 30491],
  ['protocol', '"tcp"', (sd) => sd.protocol, 'udp', 'tcp'],
  ['initial_delay_min', '"10"', (sd) => sd.initialDelayMinMs, 0, 10],
  ['initial_delay_max', '"100"', (sd) => sd.initialDelayMaxMs, 3000, 100],
  ['repetitions_base_delay', '"200"', (sd) => sd.repetitionsBaseDelayMs, 10, 200],
  ['repetitions_max', '"0"', (sd) => sd.repetitionsMax, 3, 0],
  ['ttl', '"3"', (sd) => sd.ttlSeconds, 0xff_ffff, 3],
  ['cyclic_offer_delay', '"2000"', (sd) => sd.cyclicOfferDelayMs, 1000, 2000],
  ['request_response_delay', '"1500"', (sd) => sd.requestResponseDelayMs, 2000, 1500],
  ['offer_debounce_time', '"50"', (sd) => sd.offerDebounceTimeMs, 500, 50],
  ['find_debounce_time', '"60"', (sd) => sd.findDebounceTimeMs, 500, 60],
  ['find_initial_debounce_reps', '"4"', (sd) => sd.findInitialDebounceRepetitions, 0, 4],
  ['find_initial_debounce_time', '"20"', (sd) => sd.findInitialDebounceTimeMs, 200, 20],
  ['max_remote_subscribers', '"9"', (sd) => sd.maxRemoteSubscribers, 3, 9],
  ['initial_state', '"suspended"', (sd) => sd.initialState, 'unknown', 'suspended'],
  ['wait_route_netlink_notification', '"false"', (sd) => sd.waitsForRoute, true, false],
  ['stop_offer_watchdog_time', '"0"', (sd) => sd.stopOfferWatchdogMs, 2000, 0],
  ['offers_watchdog', '"6000"', (sd) => sd.offersWatchdogMs, 4000, 6000],
  ['offer_watchdog_time', '"6000"', (sd) => sd.offersWatchdogMs, 4000, 4000],
])

const factors = (['ttl_factor_offers', 'ttl_factor_subscriptions'] as const).flatMap((key) => {
  const property = key === 'ttl_factor_offers' ? 'ttlFactorOffers' : 'ttlFactorSubscriptions'
  const item = (given: string) => `{"service-discovery":{"${key}":[{${given} %}]}}`
  const one = new Map([[KEY, 5]])
  return [
    ...keyCases(`service-discovery.${key}[]`, item('"instance":"0x5678","ttl_factor":"5"'), (c) => c.serviceDiscovery, [
      ['service', '"0x1234"', (sd) => sd[property], new Map(), one],
    ]),
    ...keyCases(`service-discovery.${key}[]`, item('"service":"0x1234","ttl_factor":"5"'), (c) => c.serviceDiscovery, [
      ['instance', '22136', (sd) => sd[property], new Map(), one],
    ]),
    ...keyCases(
      `service-discovery.${key}[]`,
      item('"service":"0x1234","instance":"0x5678"'),
      (c) => c.serviceDiscovery,
      [['ttl_factor', '"5"', (sd) => sd[property], new Map(), one]],
    ),
  ]
})

const npdu = keyCases('npdu-default-timings', '{"npdu-default-timings":{%}}', (c) => c.npduDefaults, [
  ['debounce-time-request', '"0"', (d) => d.requests.debounceMs, 2, 0],
  ['debounce-time-response', '"3"', (d) => d.responses.debounceMs, 2, 3],
  ['max-retention-time-request', '"7"', (d) => d.requests.retentionMs, 5, 7],
  ['max-retention-time-response', '"0"', (d) => d.responses.retentionMs, 5, 0],
])

const internal = (first: string, last: string) => `{"internal_services":[{"first":{${first}},"last":{${last}}}]}`
const services = (first: number, last: number) => [{ services: { first, last }, instances: { first: 0, last: 0xffff } }]
const instances = (first: number, last: number) => [
  { services: { first: 0xf300, last: 0xf300 }, instances: { first, last } },
]
const internalServices = [
  ...keyCases('internal_services[].first', internal('%', '"service":"0xFEFF"'), (c) => c.internalServices, [
    ['service', '"F700"', (i) => i, services(0, 0xfeff), services(0xf700, 0xfeff)],
  ]),
  ...keyCases('internal_services[].last', internal('"service":"0xF700"', '%'), (c) => c.internalServices, [
    ['service', '"0xFEFF"', (i) => i, [], services(0xf700, 0xfeff)],
  ]),
  ...keyCases(
    'internal_services[].first',
    internal('"service":"0xF300" %', '"service":"0xF300","instance":"0x10"'),
    (c) => c.internalServices,
    [['instance', '"1"', (i) => i, instances(0, 0x10), instances(1, 0x10)]],
  ),
  ...keyCases(
    'internal_services[].last',
    internal('"service":"0xF300","instance":"0x1"', '"service":"0xF300" %'),
    (c) => c.internalServices,
    [['instance', '"10"', (i) => i, instances(1, 0xffff), instances(1, 0x10)]],
  ),
]

const client = keyCases('clients[]', '{"clients":[{%}]}', (c) => c.clientPorts[0], [
  ['service', '"0x1234"', (p) => p?.serviceId, 0xffff, 0x1234],
  ['instance', '"0x5678"', (p) => p?.instanceId, 0xffff, 0x5678],
])
const clientPorts = (['reliable', 'unreliable'] as const).flatMap((transport) => [
  {
    path: `clients[].${transport}[]`,
    without: '{"clients":[{}]}',
    given: `{"clients":[{"${transport}":[40002,"0x9C40",40002]}]}`,
    read: (c: Configuration) => c.clientPorts[0]?.[transport].ports,
    fallback: [],
    expected: [40000, 40002],
  },
  ...(['remote', 'client'] as const).flatMap((side) => {
    const key = `${transport}_${side}_ports`
    const read = (c: Configuration) => c.clientPorts[0]?.[transport][`${side}Range`]
    return [
      ...keyCases(`clients[].${key}`, `{"clients":[{"${key}":{"last":"30599" %}}]}`, read, [
        ['first', '"30501"', (range) => range, undefined, { first: 30501, last: 30599 }],
      ]),
      ...keyCases(`clients[].${key}`, `{"clients":[{"${key}":{"first":"0x7725" %}}]}`, read, [
        ['last', '30599', (range) => range, { first: 30501, last: 65535 }, { first: 30501, last: 30599 }],
      ]),
    ]
  }),
])

export const discoveryCases = [...discovery, ...factors, ...npdu, ...internalServices, ...client, ...clientPorts]
