import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offer, SERVICE, stopOffer, tcp, udp } from '../testing/entries.ts'
import { HERE, type HostOptions, THERE, World } from '../testing/world.ts'
import type { SdOption } from '../wire/option.ts'

const IDS = { serviceId: SERVICE.serviceId, instanceId: SERVICE.instanceId }
const AVAILABLE = `available 1234.5678 udp ${THERE}:30509`

function setUp(options: HostOptions = {}) {
  const world = new World()
  const host = world.host(HERE, options)
  host.discovery.start()
  return { world, host, discovery: host.discovery, peer: world.peer() }
}

test('tells of a service once, with its endpoints, whether by multicast or unicast', async () => {
  const { host, discovery, peer } = setUp()
  await peer.unicast([offer([tcp(30_510), udp(30_509)])])
  await peer.multicast([offer([udp(30_509), tcp(30_510)])])
  assert.deepEqual(host.takeTold(), [`available 1234.5678 tcp ${THERE}:30510 udp ${THERE}:30509`])
  const endpoint = (port: number) => ({ address: THERE, port })
  const places = { peer: endpoint(30_490), reliable: endpoint(30_510), unreliable: endpoint(30_509) }
  assert.deepEqual(discovery.services, [{ ...SERVICE, ...places }])
})

test('lets an offer expire after its TTL, each new one prolonging it', async () => {
  const { world, host, peer } = setUp({ parameters: { cyclicOfferDelayMs: 0 } })
  await peer.multicast([offer()])
  await world.clock.advance(2000)
  await peer.unicast([offer()])
  await world.clock.advance(2999)
  assert.deepEqual(host.takeTold(), [AVAILABLE])
  await world.clock.advance(1)
  assert.deepEqual(host.takeTold(), ['unavailable 1234.5678 expired'])
})

test('multiplies the TTL by the factor of the service', async () => {
  const { world, host, peer } = setUp({
    parameters: { ttlFactorOffers: new Map([[0x1234_5678, 4]]), cyclicOfferDelayMs: 0 },
  })
  await peer.multicast([offer(), offer([udp(1)], { instanceId: 1 })])
  host.takeTold()
  await world.clock.advance(11_999)
  assert.deepEqual(host.takeTold(), ['unavailable 1234.0001 expired'])
  await world.clock.advance(1)
  assert.deepEqual(host.takeTold(), ['unavailable 1234.5678 expired'])
})

test('keeps a service without an end', async () => {
  const { world, host, peer } = setUp({
    parameters: { cyclicOfferDelayMs: 0, findDebounceTimeMs: 1e10, offerDebounceTimeMs: 1e10 },
  })
  await peer.multicast([offer(undefined, { ttlSeconds: 0xffffff })])
  await world.clock.advance(1e10)
  assert.deepEqual(host.takeTold(), [AVAILABLE])
})

test('loses a service by a StopOffer of its host, and of no other', async () => {
  const { world, host, peer } = setUp()
  await peer.multicast([offer()])
  host.takeTold()
  await world.peer('10.77.0.66').multicast([stopOffer()])
  assert.deepEqual(host.takeTold(), [])
  await peer.multicast([stopOffer()])
  await peer.multicast([stopOffer()])
  assert.deepEqual(host.takeTold(), ['unavailable 1234.5678 stopped'])
})

const changes: [name: string, entry: ReturnType<typeof offer>, available: string][] = [
  ['another port', offer([udp(30_600)]), `udp ${THERE}:30600`],
  ['another address', offer([udp(30_509, '10.77.0.9')]), 'udp 10.77.0.9:30509'],
  ['one more transport', offer([udp(30_509), tcp(30_510)]), `tcp ${THERE}:30510 udp ${THERE}:30509`],
  ['another version', offer(undefined, { minorVersion: 1 }), `udp ${THERE}:30509`],
]
for (const [name, entry, available] of changes) {
  test(`tells of a service that is offered with ${name}`, async () => {
    const { host, peer } = setUp()
    await peer.multicast([offer()])
    host.takeTold()
    await peer.multicast([entry])
    assert.deepEqual(host.takeTold(), ['unavailable 1234.5678 changed', `available 1234.5678 ${available}`])
  })
}

test('follows a service to another host', async () => {
  const { world, host, peer } = setUp()
  await peer.multicast([offer()])
  host.takeTold()
  await world.peer('10.77.0.3').multicast([offer([udp(30_509, '10.77.0.3')])])
  await peer.multicast([stopOffer()])
  assert.deepEqual(host.takeTold(), ['unavailable 1234.5678 changed', 'available 1234.5678 udp 10.77.0.3:30509'])
})

const MALFORMED: SdOption = { kind: 'configuration', items: [{ key: 'a' }] }
const usable: [name: string, options: readonly SdOption[]][] = [
  ['the same endpoint twice', [udp(30_509), udp(30_509)]],
  ['an endpoint of the other address family, too', [udp(30_509, 'fd00::2'), udp(30_509)]],
  ['an endpoint of an unknown protocol, too', [{ ...udp(1), protocol: 0x42 }, udp(30_509)]],
  [
    'an option of an unknown type',
    [{ kind: 'unknown', type: 0x77, isDiscardable: false, content: Uint8Array.of() }, udp(30_509)],
  ],
  ['a configuration', [MALFORMED, udp(30_509)]],
]
for (const [name, options] of usable) {
  test(`uses an offer with ${name}`, async () => {
    const { host, peer } = setUp()
    await peer.multicast([offer(options)])
    assert.deepEqual(host.takeTold(), [AVAILABLE])
  })
}

const unusable: [name: string, options: readonly SdOption[]][] = [
  ['no endpoint', []],
  ['an endpoint of the other address family only', [udp(30_509, 'fd00::2')]],
  ['two UDP endpoints', [udp(30_509), udp(30_510)]],
  ['two TCP endpoints', [tcp(30_509), tcp(30_510)]],
  ['port 0', [udp(0)]],
  ['a multicast address', [udp(30_509, '224.0.0.1')]],
  ['the address of this host', [udp(30_509, HERE)]],
]
for (const [name, options] of unusable) {
  test(`ignores an offer with ${name}`, async () => {
    const { host, discovery, peer } = setUp()
    await peer.multicast([offer(options)])
    assert.deepEqual([host.takeTold(), discovery.services], [[], []])
  })
}

test('ignores an offer whose options are not there or malformed, and heeds the others of the message', async () => {
  const { host, peer } = setUp()
  const entry = (runs: string, instance: string) => `01 ${runs} 1234 ${instance} 00 000003 00000000`
  const options = '00000017 000804000a4d0002001177 000904000a4d00020011772d'
  const entries = `${entry('000010', '0001')} ${entry('010020', '0002')} ${entry('010010', '5678')}`
  const hex = `ffff8100 0000005b 0000 0001 01010200 c0000000 00000030 ${entries} ${options}`
  await peer.raw(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
  assert.deepEqual(host.takeTold(), [AVAILABLE])
})

test('ignores offers of a service that this host offers, and drops the one it knew', async () => {
  const { host, discovery, peer } = setUp()
  await peer.multicast([offer()])
  discovery.offer({ ...SERVICE, unreliablePort: 30_509, eventgroups: [] })
  await peer.multicast([offer()])
  assert.deepEqual(host.takeTold(), [AVAILABLE, 'unavailable 1234.5678 offered-here'])
})

test('makes room for a wanted service when there are too many, and for no other', async () => {
  const { host, discovery, peer } = setUp({ limits: { remoteServices: 2 } })
  discovery.request(IDS)
  const other = (instanceId: number) => offer([udp(1)], { serviceId: 1, instanceId })
  await peer.multicast([other(1), other(2), other(3), offer()])
  assert.deepEqual(host.takeTold(), [
    `available 0001.0001 udp ${THERE}:1`,
    `available 0001.0002 udp ${THERE}:1`,
    'unavailable 0001.0001 evicted',
    AVAILABLE,
  ])
  discovery.request({ serviceId: 1, instanceId: 0xffff })
  await peer.multicast([other(4)])
  assert.deepEqual([host.takeTold(), discovery.services.length], [[], 2])
})

test('goes on when the owner fails, and logs what failed', async () => {
  const { world, host, discovery, peer } = setUp({
    client: {
      available: () => assert.fail('available'),
      unavailable: () => assert.fail('unavailable'),
      localPorts: () => assert.fail('localPorts'),
      subscriptionChanged: () => assert.fail('subscriptionChanged'),
      multicastAnnounced: () => assert.fail('multicastAnnounced'),
      restartConnection: () => assert.fail('restartConnection'),
    },
  })
  discovery.subscribe({ ...IDS, eventgroupId: 1, majorVersion: 0, reliability: 'unreliable' })
  await peer.multicast([offer()])
  assert.equal(discovery.services.length, 1)
  await world.clock.advance(3000)
  assert.equal(discovery.services.length, 0)
  assert.deepEqual(
    host.errors.map((error) => error.replace(/.*: /, '')),
    ['available available', 'localPorts localPorts', 'unavailable unavailable'],
  )
})
