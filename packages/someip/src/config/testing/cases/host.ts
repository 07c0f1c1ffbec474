import { keyCases } from '../key-case.ts'

const logging = [
  ...keyCases('logging', '{"logging":{%}}', (c) => c.logging, [
    ['console', '"false"', (l) => l.console, true, false],
    ['dlt', 'true', (l) => l.dlt, false, true],
    ['level', '"warning"', (l) => l.level, 'info', 'warning'],
    ['memory_log_interval', '"30"', (l) => l.memoryIntervalMs, 0, 30_000],
    ['status_log_interval', '20', (l) => l.statusIntervalMs, 0, 20_000],
  ]),
  ...keyCases('logging.file', '{"logging":{"file":{%}}}', (c) => c.logging.file, [
    ['enable', '"true"', (f) => f.enabled, false, true],
    ['path', '"/var/log/someip.log"', (f) => f.path, '/tmp/vsomeip.log', '/var/log/someip.log'],
  ]),
  ...keyCases('logging.version', '{"logging":{"version":{%}}}', (c) => c.logging.version, [
    ['enable', '"false"', (v) => v.enabled, true, false],
    ['interval', '"15"', (v) => v.intervalMs, 10_000, 15_000],
  ]),
  ...keyCases('logging.statistics', '{"logging":{"statistics":{%}}}', (c) => c.logging.statistics, [
    ['interval', '"2500"', (s) => s.intervalMs, 10_000, 2500],
    ['min-frequency', '"20"', (s) => s.minFrequencyHz, 50, 20],
    ['max-messages', '"7"', (s) => s.maxMessages, 50, 7],
  ]),
]

const network = keyCases('', '{%}', (c) => c, [
  ['unicast', '"10.0.0.7"', (c) => c.network.unicast, '127.0.0.1', '10.0.0.7'],
  ['netmask', '"255.255.0.0"', (c) => c.network.netmask, '255.255.255.0', '255.255.0.0'],
  ['prefix', '"20"', (c) => [c.network.prefixLength, c.network.netmask], [24, '255.255.255.0'], [20, '255.255.240.0']],
  ['device', '"eth0"', (c) => c.network.device, '', 'eth0'],
  ['network', '"body"', (c) => c.network.name, 'vsomeip', 'body'],
  ['uds-preferred', '"true"', (c) => c.network.prefersUds, false, true],
  ['diagnosis', '"0x63"', (c) => c.clientIds.diagnosisAddress, 0x01, 0x63],
])

const mask = keyCases('', '{"diagnosis":"0x43" %}', (c) => c.clientIds, [
  ['diagnosis_mask', '"0xFE00"', (ids) => ids.diagnosisMask, 0xff00, 0xfe00],
])

const routing = [
  ...keyCases('routing.host', '{"routing":{"host":{%}}}', (c) => c.routing, [
    ['name', '"gateway"', (r) => r.host.name, '', 'gateway'],
    ['unicast', '"10.0.0.1"', (r) => [r.host.unicast, r.transport], [undefined, 'uds'], ['10.0.0.1', 'tcp']],
    ['port', '"0x7A00"', (r) => r.host.port, 31490, 0x7a00],
  ]),
  ...keyCases('routing.host', '{"routing":{"host":{"gid":"0x10" %}}}', (c) => c.routing.host, [
    ['uid', '"1000"', (h) => h.credentials, undefined, { uid: 1000, gid: 16 }],
  ]),
  ...keyCases('routing.host', '{"routing":{"host":{"uid":"0x10" %}}}', (c) => c.routing.host, [
    ['gid', '1000', (h) => h.credentials, undefined, { uid: 16, gid: 1000 }],
  ]),
  ...keyCases('routing.guests', '{"routing":{"host":{"unicast":"10.0.0.1"},"guests":{%}}}', (c) => c.routing.guests, [
    ['unicast', '"10.0.0.2"', (g) => g.unicast, '10.0.0.1', '10.0.0.2'],
  ]),
]

const anybody = (first: number, last: number) => [{ uid: undefined, gid: undefined, ranges: [{ first, last }] }]
const owned = (uid: number, gid: number) => [{ uid, gid, ranges: [{ first: 31500, last: 31599 }] }]
const guest = (template: string) => `{"routing":{"host":{"unicast":"10.0.0.1"},"guests":{"ports":[${template}]}}}`

const guests = [
  ...keyCases('routing.guests.ports[]', guest('{"last":"31599" %}'), (c) => c.routing.guests.ports, [
    ['first', '"31500"', (p) => p, anybody(31492, 31999), anybody(31500, 31599)],
  ]),
  ...keyCases('routing.guests.ports[]', guest('{"first":"0x7B00" %}'), (c) => c.routing.guests.ports, [
    ['last', '0', (p) => p, anybody(31492, 31999), anybody(31492, 31999)],
    ['last', '31599', (p) => p, anybody(31492, 31999), anybody(31488, 31599)],
  ]),
  ...keyCases(
    'routing.guests.ports[]',
    guest('{"gid":"5","ranges":[{"first":"31500","last":"31599"}] %}'),
    (c) => c.routing.guests.ports,
    [['uid', '"0x10"', (p) => p, anybody(31492, 31999), owned(16, 5)]],
  ),
  ...keyCases(
    'routing.guests.ports[]',
    guest('{"uid":"5","ranges":[{"first":"31500","last":"31599"}] %}'),
    (c) => c.routing.guests.ports,
    [['gid', '"0x10"', (p) => p, anybody(31492, 31999), owned(5, 16)]],
  ),
  ...keyCases(
    'routing.guests.ports[].ranges[]',
    guest('{"uid":"5","gid":"6","ranges":[{"last":"31599" %}]}'),
    (c) => c.routing.guests.ports,
    [['first', '"31500"', (p) => p, anybody(31492, 31999), owned(5, 6)]],
  ),
  ...keyCases(
    'routing.guests.ports[].ranges[]',
    guest('{"uid":"5","gid":"6","ranges":[{"first":"31500" %}]}'),
    (c) => c.routing.guests.ports,
    [['last', '"31599"', (p) => p, anybody(31492, 31999), owned(5, 6)]],
  ),
]

const credentials = keyCases('routing-credentials', '{"routing-credentials":{%}}', (c) => c.routing.host, [
  ['uid', '"0x3e8"', (h) => h.credentials, { uid: 0, gid: 0 }, { uid: 1000, gid: 0 }],
  ['gid', '1001', (h) => h.credentials, { uid: 0, gid: 0 }, { uid: 0, gid: 1001 }],
])

export const hostCases = [...logging, ...network, ...mask, ...routing, ...guests, ...credentials]
