import type { Configuration } from '../../configuration.ts'
import { keyCases } from '../key-case.ts'

const ANY = 0xffff
const KEY = 0x1234_5678

const message = (serviceId: number, instanceId: number, methodId: number) => ({ serviceId, instanceId, methodId })
const any = message(ANY, ANY, ANY)
const filter = (item: string) => `{"tracing":{"channels":[{"id":"DG"}],"filters":[{${item}}]}}`
const matches = (c: Configuration) => c.tracing.filters[0]?.matches
const each = (one: unknown) => ({ kind: 'each', messages: [one] })

const tracing = [
  ...keyCases('tracing', '{"tracing":{%}}', (c) => c.tracing, [
    ['enable', '"true"', (t) => t.enabled, false, true],
    ['sd_enable', '"true"', (t) => t.sdEnabled, false, true],
  ]),
  ...keyCases('tracing.channels[]', '{"tracing":{"channels":[{%}]}}', (c) => c.tracing.channels[0], [
    ['id', '"DG"', (channel) => channel?.id, '', 'DG'],
    ['name', '"Diagnosis"', (channel) => channel?.name, '', 'Diagnosis'],
  ]),
  {
    path: 'tracing.filters[].channel[]',
    without: filter(''),
    given: filter('"channel":["DG","TC"]'),
    read: (c: Configuration) => c.tracing.filters[0]?.channels,
    fallback: ['TC'],
    expected: ['DG', 'TC'],
  },
  ...keyCases('tracing.filters[]', filter('"services":["0x1234"] %'), (c) => c.tracing.filters[0], [
    ['type', '"header-only"', (f) => f?.type, 'positive', 'header-only'],
    ['methods', '["0x1"]', (f) => f?.matches, each(message(0x1234, ANY, ANY)), each(message(0x1234, ANY, ANY))],
    ['clients', '["0x1"]', (f) => f?.matches, each(message(0x1234, ANY, ANY)), each(message(0x1234, ANY, ANY))],
  ]),
  ...(['matches', 'services'] as const).flatMap((key) =>
    keyCases(`tracing.filters[].${key}[]`, filter(`"${key}":[{%}]`), matches, [
      ['service', '"0x1234"', (m) => m, each(any), each(message(0x1234, ANY, ANY))],
      ['instance', '"any"', (m) => m, each(any), each(any)],
      ['instance', '"0x5678"', (m) => m, each(any), each(message(ANY, 0x5678, ANY))],
      ['method', '33', (m) => m, each(any), each(message(ANY, ANY, 33))],
    ]),
  ),
  ...(['from', 'to'] as const).flatMap((end) => {
    const range = (given: unknown) => ({ kind: 'range', from: any, to: any, [end]: given })
    const template = end === 'from' ? '"matches":{"from":{%},"to":{}}' : '"matches":{"from":{},"to":{%}}'
    return keyCases(`tracing.filters[].matches.${end}`, filter(template), matches, [
      ['service', '"0x1234"', (m) => m, range(any), range(message(0x1234, ANY, ANY))],
      ['instance', '"0x5678"', (m) => m, range(any), range(message(ANY, 0x5678, ANY))],
      ['method', '"0x8778"', (m) => m, range(any), range(message(ANY, ANY, 0x8778))],
    ])
  }),
]

const selective = {
  path: 'supports_selective_broadcasts[]',
  without: '{}',
  given: '{"supports_selective_broadcasts":["10.0.0.3","FE80::1"]}',
  read: (c: Configuration) => c.selectiveBroadcastHosts,
  fallback: new Set(),
  expected: new Set(['10.0.0.3', 'fe80::1']),
}

const protection = (profile: string, more: string) =>
  `{"e2e":{"protected":[{"variant":"both","profile":"${profile}"${more} %}]}}`
const first = (c: Configuration) => c.e2e.protections[0]
const p01 = {
  name: 'P01',
  dataId: 0,
  crcOffsetBytes: 0,
  dataLengthBits: 0,
  counterOffsetBits: 8,
  dataIdNibbleOffsetBits: 12,
  dataIdMode: 0,
}
const p04 = { name: 'P04', dataId: 0, offsetBytes: 0, minDataLength: 0, maxDataLength: 0xffff, maxDeltaCounter: 0xffff }
const p07 = { ...p04, name: 'P07', maxDataLength: 0xffff_ffff, maxDeltaCounter: 0xffff_ffff }
const p05 = { name: 'P05', dataId: 0, dataLengthBits: 0, offsetBytes: 0, maxDeltaCounter: 0xffff }

const e2e = [
  ...keyCases('e2e', '{"e2e":{%}}', (c) => c.e2e, [['e2e_enabled', '"true"', (e) => e.enabled, false, true]]),
  ...keyCases('e2e.protected[]', protection('CRC32', ''), first, [
    ['service_id', '"0x1234"', (p) => p?.serviceId, 0, 0x1234],
    ['event_id', '34680', (p) => p?.eventId, 0, 0x8778],
    [
      'crc_offset',
      '"4"',
      (p) => p?.profile,
      { name: 'CRC32', crcOffsetBytes: 0 },
      { name: 'CRC32', crcOffsetBytes: 4 },
    ],
  ]),
  ...keyCases('e2e.protected[]', '{"e2e":{"protected":[{"profile":"P04" %}]}}', first, [
    ['variant', '"protector"', (p) => [p?.protects, p?.checks], [undefined, undefined], [true, false]],
    ['variant', '"checker"', (p) => [p?.protects, p?.checks], [undefined, undefined], [false, true]],
    ['variant', '"both"', (p) => [p?.protects, p?.checks], [undefined, undefined], [true, true]],
  ]),
  ...keyCases('e2e.protected[]', '{"e2e":{"protected":[{"variant":"both" %}]}}', (c) => first(c)?.profile, [
    ['profile', '"CRC8"', (p) => p, undefined, p01],
    ['profile', '"P01"', (p) => p, undefined, p01],
    ['profile', '"P04"', (p) => p, undefined, p04],
    ['profile', '"P05"', (p) => p, undefined, p05],
    ['profile', '"P07"', (p) => p, undefined, p07],
    ['profile', '"CSTM"', (p) => p, undefined, { name: 'CRC32', crcOffsetBytes: 0 }],
  ]),
  ...keyCases('e2e.protected[]', protection('P01', ''), (c) => first(c)?.profile, [
    ['data_id', '"0x1FF"', (p) => p, p01, { ...p01, dataId: 0x1ff }],
    ['data_length', '"56"', (p) => p, p01, { ...p01, dataLengthBits: 56 }],
    ['counter_offset', '"16"', (p) => p, p01, { ...p01, counterOffsetBits: 16 }],
    ['data_id_nibble_offset', '"20"', (p) => p, p01, { ...p01, dataIdNibbleOffsetBits: 20 }],
    ['data_id_mode', '"3"', (p) => p, p01, { ...p01, dataIdMode: 3 }],
  ]),
  ...keyCases('e2e.protected[]', protection('P04', ''), (c) => first(c)?.profile, [
    ['crc_offset', '"64"', (p) => p, p04, { ...p04, offsetBytes: 8 }],
    ['min_data_length', '"16"', (p) => p, p04, { ...p04, minDataLength: 16 }],
    ['max_data_length', '"0x100"', (p) => p, p04, { ...p04, maxDataLength: 256 }],
    ['max_delta_counter', '"3"', (p) => p, p04, { ...p04, maxDeltaCounter: 3 }],
  ]),
  ...keyCases('e2e.protected[]', protection('P07', ''), (c) => first(c)?.profile, [
    ['max_data_length', '"0x10000"', (p) => p, p07, { ...p07, maxDataLength: 0x1_0000 }],
    ['max_delta_counter', '"70000"', (p) => p, p07, { ...p07, maxDeltaCounter: 70_000 }],
  ]),
]

const defaults = {
  optional: [
    { first: 30491, last: 30499 },
    { first: 30898, last: 30998 },
    { first: 30501, last: 30599 },
  ],
  secure: [
    { first: 32491, last: 32499 },
    { first: 32898, last: 32998 },
    { first: 32501, last: 32599 },
  ],
}
const acceptance = (given: string) => `{"acceptances":[{${given}}]}`
const device = (c: Configuration) => c.acceptances[0]

const acceptances = [
  ...keyCases('acceptances[]', acceptance('"path":"/run/on" %'), device, [
    ['address', '"10.0.0.3"', (d) => d?.address, undefined, '10.0.0.3'],
  ]),
  {
    path: 'acceptances[].path[]',
    without: acceptance('"address":"10.0.0.3"'),
    given: acceptance('"address":"10.0.0.3","path":["/run/a","/run/b"]'),
    read: (c: Configuration) => device(c)?.paths,
    fallback: [],
    expected: ['/run/a', '/run/b'],
  },
  ...(['reliable', 'unreliable'] as const).flatMap((transport) => {
    const ports = (item: string) => acceptance(`"address":"10.0.0.3","${transport}":[{${item} %}]`)
    const read = (c: Configuration) => device(c)?.[transport]
    const optional = (first: number, last: number) => ({ ...defaults, optional: [{ first, last }] })
    const none = { ...defaults, optional: [] }
    return [
      ...keyCases('acceptances[]', acceptance('"address":"10.0.0.3" %'), read, [
        [transport, '[]', (p) => p, undefined, defaults],
      ]),
      ...keyCases(`acceptances[].${transport}[]`, ports('"type":"optional"'), read, [
        ['port', '"30600"', (p) => p, none, optional(30600, 30600)],
      ]),
      ...keyCases(`acceptances[].${transport}[]`, ports('"last":"30700"'), read, [
        ['first', '"30600"', (p) => p, none, optional(30600, 30700)],
      ]),
      ...keyCases(`acceptances[].${transport}[]`, ports('"first":"30600"'), read, [
        ['last', '30700', (p) => p, none, optional(30600, 30700)],
      ]),
      ...keyCases(`acceptances[].${transport}[]`, ports('"port":"30600"'), read, [
        [
          'type',
          '"secure"',
          (p) => p,
          optional(30600, 30600),
          { ...defaults, secure: [{ first: 30600, last: 30600 }] },
        ],
      ]),
    ]
  }),
]

const pairs = [
  ['secure-services[]', '{"secure-services":[{? %}]}', (c: Configuration) => [...c.secureServices], [KEY]],
  ['partitions[][]', '{"partitions":[[{? %}]]}', (c: Configuration) => [...c.partitions], [[KEY, 1]]],
] as const
const services = pairs.flatMap(([path, template, read, expected]) => [
  ...keyCases<unknown>(path, template.replace('?', '"instance":"0x5678"'), read, [
    ['service', '"0x1234"', (found) => found, [], expected],
  ]),
  ...keyCases<unknown>(path, template.replace('?', '"service":"0x1234"'), read, [
    ['instance', '22136', (found) => found, [], expected],
  ]),
])

const suppressed = (events: string) => `{"suppress_missing_event_logs":[{"events":${events}}]}`
const suppressedEvents = (c: Configuration) => c.suppressedEvents[0]?.events
const suppressions = [
  ...keyCases('suppress_missing_event_logs[]', '{"suppress_missing_event_logs":[{%}]}', (c) => c.suppressedEvents[0], [
    ['service', '"0x23"', (s) => s?.serviceId, ANY, 0x23],
    ['service', '"any"', (s) => s?.serviceId, ANY, ANY],
    ['instance', '"0x1"', (s) => s?.instanceId, ANY, 1],
    ['events', '"0x8005"', (s) => s?.events, [{ first: 0, last: ANY }], [{ first: 0x8005, last: 0x8005 }]],
    ['events', '"any"', (s) => s?.events, [{ first: 0, last: ANY }], [{ first: 0, last: ANY }]],
  ]),
  ...keyCases('suppress_missing_event_logs[].events[]', suppressed('[{"last":"0x8015" %}]'), suppressedEvents, [
    ['first', '"0x8010"', (e) => e, [{ first: 0, last: ANY }], [{ first: 0x8010, last: 0x8015 }]],
  ]),
  ...keyCases('suppress_missing_event_logs[].events[]', suppressed('{"first":"0x8010" %}'), suppressedEvents, [
    ['last', '"0x8015"', (e) => e, [{ first: 0, last: ANY }], [{ first: 0x8010, last: 0x8015 }]],
  ]),
]

const obsolete = keyCases('', '{%}', (c) => c.network.name, [
  ['watchdog', '{"enable":"true"}', (name) => name, 'vsomeip', 'vsomeip'],
  ['shutdown_timeout', '"5000"', (name) => name, 'vsomeip', 'vsomeip'],
  ['warn_fill_level', '"67"', (name) => name, 'vsomeip', 'vsomeip'],
  ['local-clients-keepalive', '{}', (name) => name, 'vsomeip', 'vsomeip'],
])

export const featureCases = [...tracing, selective, ...e2e, ...acceptances, ...services, ...suppressions, ...obsolete]
