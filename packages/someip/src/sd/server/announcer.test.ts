import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SdParameters } from '../parameters.ts'
import { SdError } from '../sd-error.ts'
import { find, SERVICE } from '../testing/entries.ts'
import { HERE, type HostOptions, THERE, World } from '../testing/world.ts'
import type { ServiceOffer } from './service-offer.ts'

const OFFER = `Offer 1234.5678 udp ${HERE}:30509`

function service(fields: Partial<ServiceOffer> = {}): ServiceOffer {
  return { ...SERVICE, unreliablePort: 30_509, eventgroups: [], ...fields }
}

function setUp(parameters: Partial<SdParameters> = {}, options: HostOptions = {}) {
  const world = new World()
  const host = world.host(HERE, { ...options, parameters })
  return { world, ...host, discovery: host.discovery, peer: world.peer() }
}

const phases: [name: string, parameters: Partial<SdParameters>, timesMs: number[]][] = [
  // Captured with these delays: an offer at 0, +200, +600, +1400 and +3000 ms, then in the cycle.
  ['waits, repeats and then offers in a cycle', {}, [100, 300, 700, 1500, 3100, 6000, 8000, 10_000]],
  [
    'joins the cycle at once when the next offer of it is more than half a cycle away',
    { repetitionsBaseDelayMs: 150 },
    [100, 250, 550, 1150, 2350, 4000, 6000, 8000, 10_000],
  ],
  [
    'waits one cycle when there are no repetitions',
    { repetitionsMax: 0, ttlSeconds: 4 },
    [100, 4000, 6000, 8000, 10_000],
  ],
  [
    'does not wait so long that its offer expires meanwhile',
    { repetitionsMax: 0, ttlSeconds: 3 },
    [100, 2000, 4000, 6000, 8000, 10_000],
  ],
  ['offers in no cycle when none is configured', { cyclicOfferDelayMs: 0 }, [100, 300, 700, 1500, 3100]],
]
for (const [name, parameters, timesMs] of phases) {
  test(name, async () => {
    const { world, discovery } = setUp(parameters)
    discovery.offer(service())
    discovery.start()
    await world.clock.advance(10_000)
    assert.deepEqual(
      world.sentBy(HERE),
      timesMs.map((timeMs) => `${timeMs} * ${OFFER}`),
    )
  })
}

test('draws one initial delay between the configured ones, for offers and finds', async () => {
  const world = new World()
  const parameters = { initialDelayMinMs: 10, initialDelayMaxMs: 60, repetitionsMax: 0, cyclicOfferDelayMs: 0 }
  const addresses = Array.from({ length: 30 }, (_, index) => `10.77.0.${100 + index}`)
  for (const address of addresses) {
    const { discovery } = world.host(address, { parameters })
    discovery.offer(service())
    discovery.request({ serviceId: 0x4321, instanceId: 1 })
    discovery.start()
  }
  await world.clock.advance(60)
  const delays = addresses.map((address) => world.sentBy(address).map((line) => Number.parseFloat(line)))
  for (const [offerMs = 0, findMs = -1, ...more] of delays) {
    assert.ok(offerMs >= 10 && offerMs <= 60 && offerMs === findMs && more.length === 0)
  }
  assert.equal(new Set(delays.map(([delay]) => delay)).size, addresses.length)
})

test('collects offers that come later in windows, and repeats those of a window together', async () => {
  const { world, discovery } = setUp({ cyclicOfferDelayMs: 0, repetitionsMax: 1 })
  discovery.start()
  await world.clock.advance(700)
  discovery.offer(service())
  await world.clock.advance(300)
  discovery.offer(service({ serviceId: 0x1235 }))
  await world.clock.advance(1000)
  const both = `* ${OFFER} + Offer 1235.5678 udp ${HERE}:30509`
  assert.deepEqual(world.sentBy(HERE), [`1100 ${both}`, `1300 ${both}`, `1700 ${both}`])
})

test('packs the services of the main phase into one message, whenever they were offered', async () => {
  const { world, discovery } = setUp()
  discovery.offer(service())
  discovery.start()
  await world.clock.advance(300)
  discovery.offer(service({ serviceId: 0x1235, unreliablePort: undefined, reliablePort: 30_510 }))
  await world.clock.advance(7600)
  world.forget()
  await world.clock.advance(4000)
  const both = `* ${OFFER} + Offer 1235.5678 tcp ${HERE}:30510`
  assert.deepEqual(world.sentBy(HERE), [`8000 ${both}`, `10000 ${both}`])
})

test('spreads offers over several messages of at most 1380 bytes', async () => {
  const { world, discovery } = setUp({ repetitionsMax: 0 })
  for (let id = 1; id <= 100; id++) discovery.offer(service({ serviceId: id, unreliablePort: 30_000 + id }))
  discovery.start()
  await world.clock.advance(100)
  assert.deepEqual(
    world.network.sent.map(({ bytes }) => bytes.length),
    [1372, 1372, 28 + 4 * 28],
  )
  assert.deepEqual(world.sessionsOf(HERE), ['* #1!', '* #2!', '* #3!'])
})

test('names both endpoints of a service with two transports', async () => {
  const { world, discovery } = setUp()
  discovery.offer(service({ reliablePort: 30_510 }))
  discovery.start()
  await world.clock.advance(100)
  assert.deepEqual(world.sentBy(HERE), [`100 * Offer 1234.5678 tcp ${HERE}:30510 udp ${HERE}:30509`])
})

for (const [phase, afterMs] of [
  ['initial wait', 50],
  ['repetition', 400],
  ['main', 6500],
] as const) {
  test(`stops an offer of the ${phase} phase with one StopOffer`, async () => {
    const { world, discovery } = setUp()
    discovery.offer(service())
    discovery.start()
    await world.clock.advance(afterMs)
    world.forget()
    assert.equal(discovery.stopOffer(SERVICE.serviceId, SERVICE.instanceId), true)
    assert.equal(discovery.stopOffer(SERVICE.serviceId, SERVICE.instanceId), false)
    await world.clock.advance(10_000)
    assert.deepEqual(world.sentBy(HERE), [`${afterMs} * Stop${OFFER}`])
  })
}

test('starts from the initial phase when a service is offered again', async () => {
  const { world, discovery } = setUp({ repetitionsMax: 1 })
  discovery.offer(service())
  discovery.start()
  await world.clock.advance(6500)
  discovery.stopOffer(SERVICE.serviceId, SERVICE.instanceId)
  world.forget()
  discovery.offer(service())
  await world.clock.advance(1200)
  assert.deepEqual(world.sentBy(HERE), [`6600 * ${OFFER}`, `6800 * ${OFFER}`, `7200 * ${OFFER}`])
})

test('sends nothing for a service that comes and goes before the start', async () => {
  const { world, discovery } = setUp()
  discovery.offer(service())
  discovery.stopOffer(SERVICE.serviceId, SERVICE.instanceId)
  discovery.start()
  await world.clock.advance(10_000)
  assert.deepEqual(world.sentBy(HERE), [])
})

const finds: [name: string, fields: Parameters<typeof find>[0], isAnswered: boolean][] = [
  ['the instance, in any version', {}, true],
  ['any instance', { instanceId: 0xffff }, true],
  ['the major version', { majorVersion: 2 }, true],
  ['a lower minor version', { minorVersion: 6 }, true],
  ['the minor version', { minorVersion: 7 }, true],
  ['a higher minor version', { minorVersion: 8 }, false],
  ['another major version', { majorVersion: 1 }, false],
  ['another instance', { instanceId: 1 }, false],
  ['another service', { serviceId: 1 }, false],
  ['nothing any more, with a TTL of 0', { ttlSeconds: 0 }, false],
]
for (const [name, fields, isAnswered] of finds) {
  test(`${isAnswered ? 'answers' : 'does not answer'} a Find for ${name}`, async () => {
    const { world, discovery, peer } = setUp()
    discovery.offer(service({ majorVersion: 2, minorVersion: 7 }))
    discovery.start()
    await world.clock.advance(6100)
    world.forget()
    await peer.multicast([find(fields)])
    assert.deepEqual(world.sentBy(HERE), isAnswered ? [`6100 ${THERE} ${OFFER}`] : [])
  })
}

test('answers by unicast within half a cycle after an offer, and else by multicast', async () => {
  const { world, discovery, peer } = setUp()
  discovery.offer(service())
  discovery.start()
  await world.clock.advance(6999)
  world.forget()
  await peer.multicast([find()])
  await world.clock.advance(1)
  await peer.multicast([find()])
  assert.deepEqual(world.sentBy(HERE), [`6999 ${THERE} ${OFFER}`, `7000 * ${OFFER}`])
})

test('answers many Finds by multicast only once in half a cycle', async () => {
  const { world, discovery, peer } = setUp()
  discovery.offer(service())
  discovery.start()
  await world.clock.advance(7500)
  world.forget()
  for (let count = 0; count < 3; count++) await peer.multicast([find(), find()])
  assert.deepEqual(world.sentBy(HERE), [`7500 * ${OFFER}`, `7500 ${THERE} ${OFFER}`, `7500 ${THERE} ${OFFER}`])
})

test('answers a Find for any instance with all instances in one message', async () => {
  const { world, discovery, peer } = setUp()
  discovery.offer(service())
  discovery.offer(service({ instanceId: 0x5679, unreliablePort: 30_511 }))
  discovery.start()
  await world.clock.advance(6100)
  world.forget()
  await peer.unicast([find({ instanceId: 0xffff })])
  assert.deepEqual(world.sentBy(HERE), [`6100 ${THERE} ${OFFER} + Offer 1234.5679 udp ${HERE}:30511`])
})

test('ignores a Find without the unicast flag', async () => {
  const { world, discovery, peer } = setUp()
  discovery.offer(service())
  discovery.start()
  await world.clock.advance(6100)
  world.forget()
  await peer.multicast([find()], { unicast: false })
  assert.deepEqual(world.sentBy(HERE), [])
})

test('offers nothing before the initial delay is over, not even to a Find [feat_req_someipsd_62]', async () => {
  const { world, discovery, peer } = setUp()
  discovery.offer(service())
  discovery.start()
  await world.clock.advance(50)
  await peer.multicast([find()])
  assert.deepEqual(world.sentBy(HERE), [])
})

const refused: [name: string, service: ServiceOffer, code: SdError['code']][] = [
  ['a service twice', service(), 'already-offered'],
  ['a service without a port', service({ serviceId: 1, unreliablePort: undefined }), 'no-endpoint'],
  ['the instance that means any', service({ instanceId: 0xffff }), 'invalid-id'],
  ['a service id beyond 16 bits', service({ serviceId: 0x10000 }), 'invalid-id'],
  ['a port beyond 16 bits', service({ serviceId: 1, unreliablePort: 65_536 }), 'invalid-id'],
  [
    'an eventgroup that is none',
    service({ serviceId: 1, eventgroups: [{ eventgroupId: -1, reliability: 'both' }] }),
    'invalid-id',
  ],
]
for (const [name, refusedService, code] of refused) {
  test(`refuses to offer ${name}`, () => {
    const { discovery } = setUp()
    discovery.offer(service())
    assert.throws(
      () => discovery.offer(refusedService),
      (error) => error instanceof SdError && error.code === code,
    )
  })
}

test('the cycle follows what is offered: the same again, then without what was stopped, then with what came', async () => {
  const { world, discovery } = setUp({ repetitionsMax: 0 })
  const other = OFFER.replace('5678', '0001')
  discovery.offer(service())
  discovery.offer(service({ instanceId: 1 }))
  discovery.start()
  await world.clock.advance(7000)
  assert.deepEqual(
    world.sentBy(HERE).slice(-2),
    [4000, 6000].map((ms) => `${ms} * ${OFFER} + ${other}`),
  )
  discovery.stopOffer(0x1234, 0x5678)
  await world.clock.advance(2000)
  assert.equal(world.sentBy(HERE).at(-1), `8000 * ${other}`)
  discovery.offer(service())
  await world.clock.advance(4000)
  assert.equal(world.sentBy(HERE).at(-1), `12000 * ${other} + ${OFFER}`)
})
