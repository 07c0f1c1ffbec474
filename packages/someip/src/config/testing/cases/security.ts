import type { Configuration } from '../../configuration.ts'
import { keyCases } from '../key-case.ts'

const security = [
  ...keyCases('security', '{"security":{"policies":[] %}}', (c) => c.security, [
    ['check_credentials', '"true"', (s) => s.mode, 'audit', 'enforce'],
    ['allow_remote_clients', '"false"', (s) => s.allowsRemoteClients, true, false],
  ]),
]

const policy = (text: string) => `{"security":{"policies":[{${text}}]}}`
const ownersOf = (c: Configuration) => c.security.policies[0]?.credentials
const range = (first: number, last: number) => [{ first, last }]

/** A range from which each end is missing in turn; `rest` makes the owners complete. */
const ends = (
  path: string,
  template: string,
  read: (c: Configuration) => unknown,
  without: unknown,
  given: unknown,
) => [
  ...keyCases(path, template.replace('?', '{"last":"0x20" %}'), read, [['first', '"16"', (v) => v, without, given]]),
  ...keyCases(path, template.replace('?', '{"first":"16" %}'), read, [['last', '"0x20"', (v) => v, without, given]]),
]

const nobody = (effect: string) => ({ effect, owners: [] })
const some = (effect: string, uids: unknown, gids: unknown) => ({ effect, owners: [{ uids, gids }] })
const all = range(0, 0xffff_ffff)

const credentials = [
  ...ends(
    'security.policies[].credentials.uid[]',
    policy('"allow":{},"credentials":{"uid":[?],"gid":[7]}'),
    ownersOf,
    some('allow', [], range(7, 7)),
    some('allow', range(16, 32), range(7, 7)),
  ),
  ...ends(
    'security.policies[].credentials.gid[]',
    policy('"allow":{},"credentials":{"gid":[?],"uid":[7]}'),
    ownersOf,
    some('allow', range(7, 7), []),
    some('allow', range(7, 7), range(16, 32)),
  ),
  ...(['allow', 'deny'] as const).flatMap((effect) => [
    ...ends(
      `security.policies[].credentials.${effect}[].uid[]`,
      policy(`"allow":{},"credentials":{"${effect}":[{"uid":[?],"gid":"any"}]}`),
      ownersOf,
      nobody(effect),
      some(effect, range(16, 32), all),
    ),
    ...ends(
      `security.policies[].credentials.${effect}[].gid[]`,
      policy(`"allow":{},"credentials":{"${effect}":[{"gid":[?],"uid":"any"}]}`),
      ownersOf,
      nobody(effect),
      some(effect, all, range(16, 32)),
    ),
  ]),
]

const ALL = range(1, 0xffff)
const bodies = (['allow', 'deny'] as const).flatMap((effect) => {
  const body = `security.policies[].${effect}`
  const requests = (item: string) => policy(`"${effect}":{"requests":[{${item}}]}`)
  const offers = (item: string) => policy(`"${effect}":{"offers":[{${item}}]}`)
  const readRequests = (c: Configuration) => c.security.policies[0]?.requests
  const readOffers = (c: Configuration) => c.security.policies[0]?.offers
  const request = (instanceIds: unknown, methodIds: unknown) => [
    { serviceId: 0x1234, instances: [{ instanceIds, methodIds }] },
  ]
  const offer = (instanceIds: unknown) => [{ serviceId: 0x1234, instanceIds }]
  return [
    ...keyCases(`${body}.requests[]`, requests('"instance":"any" %'), readRequests, [
      ['service', '"0x1234"', (r) => r, [], request(ALL, ALL)],
    ]),
    ...keyCases(`${body}.requests[]`, requests('"service":"0X1234" %'), readRequests, [
      ['instance', '"0x5678"', (r) => r, [], request(range(0x5678, 0x5678), ALL)],
      ['instances', '"any"', (r) => r, [], request(range(0, 0xffff), ALL)],
      ['instances', '["0x1",{"first":"min","last":"3"}]', (r) => r, [], request([...range(1, 1), ...range(0, 3)], ALL)],
    ]),
    ...ends(
      `${body}.requests[].instances[]`,
      requests('"service":"0x1234","instances":[?]'),
      readRequests,
      [],
      request(range(16, 32), ALL),
    ),
    ...ends(
      `${body}.requests[].instances[].ids[]`,
      requests('"service":"0x1234","instances":[{"ids":[?],"methods":[5]}]'),
      readRequests,
      [],
      request(range(16, 32), range(5, 5)),
    ),
    ...ends(
      `${body}.requests[].instances[].methods[]`,
      requests('"service":"0x1234","instances":[{"ids":[5],"methods":[?]}]'),
      readRequests,
      request(range(5, 5), ALL),
      request(range(5, 5), range(16, 32)),
    ),
    ...keyCases(`${body}.offers[]`, offers('"instance":"0x5678" %'), readOffers, [
      ['service', '4660', (o) => o, [], offer(range(0x5678, 0x5678))],
    ]),
    ...keyCases(`${body}.offers[]`, offers('"service":"0x1234" %'), readOffers, [
      ['instance', '"any"', (o) => o, [], offer(ALL)],
      ['instances', '"any"', (o) => o, [], offer(range(0, 0xffff))],
    ]),
    ...ends(
      `${body}.offers[].instances[]`,
      offers('"service":"0x1234","instances":[?]'),
      readOffers,
      [],
      offer(range(16, 32)),
    ),
  ]
})

const obsolete = keyCases('security.policies[]', policy('"allow":{} %'), (c) => c.security.policies.length, [
  ['client', '"0x1277"', (count) => count, 1, 1],
])

const whitelist = [
  ...ends(
    'security-update-whitelist.uids[]',
    '{"security-update-whitelist":{"uids":[?]}}',
    (c) => c.security.updateWhitelist.uids,
    [],
    range(16, 32),
  ),
  ...ends(
    'security-update-whitelist.services[]',
    '{"security-update-whitelist":{"services":[?]}}',
    (c) => c.security.updateWhitelist.serviceIds,
    [],
    range(16, 32),
  ),
  ...keyCases('security-update-whitelist', '{"security-update-whitelist":{%}}', (c) => c.security.updateWhitelist, [
    ['check-whitelist', '"true"', (w) => w.isChecked, false, true],
  ]),
]

const extension = (given: string) => `{"container_policy_extensions":[{${given} %}]}`
const extensions = [
  ...keyCases('container_policy_extensions[]', extension('"path":"/vsomeip/ext"'), (c) => c.security.policyExtensions, [
    ['container', '"android"', (e) => e, new Map(), new Map([['android', '/etc/vsomeip/ext']])],
  ]),
  ...keyCases('container_policy_extensions[]', extension('"container":"android"'), (c) => c.security.policyExtensions, [
    ['path', '"../../opt/ext"', (e) => e, new Map(), new Map([['android', '/etc/../opt/ext']])],
  ]),
]

export const securityCases = [...security, ...credentials, ...bodies, ...obsolete, ...whitelist, ...extensions]
