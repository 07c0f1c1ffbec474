import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfiguration } from './load.ts'
import { PROBLEM_KINDS, type ProblemKind } from './problems.ts'

/** A text, and what is found in it: line, column, kind, path and message. */
type Row = readonly [text: string, ...found: readonly Found[]]
type Found = readonly [line: number, column: number, kind: ProblemKind, path: string, message: string]

const event = '{"services":[{"service":1,"instance":1,\n"events":[?]}]}'
const policy = '{"security":{"policies":[\n?]}}'

const rows: Record<string, readonly Row[]> = {
  'keys that do not exist': [
    ['{\n "netwrok": "a"}', [2, 2, 'unknown-key', 'netwrok', 'there is no such key here; it is ignored']],
    [
      '{"services":[{"service":1,\n"instance":1,"relaible":5}]}',
      [2, 14, 'unknown-key', 'services[0].relaible', 'there is no such key here; it is ignored'],
    ],
    ['{"a b":1}', [1, 2, 'unknown-key', '["a b"]', 'there is no such key here; it is ignored']],
  ],
  'keys without effect': [
    [
      event.replace('?', '{"event":1,"update-cycle":5}'),
      [
        2,
        22,
        'no-effect',
        'services[0].events[0].update-cycle',
        'has no effect: it is written in older files; `cycle` is what counts',
      ],
    ],
    [
      '{"tracing":{"filters":[\n{"channel":"XX"}]}}',
      [2, 1, 'no-effect', 'tracing.filters[0]', 'there is no channel with the id "XX"; the filter has no effect there'],
    ],
  ],
  'numbers that are none': [
    [
      '{"service-discovery":{\n"ttl":"3s",\n"repetitions_max":"few",\n"cyclic_offer_delay":""}}',
      [2, 7, 'unreadable-number', 'service-discovery.ttl', '"3s" is only a number up to "3"; 3 is used'],
      [3, 19, 'unreadable-number', 'service-discovery.repetitions_max', '"few" is not a number; 0 is used'],
      [4, 22, 'unreadable-number', 'service-discovery.cyclic_offer_delay', '"" is empty; 1000 is used'],
    ],
    [
      '{"services":[{"service":1,"instance":1,"unreliable":"0x7530"}]}',
      [
        1,
        53,
        'unreadable-number',
        'services[0].unreliable',
        '"0x7530" is only a number up to "0" (hexadecimal is not understood here); it is ignored',
      ],
    ],
    [
      '{"tcp-connect-time-max":null}',
      [1, 25, 'unreadable-number', 'tcp-connect-time-max', '"null" is not a number; 5000 is used'],
    ],
    [
      '{"services":[{"service":1,"instance":1,"debounce-times":{"requests":{"all":{}}}}]}',
      [1, 70, 'unreadable-number', 'services[0].debounce-times.requests.all', '"all" is not a number; 0x0000 is used'],
    ],
  ],
  'numbers that do not fit': [
    [
      '{"applications":[{"name":"a",\n"id":"0x12345"}]}',
      [
        2,
        6,
        'number-overflow',
        'applications[0].id',
        '"0x12345" does not fit 16-bit unsigned (0 to 65535); it is ignored',
      ],
    ],
    [
      '{"service-discovery":{"port":-1}}',
      [
        1,
        30,
        'number-overflow',
        'service-discovery.port',
        '"-1" does not fit 16-bit unsigned (0 to 65535); 65535 is used',
      ],
    ],
    [
      '{"udp-receive-buffer-size":3000000000}',
      [
        1,
        28,
        'number-overflow',
        'udp-receive-buffer-size',
        '"3000000000" does not fit 32-bit signed (-2147483648 to 2147483647); 1703936 is used',
      ],
    ],
    [
      '{"e2e":{"protected":[\n{"variant":"both","profile":"P01","data_id":"0x10000"}]}}',
      [
        2,
        1,
        'number-overflow',
        'e2e.protected[0]',
        '"data_id" 65536 does not fit 16 bits in this profile; 65535 is used',
      ],
    ],
  ],
  'values of the wrong type': [
    ['[1]', [1, 1, 'wrong-type', '', 'a file must hold an object; nothing is read from it']],
    [
      '{"unicast":["10.0.0.1"]}',
      [1, 12, 'wrong-type', 'unicast', 'a plain value is expected, not an array; 127.0.0.1 is used'],
    ],
    [
      '{"logging":{"console":{}}}',
      [1, 23, 'wrong-type', 'logging.console', 'a plain value is expected, not an object; false is used'],
    ],
    [
      '{"service-discovery":"on"}',
      [1, 22, 'wrong-type', 'service-discovery', 'an object is expected, not a plain value; it is ignored'],
    ],
    ['{"services":true}', [1, 13, 'wrong-type', 'services', 'a list is expected, not a plain value; it is ignored']],
    [
      '{"services":{"a":{"service":1,"instance":1}}}',
      [1, 13, 'wrong-type', 'services', 'a list is expected, not an object; its values are read as items'],
    ],
    [
      policy.replace('?', '{"allow":{"offers":[{"service":1,"instances":"5"}]}}'),
      [
        2,
        46,
        'wrong-type',
        'security.policies[0].allow.offers[0].instances',
        'a list or "any" is expected, not "5"; it is ignored',
      ],
      [
        2,
        21,
        'dropped-entry',
        'security.policies[0].allow.offers[0]',
        'an offer needs "service" and "instances"; the entry is left out',
      ],
    ],
  ],
  'values that are not among those allowed': [
    [
      '{"logging":{"level":"verbose"}}',
      [
        1,
        21,
        'invalid-value',
        'logging.level',
        '"verbose" is none of trace, debug, info, warning, error, fatal; info is used',
      ],
    ],
    [
      '{"logging":{"console":"yes"}}',
      [1, 23, 'invalid-value', 'logging.console', '"yes" is neither true nor false; false is used'],
    ],
    [
      '{"applications":[{"name":"a","has_session_handling":0}]}',
      [1, 53, 'invalid-value', 'applications[0].has_session_handling', '"0" is neither true nor false; true is used'],
    ],
    [
      '{"unicast":"localhost"}',
      [1, 12, 'invalid-value', 'unicast', '"localhost" is not an IP address; 127.0.0.1 is used'],
    ],
    [
      '{"services":[{"service":1,"instance":1,"unicast":"ecu"}]}',
      [
        1,
        50,
        'invalid-value',
        'services[0].unicast',
        '"ecu" is not an IP address; the service counts as one of this host',
      ],
    ],
    [
      '{"clients":[{"reliable_client_ports":{"first":9,"last":8}}]}',
      [
        1,
        38,
        'invalid-value',
        'clients[0].reliable_client_ports',
        'the range 9 to 8 ends before it starts; it is ignored',
      ],
    ],
    [
      policy.replace('?', '{}'),
      [2, 1, 'invalid-value', 'security.policies[0]', 'a policy needs "allow" or "deny"; nothing is denied'],
    ],
  ],
  'definitions that repeat others': [
    [
      '{"network":"a",\n"network":"b"}',
      [2, 1, 'duplicate-definition', 'network', 'already defined at a.json:1:2; this definition is ignored'],
    ],
    [
      '{"applications":[{"name":"a","threads":3,\n"threads":4}]}',
      [
        2,
        1,
        'duplicate-definition',
        'applications[0].threads',
        'this definition is used instead of the one at a.json:1:30',
      ],
    ],
    [
      event.replace('?', '{"event":"0x10"},\n{"event":16}'),
      [
        3,
        1,
        'duplicate-definition',
        'services[0].events[1]',
        'already defined at a.json:2:11; this definition is ignored',
      ],
    ],
    [
      '{"acceptances":[{"address":"10.0.0.3","reliable":[{"port":5}]},\n{"address":"10.0.0.3"}]}',
      [2, 1, 'duplicate-definition', 'acceptances[1]', '10.0.0.3 has other ports already; this entry is ignored'],
    ],
    [
      policy.replace('?', '{"deny":{},"allow":{}}'),
      [
        2,
        12,
        'duplicate-definition',
        'security.policies[0].allow',
        '"allow" and "deny" exclude each other; both are read as "allow"',
      ],
    ],
    [
      policy.replace('?', '{"deny":{"offers":[{"service":1,"instance":2,"instances":[3]}]}}'),
      [
        2,
        33,
        'duplicate-definition',
        'security.policies[0].deny.offers[0].instance',
        'does not count beside "instances"',
      ],
    ],
  ],
  'values that break a rule': [
    [
      '{"applications":[{"name":"a","threads":0,"request_debounce_time":10001}]}',
      [1, 40, 'adjusted-value', 'applications[0].threads', '"0" breaks the rule "1 to 255"; 1 is used'],
      [
        1,
        66,
        'adjusted-value',
        'applications[0].request_debounce_time',
        '"10001" breaks the rule "at most 10000"; 10000 is used',
      ],
    ],
    [
      '{"service-discovery":{"ttl":0,"max_remote_subscribers":0,"port":0}}',
      [1, 29, 'adjusted-value', 'service-discovery.ttl', '"0" breaks the rule "1 to 16777215"; 16777215 is used'],
      [1, 56, 'adjusted-value', 'service-discovery.max_remote_subscribers', '"0" breaks the rule "not 0"; 3 is used'],
      [1, 65, 'adjusted-value', 'service-discovery.port', '"0" breaks the rule "not 0"; 30490 is used'],
    ],
    [
      '{"service-discovery":{"initial_delay_min":50,"initial_delay_max":20}}',
      [
        1,
        2,
        'adjusted-value',
        'service-discovery',
        '"initial_delay_min" 50 is above "initial_delay_max" 20; they are swapped',
      ],
    ],
    [
      '{"services":[{"service":1,"instance":1,"someip-tp":{"client-to-service":[{"method":1,"max-segment-length":"1400"}]}}]}',
      [
        1,
        107,
        'adjusted-value',
        'services[0].someip-tp.client-to-service[0].max-segment-length',
        '"1400" breaks the rule "a multiple of 16"; 1392 is used',
      ],
    ],
    [
      '{"payload-sizes":[],"max-payload-size-reliable":200,\n"max-payload-size-local":100}',
      [
        2,
        1,
        'adjusted-value',
        'max-payload-size-local',
        'is less than the largest payload over the network; 200 is used',
      ],
    ],
    [
      '{"e2e":{"protected":[{"variant":"both","profile":"P04","crc_offset":"68"}]}}',
      [1, 22, 'adjusted-value', 'e2e.protected[0]', '"crc_offset" 68 is in bits and not a multiple of 8; 64 is used'],
    ],
    [
      '{"routing":{"host":{"unicast":"10.0.0.1"},"guests":{"ports":[{"first":31493,"last":31499}]}}}',
      [
        1,
        2,
        'adjusted-value',
        'routing',
        'the range 31493 to 31499 does not hold pairs of ports that start even like the port of the host; it becomes 31494 to 31499',
      ],
    ],
  ],
  'entries that lack what they need': [
    [
      '{"applications":[{"id":5}]}',
      [1, 18, 'dropped-entry', 'applications[0]', 'an application needs "name"; the entry is left out'],
    ],
    [
      event.replace('?', '{}'),
      [2, 11, 'dropped-entry', 'services[0].events[0]', 'an event needs "event"; the entry is left out'],
    ],
    [
      '{"services":[{"service":1,"instance":1,"eventgroups":[{"events":["0"]}]}]}',
      [
        1,
        66,
        'dropped-entry',
        'services[0].eventgroups[0].events[0]',
        'an event id must not be 0; the entry is left out',
      ],
      [1, 55, 'dropped-entry', 'services[0].eventgroups[0]', 'an eventgroup needs "eventgroup"; the entry is left out'],
    ],
    [
      '{"service-discovery":{"ttl_factor_offers":[{"service":1,"instance":1}]}}',
      [
        1,
        44,
        'dropped-entry',
        'service-discovery.ttl_factor_offers[0]',
        'a factor needs "service", "instance" and a "ttl_factor" above 0; the entry is left out',
      ],
    ],
    [
      '{"debounce":[{"service":1}]}',
      [1, 14, 'dropped-entry', 'debounce[0]', 'filters need "service", "instance" and "events"; the entry is left out'],
    ],
    [
      '{"payload-sizes":[{"ports":[]}]}',
      [1, 19, 'dropped-entry', 'payload-sizes[0]', 'limits need "unicast"; the entry is left out'],
    ],
    [
      '{"internal_services":[{"first":"10","last":"0F"}]}',
      [1, 23, 'dropped-entry', 'internal_services[0]', 'the range ends before it starts; the entry is left out'],
    ],
    [
      '{"partitions":[[{"service":1}]]}',
      [1, 17, 'dropped-entry', 'partitions[0][0]', 'a member needs "service" and "instance"; the entry is left out'],
    ],
    [
      '{"routing":{"host":{"name":"a","unicast":"?"}}}',
      [1, 42, 'invalid-value', 'routing.host.unicast', '"?" is not an IP address; it is ignored'],
      [1, 13, 'dropped-entry', 'routing.host', 'without a readable "unicast" the host is ignored altogether'],
    ],
    [
      policy.replace('?', '{"allow":{},"credentials":{"uid":1,"gid":[2]}}'),
      [
        2,
        27,
        'dropped-entry',
        'security.policies[0].credentials',
        '"uid" and "gid" must both be given, and both be plain or both be lists; the entry is left out',
      ],
    ],
    [
      '{"e2e":{"protected":[{"variant":"both"}]}}',
      [1, 22, 'dropped-entry', 'e2e.protected[0]', 'a protection needs "variant" and "profile"; the entry is left out'],
    ],
    [
      '{"acceptances":[{"address":"10.0.0.3","unreliable":[{"port":5,"type":"open"}]}]}',
      [
        1,
        53,
        'dropped-entry',
        'acceptances[0].unreliable[0]',
        '"open" is neither optional nor secure; the entry is left out',
      ],
    ],
    [
      '{"suppress_missing_event_logs":[{"events":[{"first":5,"last":4}]}]}',
      [
        1,
        44,
        'dropped-entry',
        'suppress_missing_event_logs[0].events[0]',
        'a range needs "first" and a "last" that is not below; the entry is left out',
      ],
    ],
    [
      '{"tracing":{"filters":[{"matches":{"from":{}}}]}}',
      [1, 35, 'dropped-entry', 'tracing.filters[0].matches', 'a range needs "from" and "to"; the entry is left out'],
    ],
    [
      '{"container_policy_extensions":[{"path":"/a"}]}',
      [
        1,
        33,
        'dropped-entry',
        'container_policy_extensions[0]',
        'an extension needs "container" and "path"; the entry is left out',
      ],
    ],
  ],
  'wishes that cannot be met': [
    [
      '{"network":"a",\n"security":{}}',
      [2, 12, 'unsupported', 'security', 'an empty section asks for an external library, which cannot be loaded'],
    ],
  ],
  'files that are not JSON': [
    ['{"network":"a",\n}', [2, 1, 'invalid-json', '', "a ',' before '}' is not JSON; the file is left out"]],
  ],
}

for (const [what, texts] of Object.entries(rows)) {
  test(`${what} are found where they stand`, () => {
    for (const [text, ...expected] of texts) {
      const { problems } = parseConfiguration({ files: [{ file: 'a.json', text }] })
      const byPlace = expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
      assert.deepEqual(
        problems.map(({ line, column, kind, path, message }) => [line, column, kind, path, message]),
        byPlace,
        text,
      )
      for (const { kind, severity, file } of problems) {
        assert.deepEqual([file, severity], ['a.json', PROBLEM_KINDS[kind].severity])
      }
    }
  })
}
