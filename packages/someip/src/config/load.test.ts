import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LoadOptions, loadConfiguration } from './load.ts'
import { ConfigurationError, formatProblem } from './problems.ts'
import { memoryFiles } from './testing/memory-files.ts'

const STD = '/etc/vsomeip/vsomeip_std.json'
const APP = '/etc/vsomeip/vsomeip_app.json'
const OTHER = '/etc/vsomeip/zz.json'

function load(texts: Readonly<Record<string, string | Uint8Array | undefined>>, more: Partial<LoadOptions> = {}) {
  const files = memoryFiles(texts)
  return loadConfiguration({ applicationName: 'clock', environment: {}, workingDirectory: '/', files, ...more })
}

const lines = (problems: readonly Parameters<typeof formatProblem>[0][]) => problems.map(formatProblem)

test('without files everything has its default', async () => {
  const { configuration, problems, files, applicationName } = await load({})
  assert.deepEqual([problems, files, applicationName], [[], [], 'clock'])
  assert.equal(configuration.network.unicast, '127.0.0.1')
  assert.equal(configuration.serviceDiscovery.multicast, '224.224.224.0')
  assert.equal(configuration.routing.host.name, '')
})

test('an application without a name has the one of the environment, also for its file', async () => {
  const environment = { VSOMEIP_APPLICATION_NAME: 'radio', VSOMEIP_CONFIGURATION_radio: '/r.json' }
  const { applicationName, configuration } = await load(
    { '/r.json': '{"network":"r"}' },
    { applicationName: '', environment },
  )
  assert.equal(applicationName, 'radio')
  assert.equal(configuration.network.name, 'r')
})

test('the first definition wins, and the others are reported', async () => {
  const { configuration, problems, files } = await load({
    [STD]: '{"network":"std"}',
    [APP]: '{"network":"app"}',
    [OTHER]: '{"network":"other"}',
  })
  assert.equal(configuration.network.name, 'app')
  assert.deepEqual(files, [APP, STD, OTHER])
  assert.deepEqual(lines(problems), [
    `${STD}:1:2: warning: network: already defined at ${APP}:1:2; this definition is ignored`,
    `${OTHER}:1:2: warning: network: already defined at ${APP}:1:2; this definition is ignored`,
  ])
})

const host = (name: string) => ({
  [STD]: `{"routing":"${name}","unicast":"10.0.0.1","network":"std"}`,
  [OTHER]: '{"device":"eth0","services":[{"service":1,"instance":1}]}',
})

test('an application that does not host routing reads mandatory sections of mandatory files only', async () => {
  const { configuration, files, problems } = await load(host('gateway'))
  assert.deepEqual([files, problems], [[STD], []])
  assert.equal(configuration.network.name, 'std')
  assert.equal(configuration.network.unicast, '127.0.0.1')
  assert.equal(configuration.network.device, '')
  assert.equal(configuration.services.size, 0)
})

for (const [who, name] of [
  ['the application that hosts routing', 'clock'],
  ['every application, where files do not tell the host,', ''],
] as const) {
  test(`${who} reads all sections of all files`, async () => {
    const { configuration, files } = await load(host(name))
    assert.deepEqual(files, [STD, OTHER])
    assert.equal(configuration.network.unicast, '10.0.0.1')
    assert.equal(configuration.network.device, 'eth0')
    assert.equal(configuration.services.size, 1)
  })
}

test('without a mandatory file all files are read by everybody', async () => {
  const { configuration, files } = await load({ [OTHER]: '{"routing":"gateway","device":"eth0"}' })
  assert.deepEqual(files, [OTHER])
  assert.equal(configuration.network.device, 'eth0')
})

test('a mandatory file that is not JSON is as good as none', async () => {
  const { configuration, files, problems } = await load({
    [STD]: '{"routing":"gateway",}',
    [OTHER]: '{"device":"eth0"}',
  })
  assert.deepEqual(files, [OTHER])
  assert.equal(configuration.network.device, 'eth0')
  assert.deepEqual(lines(problems), [`${STD}:1:22: error: a ',' before '}' is not JSON; the file is left out`])
})

test('logging of mandatory files keeps that of the others from being read', async () => {
  const { configuration, problems } = await load({
    [APP]: '{"logging":{"console":"false"}}',
    [STD]: '{"logging":{"level":"debug","console":"true"}}',
    [OTHER]: '{"logging":{"dlt":"true"}}',
  })
  const { console, level, dlt } = configuration.logging
  assert.deepEqual([console, level, dlt], [false, 'debug', false])
  assert.deepEqual(lines(problems), [
    `${STD}:1:29: warning: logging.console: already defined at ${APP}:1:13; this definition is ignored`,
    `${OTHER}:1:2: warning: logging: already defined at ${APP}:1:2; this definition is ignored`,
  ])
})

test('values without a guard are those of the last file', async () => {
  const { configuration } = await load({
    [APP]: '{"max-payload-size-reliable":"100","network-options":{"local-tcp-keepcnt":5}}',
    [STD]: '{"max-payload-size-reliable":"200","network-options":{"local-tcp-keepidle":6}}',
  })
  assert.equal(configuration.messageSizes.maxReliableBytes, 216)
  assert.equal(configuration.sockets.localTcp.keepCount, 5)
  assert.equal(configuration.sockets.localTcp.keepIdleSeconds, 6)
})

test('lists of several files add up, and the first entry of a name or an id counts', async () => {
  const { configuration, problems } = await load({
    [APP]: '{"applications":[{"name":"clock","id":"0x0101"}],"services":[{"service":1,"instance":1,"unreliable":1}]}',
    [OTHER]:
      '{"applications":[{"name":"clock"},\n{"name":"radio","id":"0x0101"}],"services":[{"service":1,"instance":1},{"service":2,"instance":1}]}',
  })
  assert.deepEqual(
    [...configuration.applications].map(([name, { clientId }]) => [name, clientId]),
    [
      ['clock', 0x0101],
      ['radio', undefined],
    ],
  )
  assert.deepEqual(
    [...configuration.services].map(([key, { unreliablePort }]) => [key, unreliablePort]),
    [
      [0x1_0001, 1],
      [0x2_0001, undefined],
    ],
  )
  assert.deepEqual(lines(problems), [
    `${OTHER}:1:18: warning: applications[0]: already defined at ${APP}:1:18; this definition is ignored`,
    `${OTHER}:2:1: warning: applications[1]: client id 0x0101 belongs to application "clock"; another one is assigned`,
    `${OTHER}:2:45: warning: services[0]: already defined at ${APP}:1:62; this definition is ignored`,
  ])
})

test('missing times of a method come from defaults that were read before, those for requests', async () => {
  const times = '"debounce-times":{"responses":{"1":{"debounce-time":"9"}}}'
  const npdu = '"npdu-default-timings":{"max-retention-time-request":"50","max-retention-time-response":"60"}'
  const { configuration } = await load({
    [STD]: `{"services":[{"service":1,"instance":1,${times}}],${npdu}}`,
    [OTHER]: `{"services":[{"service":2,"instance":1,${times}}]}`,
  })
  const times1 = configuration.services.get(0x1_0001)?.npdu.responses.get(1)
  const times2 = configuration.services.get(0x2_0001)?.npdu.responses.get(1)
  assert.deepEqual(times1, { debounceMs: 9, retentionMs: 5 })
  assert.deepEqual(times2, { debounceMs: 9, retentionMs: 50 })
})

test('the first of netmask and prefix counts; within a file that is netmask', async () => {
  const subnet = async (texts: Record<string, string>) => (await load(texts)).configuration.network
  const both = await subnet({ '/etc/vsomeip.json': '{"prefix":"16","netmask":"255.255.255.128"}' })
  assert.deepEqual([both.netmask, both.prefixLength], ['255.255.255.128', 24])
  const ordered = await subnet({
    '/etc/vsomeip/a.json': '{"prefix":16}',
    '/etc/vsomeip/b.json': '{"netmask":"255.0.0.0"}',
  })
  assert.deepEqual([ordered.netmask, ordered.prefixLength], ['255.255.0.0', 16])
})

test('the mask of client ids counts in files that give the address only', async () => {
  const { configuration, problems } = await load({
    '/etc/vsomeip/a.json': '{"diagnosis_mask":"0xF000"}',
    '/etc/vsomeip/b.json': '{"diagnosis":"0x45","diagnosis_mask":"0xFE00"}',
  })
  assert.deepEqual(configuration.clientIds, { diagnosisAddress: 0x45, diagnosisMask: 0xfe00 })
  assert.deepEqual(lines(problems), [
    '/etc/vsomeip/a.json:1:2: warning: diagnosis_mask: has no effect in a file without "diagnosis"',
    '/etc/vsomeip/b.json:1:21: warning: diagnosis_mask: masks bits of "diagnosis"; client ids start at 0x4400',
  ])
})

test('the credentials of the host are the first in either section', async () => {
  const newer = '{"routing":{"host":{"name":"clock","uid":"1","gid":"2"}}}'
  const older = '{"routing-credentials":{"uid":"3","gid":"4"}}'
  const credentials = async (a: string, b: string) =>
    (await load({ '/etc/vsomeip/a.json': a, '/etc/vsomeip/b.json': b })).configuration.routing.host.credentials
  assert.deepEqual(await credentials(newer, older), { uid: 1, gid: 2 })
  assert.deepEqual(await credentials(older, newer), { uid: 3, gid: 4 })
  assert.deepEqual(await credentials(older, '{"routing":"clock"}'), { uid: 3, gid: 4 })
})

test('a file that cannot be read is a problem', async () => {
  const { problems } = await load({
    '/etc/vsomeip/a.json': undefined,
    '/etc/vsomeip/b.json': Uint8Array.of(0x7b, 0xff),
  })
  assert.deepEqual(
    problems.map(({ kind, file }) => [kind, file]),
    [
      ['unreadable-file', '/etc/vsomeip/a.json'],
      ['unreadable-file', '/etc/vsomeip/b.json'],
    ],
  )
})

test('a file of more than 16 MiB is not read', async () => {
  const { problems } = await load({ '/etc/vsomeip.json': new Uint8Array(16 * 1024 * 1024 + 1).fill(0x20) })
  assert.deepEqual(lines(problems), [
    '/etc/vsomeip.json:1:1: error: the file cannot be read: 16777217 bytes are more than 16777216',
  ])
})

test('a strict reading refuses a configuration with any problem and lists all of them', async () => {
  const texts = { '/etc/vsomeip/a.json': '{"netwrok":"a"}', '/etc/vsomeip/b.json': '{"diagnosis":"x",\n"prefix":"y"}' }
  await assert.rejects(load(texts, { strict: true }), (error) => {
    assert.ok(error instanceof ConfigurationError)
    assert.equal(error.problems.length, 3)
    assert.match(error.message, /a\.json:1:2: .*\n.*b\.json:1:14: .*\n.*b\.json:2:10: /)
    return true
  })
})

test('a strict reading accepts a configuration without problems', async () => {
  const { problems } = await load({ '/etc/vsomeip.json': '{"network":"a"}' }, { strict: true })
  assert.deepEqual(problems, [])
})
