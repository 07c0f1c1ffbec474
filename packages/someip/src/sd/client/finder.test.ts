import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SdParameters } from '../parameters.ts'
import { SdError } from '../sd-error.ts'
import { offer, SERVICE, stopOffer, udp } from '../testing/entries.ts'
import { HERE, type HostOptions, World } from '../testing/world.ts'
import type { ServiceRequest } from './finder.ts'

const FIND = 'Find 1234.5678'
const IDS = { serviceId: SERVICE.serviceId, instanceId: SERVICE.instanceId }

function setUp(parameters: Partial<SdParameters> = {}, options: HostOptions = {}) {
  const world = new World()
  const { discovery } = world.host(HERE, { ...options, parameters })
  return { world, discovery, peer: world.peer() }
}

test('looks for a service after the initial delay, repeats that, and is silent then', async () => {
  const { world, discovery } = setUp()
  discovery.request(IDS)
  discovery.start()
  await world.clock.advance(60_000)
  assert.deepEqual(
    world.sentBy(HERE),
    [100, 300, 700, 1500].map((timeMs) => `${timeMs} * ${FIND}`),
  )
})

test('looks for it once when there are no repetitions', async () => {
  const { world, discovery } = setUp({ repetitionsMax: 0 })
  discovery.request(IDS)
  discovery.start()
  await world.clock.advance(60_000)
  assert.deepEqual(world.sentBy(HERE), [`100 * ${FIND}`])
})

test('asks with an unlimited TTL whatever is configured, and for the version that is wanted', async () => {
  // The first is the example of the spec; the second differs in the version, as in the captures of a client of version 1.0.
  const any = 'ffff81000000002400000001010102 00 c0000000 00000010 00000000 1234 5678 ff ffffff ffffffff 00000000'
  const one = 'ffff81000000002400000001010102 00 c0000000 00000010 00000000 1234 5678 01 ffffff 00000000 00000000'
  for (const [request, hex] of [
    [IDS, any],
    [{ ...IDS, majorVersion: 1, minorVersion: 0 }, one],
  ] as const) {
    const { world, discovery } = setUp({ ttlSeconds: 5 })
    discovery.request(request)
    discovery.start()
    await world.clock.advance(100)
    assert.deepEqual(
      world.network.sent.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
      [hex.replaceAll(' ', '')],
    )
  }
})

test('collects requests that come later in windows, and repeats those of a window together', async () => {
  const { world, discovery } = setUp({ repetitionsMax: 1 })
  discovery.start()
  await world.clock.advance(700)
  discovery.request(IDS)
  await world.clock.advance(300)
  discovery.request({ serviceId: 0x1235, instanceId: 0xffff })
  discovery.request(IDS)
  await world.clock.advance(2000)
  assert.deepEqual(
    world.sentBy(HERE),
    [1100, 1300].map((timeMs) => `${timeMs} * ${FIND} + Find 1235.ffff`),
  )
})

test('uses the initial windows first', async () => {
  const { world, discovery } = setUp({
    repetitionsMax: 0,
    findInitialDebounceRepetitions: 2,
    findInitialDebounceTimeMs: 50,
  })
  discovery.start()
  for (const [index, atMs] of [110, 170, 210, 710].entries()) {
    await world.clock.advance(atMs - world.clock.monotonic())
    discovery.request({ serviceId: 1, instanceId: index })
  }
  await world.clock.advance(1000)
  assert.deepEqual(
    world.sentBy(HERE).map((line) => Number.parseInt(line, 10)),
    [150, 200, 700, 1200],
  )
})

test('stops looking for what is offered, and not for what else was asked for', async () => {
  const { world, discovery, peer } = setUp()
  discovery.request(IDS)
  discovery.request({ serviceId: 0x1235, instanceId: 1 })
  discovery.start()
  await world.clock.advance(200)
  await peer.unicast([offer(undefined, { ttlSeconds: 100 })])
  await world.clock.advance(5000)
  assert.deepEqual(world.sentBy(HERE), [
    `100 * ${FIND} + Find 1235.0001`,
    ...[300, 700, 1500].map((timeMs) => `${timeMs} * Find 1235.0001`),
  ])
})

test('stops looking for what is released', async () => {
  const { world, discovery } = setUp()
  discovery.request(IDS)
  discovery.start()
  await world.clock.advance(200)
  discovery.release(IDS.serviceId, IDS.instanceId)
  await world.clock.advance(5000)
  assert.deepEqual(world.sentBy(HERE), [`100 * ${FIND}`])
})

test('does not look for what is known already', async () => {
  const { world, discovery, peer } = setUp()
  discovery.start()
  await peer.multicast([offer(undefined, { ttlSeconds: 100 })])
  discovery.request(IDS)
  await world.clock.advance(5000)
  assert.deepEqual(world.sentBy(HERE), [])
})

test('does not look for what this host offers', async () => {
  const { world, discovery } = setUp({ repetitionsMax: 0, cyclicOfferDelayMs: 0 })
  discovery.offer({ ...SERVICE, unreliablePort: 1, eventgroups: [] })
  discovery.request(IDS)
  discovery.start()
  await world.clock.advance(5000)
  assert.deepEqual(world.sentBy(HERE), [`100 * Offer 1234.5678 udp ${HERE}:1`])
})

test('does not look for internal services', async () => {
  const internalServices = [{ services: { first: 0xf700, last: 0xf702 }, instances: { first: 1, last: 2 } }]
  const { world, discovery } = setUp({ repetitionsMax: 0 }, { internalServices })
  for (const [serviceId, instanceId] of [
    [0xf6ff, 1],
    [0xf700, 1],
    [0xf702, 2],
    [0xf703, 1],
    [0xf701, 3],
  ] as const) {
    discovery.request({ serviceId, instanceId })
  }
  discovery.start()
  await world.clock.advance(5000)
  assert.deepEqual(world.sentBy(HERE), ['100 * Find f6ff.0001 + Find f703.0001 + Find f701.0003'])
})

test('looks again for a service whose offers ended without a word, and not for one that was stopped', async () => {
  const { world, discovery, peer } = setUp({ repetitionsMax: 1 })
  discovery.request(IDS)
  discovery.request({ serviceId: 0x1235, instanceId: 1 })
  discovery.start()
  const other = { serviceId: 0x1235, instanceId: 1 }
  await peer.multicast([offer(), offer([udp(1)], other)])
  await world.clock.advance(1000)
  await peer.multicast([stopOffer([udp(1)], other)])
  await world.clock.advance(10_000)
  // The offer is over at 3000; the windows end at 100, 600, ...
  assert.deepEqual(world.sentBy(HERE), [`3100 * ${FIND}`, `3300 * ${FIND}`])
})

test('stops looking for a service that its server stopped before it was found [feat_req_someipsd_834]', async () => {
  const { world, discovery, peer } = setUp()
  discovery.request(IDS)
  discovery.start()
  await world.clock.advance(200)
  await peer.multicast([stopOffer()])
  await world.clock.advance(5000)
  assert.deepEqual(world.sentBy(HERE), [`100 * ${FIND}`])
})

test('looks for every instance to the end, since there may be one more', async () => {
  const { world, discovery, peer } = setUp({ repetitionsMax: 1 })
  discovery.request({ serviceId: IDS.serviceId, instanceId: 0xffff })
  discovery.start()
  await world.clock.advance(200)
  await peer.multicast([offer(undefined, { ttlSeconds: 100 })])
  await world.clock.advance(5000)
  assert.deepEqual(world.sentBy(HERE), ['100 * Find 1234.ffff', '300 * Find 1234.ffff'])
})

test('refuses requests with ids that do not fit', () => {
  const { discovery } = setUp()
  const bad: ServiceRequest[] = [
    { serviceId: 0x10000, instanceId: 1 },
    { serviceId: 1, instanceId: -1 },
    { ...IDS, majorVersion: 256 },
    { ...IDS, minorVersion: 2 ** 32 },
  ]
  for (const request of bad) assert.throws(() => discovery.request(request), SdError)
})
