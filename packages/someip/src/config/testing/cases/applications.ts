import type { Configuration } from '../../configuration.ts'
import type { DebounceFilters } from '../../sections/debounce.ts'
import { keyCases } from '../key-case.ts'

const application = keyCases(
  'applications[]',
  '{"applications":[{"name":"app" %}]}',
  (c) => c.applications.get('app'),
  [
    ['id', '"0x1277"', (a) => a?.clientId, undefined, 0x1277],
    ['max_dispatchers', '"3"', (a) => a?.maxDispatchers, 10, 3],
    ['max_dispatch_time', '"250"', (a) => a?.maxDispatchTimeMs, 100, 250],
    ['threads', '"4"', (a) => a?.threads, 2, 4],
    ['io_thread_nice', '"-5"', (a) => a?.ioThreadNice, 0, -5],
    ['request_debounce_time', '"33"', (a) => a?.requestDebounceTimeMs, 0, 33],
    ['status_log_interval', '"1500"', (a) => a?.statusLogIntervalMs, 0, 1500],
    ['version_log_interval', '15', (a) => a?.versionLogIntervalMs, 0, 15],
    ['has_session_handling', '"false"', (a) => a?.hasSessionHandling, true, false],
  ],
)

const name = keyCases('applications[]', '{"applications":[{"id":"0x1277" %}]}', (c) => c.applications, [
  ['name', '"clock"', (a) => [...a.keys()], [], ['clock']],
])

const applicationPlugin = [{ type: 'application_plugin', name: 'probe' }]
const plugins = [
  ...keyCases(
    'applications[].plugins[]',
    '{"applications":[{"name":"app","plugins":[{"type":"application_plugin" %}]}]}',
    (c) => c.applications.get('app')?.plugins,
    [
      ['name', '"probe"', (p) => p, [], applicationPlugin],
      ['additional', '[{"rate":"5"}]', (p) => p, [], []],
    ],
  ),
  ...keyCases(
    'applications[].plugins[]',
    '{"applications":[{"name":"app","plugins":[{"name":"probe" %}]}]}',
    (c) => c.applications.get('app')?.plugins,
    [
      ['type', '"application_plugin"', (p) => p, [], applicationPlugin],
      ['application_plugin', '"probe"', (p) => p, [], applicationPlugin],
      ['configuration_plugin', '"setup"', (p) => p, [], [{ type: 'configuration_plugin', name: 'setup' }]],
    ],
  ),
]

const defaults = [
  ...keyCases('dispatching', '{"dispatching":{%}}', (c) => c.applicationDefaults, [
    ['max_dispatchers', '"2"', (d) => d.maxDispatchers, 10, 2],
    ['max_dispatch_time', '"40"', (d) => d.maxDispatchTimeMs, 100, 40],
  ]),
  ...keyCases('', '{%}', (c) => c.applicationDefaults, [
    ['request_debounce_time', '"12"', (d) => d.requestDebounceTimeMs, 0, 12],
  ]),
]

const KEY = 0x1234_5678
const filter = {
  onChange: false,
  onChangeResetsInterval: false,
  intervalMs: undefined,
  ignoredBits: new Map<number, number>(),
}
const places = [
  ['debounce[]', '{"debounce":[?]}'],
  ['applications[].debounce[]', '{"applications":[{"name":"app","debounce":[?]}]}'],
] as const

const debounce = places.flatMap(([path, template]) => {
  const event = '"service":"0x1234","instance":"0x5678","events":[{"event":"0x8778" %}]'
  const given = (item: string) => template.replace('?', `{${item}}`)
  const ignoring = (ignored: string) => given(event.replace(' %', `, "ignore":[{${ignored}}]`))
  return [
    ...keyCases(path, given('"instance":"0x5678","events":[{"event":"0x8778"}] %'), filtersOf, [
      ['service', '"0x1234"', (f) => f.get(KEY), undefined, new Map([[0x8778, filter]])],
    ]),
    ...keyCases(path, given('"service":"0x1234","events":[{"event":"0x8778"}] %'), filtersOf, [
      ['instance', '22136', (f) => f.get(KEY), undefined, new Map([[0x8778, filter]])],
    ]),
    ...keyCases(`${path}.events[]`, given(event.replace('"event":"0x8778" ', '"on_change":"false" ')), filtersOf, [
      ['event', '"0x8778"', (f) => f.get(KEY), undefined, new Map([[0x8778, filter]])],
    ]),
    ...keyCases(`${path}.events[]`, given(event), (c) => filtersOf(c).get(KEY)?.get(0x8778), [
      ['on_change', '"true"', (f) => f?.onChange, false, true],
      ['on_change_resets_interval', '"true"', (f) => f?.onChangeResetsInterval, false, true],
      ['interval', '"250"', (f) => f?.intervalMs, undefined, 250],
      ['interval', '"never"', (f) => f?.intervalMs, undefined, undefined],
      ['send_current_value_after', '"true"', (f) => f, filter, filter],
    ]),
    ...keyCases(`${path}.events[].ignore[]`, ignoring('"mask":"0F" %'), (c) => filtersOf(c).get(KEY)?.get(0x8778), [
      ['index', '"2"', (f) => f?.ignoredBits, new Map(), new Map([[2, 0x0f]])],
    ]),
    ...keyCases(`${path}.events[].ignore[]`, ignoring('"index":2 %'), (c) => filtersOf(c).get(KEY)?.get(0x8778), [
      ['mask', '"0x3C"', (f) => f?.ignoredBits, new Map([[2, 0xff]]), new Map([[2, 0x3c]])],
    ]),
  ]
})

function filtersOf(configuration: Configuration): DebounceFilters {
  return configuration.applications.get('app')?.debounce ?? configuration.debounce
}

export const applicationCases = [...application, ...name, ...plugins, ...defaults, ...debounce]
