import type { Configuration } from '../../configuration.ts'
import { keyCases } from '../key-case.ts'

const KEY = 0x1234_5678
const ids = '"service":"0x1234","instance":"0x5678"'
const service = (more = '') => `{"unicast":"10.0.0.1","services":[{${ids}${more} %}]}`

const basic = [
  ...keyCases('services[]', '{"services":[{"instance":"0x5678" %}]}', (c) => [...c.services.keys()], [
    ['service', '4660', (keys) => keys, [0x5678], [KEY]],
  ]),
  ...keyCases('services[]', '{"services":[{"service":"0x1234" %}]}', (c) => [...c.services.keys()], [
    ['instance', '"0x5678"', (keys) => keys, [0x1234_0000], [KEY]],
  ]),
  ...keyCases('services[]', service(), (c) => c.services.get(KEY), [
    ['protocol', '"other"', (s) => s?.protocol, 'someip', 'other'],
    ['unicast', '"10.0.0.9"', (s) => [s?.unicast, s?.isRemote], ['10.0.0.1', false], ['10.0.0.9', true]],
    ['unicast', '"local"', (s) => [s?.unicast, s?.isRemote], ['10.0.0.1', false], ['10.0.0.1', false]],
    ['unreliable', '"30509"', (s) => s?.unreliablePort, undefined, 30509],
    ['unreliable', '65535', (s) => s?.unreliablePort, undefined, undefined],
    ['unreliable', '0', (s) => s?.unreliablePort, undefined, undefined],
  ]),
  ...keyCases('services[].reliable', service(', "reliable":{%}').replace(' %}]}', '}]}'), (c) => c.services.get(KEY), [
    ['port', '30510', (s) => s?.reliablePort, undefined, 30510],
    ['enable-magic-cookies', '"true"', (s) => s?.hasMagicCookies, false, true],
  ]),
]

const plainEvent = {
  eventId: 0x8778,
  isField: false,
  reliability: 'unknown',
  cycleMs: 0,
  changeResetsCycle: false,
  updateOnChange: true,
}
const event = (given: string) => `{"services":[{${ids},"events":[{${given} %}]}]}`

const events = [
  ...keyCases('services[].events[]', event('"is_field":"false"'), (c) => c.services.get(KEY)?.events, [
    ['event', '"0x8778"', (e) => e, new Map(), new Map([[0x8778, plainEvent]])],
  ]),
  ...keyCases('services[].events[]', event('"event":"0x8778"'), (c) => c.services.get(KEY)?.events.get(0x8778), [
    ['is_field', '"true"', (e) => e?.isField, false, true],
    ['is_reliable', '"true"', (e) => e?.reliability, 'unknown', 'reliable'],
    ['cycle', '"500"', (e) => e?.cycleMs, 0, 500],
    ['change_resets_cycle', '"true"', (e) => e?.changeResetsCycle, false, true],
    ['update_on_change', '"false"', (e) => e?.updateOnChange, true, false],
    ['update-cycle', '"500"', (e) => e, plainEvent, plainEvent],
  ]),
]

const group = (given: string) => `{"services":[{${ids},"eventgroups":[{${given}}]}]}`
const multicast = (given: string) => group(`"eventgroup":"0x4465","multicast":{${given} %}`)
const plainGroup = { eventgroupId: 0x4465, eventIds: [], multicast: undefined, threshold: 0 }

const eventgroups = [
  ...keyCases('services[].eventgroups[]', group('"threshold":"0" %'), (c) => c.services.get(KEY)?.eventgroups, [
    ['eventgroup', '"0x4465"', (g) => g, new Map(), new Map([[0x4465, plainGroup]])],
  ]),
  ...keyCases(
    'services[].eventgroups[]',
    group('"eventgroup":"0x4465" %'),
    (c) => c.services.get(KEY)?.eventgroups.get(0x4465),
    [
      ['threshold', '"8"', (g) => g?.threshold, 0, 8],
      ['is_multicast', '"true"', (g) => g, plainGroup, plainGroup],
    ],
  ),
  ...keyCases(
    'services[].eventgroups[].multicast',
    multicast('"port":"32344"'),
    (c) => c.services.get(KEY)?.eventgroups.get(0x4465)?.multicast,
    [['address', '"224.225.226.233"', (m) => m, undefined, { address: '224.225.226.233', port: 32344 }]],
  ),
  ...keyCases(
    'services[].eventgroups[].multicast',
    multicast('"address":"224.225.226.233"'),
    (c) => c.services.get(KEY)?.eventgroups.get(0x4465)?.multicast,
    [['port', '32344', (m) => m, undefined, { address: '224.225.226.233', port: 32344 }]],
  ),
  {
    path: 'services[].eventgroups[].events[]',
    without: `{"services":[{${ids},"eventgroups":[{"eventgroup":"0x4465"}]}]}`,
    given: `{"services":[{${ids},"eventgroups":[{"eventgroup":"0x4465","events":["0x8778",34681]}]}]}`,
    read: (c: Configuration) => c.services.get(KEY)?.eventgroups.get(0x4465)?.eventIds,
    fallback: [],
    expected: [0x8778, 0x8779],
  },
]

const npdu = (['requests', 'responses'] as const).flatMap((direction) => [
  ...keyCases(
    `services[].debounce-times.${direction}.<method id>`,
    `{"services":[{${ids},"debounce-times":{"${direction}":{"0x0421":{%}}}}]}`,
    (c) => c.services.get(KEY)?.npdu[direction].get(0x0421),
    [
      ['debounce-time', '"10"', (t) => t?.debounceMs, 2, 10],
      ['maximum-retention-time', '100', (t) => t?.retentionMs, 5, 100],
    ],
  ),
])

const directions = [
  ['service-to-client', 'serviceToClient'],
  ['client-to-service', 'clientToService'],
] as const
const tp = directions.flatMap(([key, direction]) => {
  const item = (given: string) => `{"services":[{${ids},"someip-tp":{"${key}":[{${given} %}]}}]}`
  const plain = { maxSegmentBytes: 1392, separationTimeMs: 0 }
  return [
    ...keyCases(
      `services[].someip-tp.${key}[]`,
      item('"separation-time":"0"'),
      (c) => c.services.get(KEY)?.tp[direction],
      [['method', '"0x12"', (t) => t, new Map(), new Map([[0x12, plain]])]],
    ),
    ...keyCases(
      `services[].someip-tp.${key}[]`,
      item('"method":"0x12"'),
      (c) => c.services.get(KEY)?.tp[direction].get(0x12),
      [
        ['max-segment-length', '"800"', (t) => t?.maxSegmentBytes, 1392, 800],
        ['separation-time', '"20"', (t) => t?.separationTimeMs, 0, 20],
      ],
    ),
  ]
})

const obsolete = keyCases('services[]', service(), (c) => c.services.get(KEY)?.unicast, [
  ['multicast', '{"address":"224.0.0.1","port":"1"}', (unicast) => unicast, '10.0.0.1', '10.0.0.1'],
])

export const serviceCases = [...basic, ...events, ...eventgroups, ...npdu, ...tp, ...obsolete]
