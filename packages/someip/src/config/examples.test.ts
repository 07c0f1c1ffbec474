import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadConfiguration } from './load.ts'
import { nodeFiles } from './node-files.ts'

const examples = fileURLToPath(new URL('testing/examples/', import.meta.url))

const load = (applicationName: string, path: string) =>
  loadConfiguration({
    applicationName,
    environment: { VSOMEIP_CONFIGURATION: path },
    workingDirectory: examples,
    files: nodeFiles,
    strict: true,
  })

test('a file for a gateway with its own and remote services', async () => {
  const { configuration: c, files } = await load('gateway', 'gateway.json')
  assert.deepEqual(files, ['gateway.json'])
  assert.deepEqual(c.network, {
    unicast: '10.20.0.1',
    netmask: '255.255.0.0',
    prefixLength: 24,
    device: 'eth0',
    name: 'gateway',
    prefersUds: false,
  })
  assert.deepEqual(c.routing, {
    host: { name: 'gateway', credentials: { uid: 900, gid: 900 }, unicast: undefined, port: 31490 },
    guests: {
      unicast: undefined,
      ports: [{ uid: undefined, gid: undefined, ranges: [{ first: 31492, last: 31999 }] }],
    },
    transport: 'uds',
  })
  assert.deepEqual(
    [...c.applications.values()].map((one) => [one.name, one.clientId, one.threads, one.hasSessionHandling]),
    [
      ['gateway', 0x2101, 4, true],
      ['battery-monitor', 0x2110, 2, false],
      ['display', undefined, 2, true],
    ],
  )
  const filter = {
    onChange: true,
    onChangeResetsInterval: false,
    intervalMs: 1000,
    ignoredBits: new Map([
      [0, 0xff],
      [7, 0x0f],
    ]),
  }
  assert.deepEqual(
    c.applications.get('battery-monitor')?.debounce,
    new Map([[0x4b10_0001, new Map([[0x8101, filter]])]]),
  )
  assert.deepEqual(c.tracing.channels, [{ id: 'BAT', name: 'Battery' }])
})

test('the services of that gateway', async () => {
  const { configuration: c } = await load('gateway', 'gateway.json')
  const event = { isField: false, cycleMs: 0, changeResetsCycle: false, updateOnChange: true }
  assert.deepEqual(c.services.get(0x4b10_0001), {
    serviceId: 0x4b10,
    instanceId: 1,
    protocol: 'someip',
    unicast: '10.20.0.1',
    isRemote: false,
    reliablePort: 31101,
    unreliablePort: 31100,
    hasMagicCookies: true,
    events: new Map([
      [0x8101, { ...event, eventId: 0x8101, isField: true, reliability: 'unreliable', cycleMs: 500 }],
      [0x8102, { ...event, eventId: 0x8102, reliability: 'reliable' }],
      [0x8103, { ...event, eventId: 0x8103, reliability: 'unreliable' }],
    ]),
    eventgroups: new Map([
      [0x11, { eventgroupId: 0x11, eventIds: [0x8101, 0x8102], multicast: undefined, threshold: 0 }],
      [
        0x12,
        {
          eventgroupId: 0x12,
          eventIds: [0x8101, 0x8103],
          multicast: { address: '239.20.0.9', port: 31900 },
          threshold: 3,
        },
      ],
    ]),
    npdu: { requests: new Map(), responses: new Map([[1, { debounceMs: 10, retentionMs: 40 }]]) },
    tp: {
      clientToService: new Map(),
      serviceToClient: new Map([
        [2, { maxSegmentBytes: 1392, separationTimeMs: 0 }],
        [0x8103, { maxSegmentBytes: 704, separationTimeMs: 2 }],
      ]),
    },
  })
  const remote = c.services.get(0x4c00_0002)
  assert.deepEqual([remote?.unicast, remote?.isRemote, remote?.unreliablePort], ['10.20.0.40', true, 31200])
  assert.equal(c.services.get(0x4d00_0001)?.protocol, 'doip')
})

test('the limits, times and protections of that gateway', async () => {
  const { configuration: c } = await load('gateway', 'gateway.json')
  assert.deepEqual(c.clientPorts[0]?.unreliable.ports, [41000, 41002])
  assert.deepEqual(c.clientPorts[1]?.unreliable.clientRange, { first: 42000, last: 42099 })
  assert.equal(c.serviceDiscovery.ttlSeconds, 5)
  assert.deepEqual(c.serviceDiscovery.ttlFactorOffers, new Map([[0x4c00_0002, 3]]))
  assert.deepEqual(c.npduDefaults.requests, { debounceMs: 0, retentionMs: 0 })
  assert.deepEqual(c.e2e.protections, [
    {
      serviceId: 0x4b10,
      eventId: 0x8101,
      protects: true,
      checks: false,
      profile: {
        name: 'P04',
        dataId: 0x2d,
        offsetBytes: 8,
        minDataLength: 0,
        maxDataLength: 512,
        maxDeltaCounter: 0xffff,
      },
    },
  ])
  assert.equal(c.messageSizes.maxLocalBytes, 131_088)
  assert.deepEqual(c.messageSizes.maxBytesByEndpoint, new Map([['10.20.0.1', new Map([[31101, 65_552]])]]))
  assert.equal(c.sockets.queueLimits.externalBytes, 1_048_576)
  assert.equal(c.sockets.tcpConnectTimeMaxMs, 3000)
})

test('a folder for a host with guests on other machines, seen by the host', async () => {
  const { configuration: c, files } = await load('routingd', 'folder')
  assert.deepEqual(files, [
    'folder/vsomeip_app.json',
    'folder/vsomeip_security.json',
    'folder/vsomeip_std.json',
    'folder/zz_network.json',
  ])
  assert.deepEqual(c.routing, {
    host: { name: 'routingd', credentials: { uid: 0, gid: 0 }, unicast: '172.16.5.1', port: 31000 },
    guests: {
      unicast: '172.16.5.2',
      ports: [
        { uid: 1000, gid: 1000, ranges: [{ first: 31002, last: 31041 }] },
        { uid: undefined, gid: undefined, ranges: [{ first: 31050, last: 31099 }] },
      ],
    },
    transport: 'tcp',
  })
  assert.equal(c.network.unicast, '172.16.5.1')
  assert.equal(c.serviceDiscovery.enabled, false)
  assert.deepEqual(c.secureServices, new Set([0x5100_0001]))
  assert.deepEqual(
    c.partitions,
    new Map([
      [0x5100_0001, 1],
      [0x5101_0001, 2],
    ]),
  )
  assert.deepEqual(c.acceptances[0]?.paths, ['/run/secured'])
  assert.deepEqual(c.acceptances[0]?.reliable?.secure, [{ first: 30600, last: 30600 }])
})

test('the same folder, seen by a guest', async () => {
  const { configuration: c, files } = await load('clock', 'folder')
  assert.equal(files.includes('folder/zz_network.json'), false)
  assert.deepEqual([c.network.name, c.network.unicast, c.serviceDiscovery.enabled], ['cluster', '127.0.0.1', true])
  assert.equal(c.services.get(0x5100_0001)?.reliablePort, 31500)
})

test('the policies in that folder', async () => {
  const { configuration: c } = await load('clock', 'folder')
  const all = [{ first: 0, last: 0xffff_ffff }]
  assert.deepEqual([c.security.mode, c.security.allowsRemoteClients], ['enforce', false])
  assert.deepEqual(c.security.policies, [
    {
      credentials: { effect: 'allow', owners: [{ uids: [{ first: 1000, last: 1000 }], gids: all }] },
      effect: 'allow',
      requests: [
        {
          serviceId: 0x5101,
          instances: [
            {
              instanceIds: [{ first: 0, last: 0xffff }],
              methodIds: [
                { first: 1, last: 1 },
                { first: 0x8000, last: 0xffff },
              ],
            },
          ],
        },
        {
          serviceId: 0x5102,
          instances: [{ instanceIds: [{ first: 1, last: 0xffff }], methodIds: [{ first: 1, last: 0xffff }] }],
        },
      ],
      offers: [
        {
          serviceId: 0x5100,
          instanceIds: [
            { first: 1, last: 1 },
            { first: 0x10, last: 0x1f },
          ],
        },
      ],
    },
    {
      credentials: {
        effect: 'deny',
        owners: [
          {
            uids: [
              { first: 0, last: 0 },
              { first: 1000, last: 1999 },
            ],
            gids: all,
          },
        ],
      },
      effect: 'deny',
      requests: [],
      offers: [{ serviceId: 0x5100, instanceIds: [{ first: 1, last: 0xffff }] }],
    },
  ])
})
