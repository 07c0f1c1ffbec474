import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HEADER_LENGTH } from '../wire/header.ts'
import { decodeMessage } from '../wire/message.ts'
import { RebootDetector } from './reboot-detector.ts'
import type { EntryGroup } from './sender.ts'
import { describeMessage } from './testing/description.ts'
import { anyEntry, EVENTGROUP, find, offer, SERVICE, stopSubscribe, subscribe, udp } from './testing/entries.ts'
import { HERE, type HostOptions, SD_PORT, THERE, World } from './testing/world.ts'
import { decodeSdPayload, packEntries } from './wire/message.ts'

const GROUP_ID = '1234.5678.4465'
const COUNT = 20_000

/** A host that hears and sends without the network between, so that much can happen in no time. */
async function setUp(options: HostOptions = {}) {
  const world = new World()
  const sent: { readonly to: string; readonly bytes: Uint8Array }[] = []
  const host = world.host(HERE, {
    ...options,
    network: { unicast: HERE, netmask: '255.0.0.0', prefixLength: 64 },
    transport: {
      sendMulticast: (bytes) => sent.push({ to: '*', bytes }),
      sendUnicast: (bytes, to) => sent.push({ to: to.address, bytes }),
      rejoinMulticast: () => {},
    },
  })
  const eventgroups = [{ eventgroupId: EVENTGROUP, reliability: 'unreliable' } as const]
  host.discovery.offer({ ...SERVICE, unreliablePort: 30_509, eventgroups })
  host.discovery.request({ serviceId: 0x2345, instanceId: 1 })
  host.discovery.start()
  await world.clock.advance(5500)
  let sessionId = 0
  const hear = (entries: EntryGroup, address: string, isMulticast = false) => {
    sessionId = (sessionId % 0xffff) + 1
    for (const message of packEntries([entries])) {
      const bytes = message.encode(sessionId, { reboot: false, unicast: true })
      host.discovery.receive(bytes, { address, port: SD_PORT, isMulticast })
    }
  }
  /** What was sent since it was taken last. */
  const takeSent = () => sent.splice(0)
  takeSent()
  return { world, host, discovery: host.discovery, hear, takeSent }
}

const forged = (index: number) => `10.${1 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`

test('keeps its subscribers through a flood of subscriptions from forged addresses', async () => {
  const { world, discovery, hear, takeSent } = await setUp({ limits: { remoteSubscribers: 100 } })
  hear([subscribe()], THERE)
  const timers = world.clock.pending
  for (let index = 0; index < COUNT; index++) hear([subscribe([udp(1, forged(index))])], forged(index))
  assert.deepEqual([discovery.subscriberCount, world.clock.pending], [100, timers])
  takeSent()
  hear([subscribe()], THERE)
  assert.deepEqual(
    takeSent().map(({ to, bytes }) => `${to} ${describeMessage(bytes)}`),
    [`${THERE} Ack ${GROUP_ID}`],
  )
  assert.equal(discovery.eventTargets(SERVICE.serviceId, SERVICE.instanceId, EVENTGROUP).unreliable.length, 100)
  await world.clock.advance(3000)
  assert.equal(discovery.subscriberCount, 0)
})

test('takes a flood of undecided subscriptions for subscribers', async () => {
  const { host, discovery, hear } = await setUp({ limits: { remoteSubscribers: 100 } })
  let asked = 0
  host.accepts = () => {
    asked++
    return new Promise(() => {})
  }
  for (let index = 0; index < 1000; index++) hear([subscribe([udp(1, forged(index))])], forged(index))
  assert.deepEqual([asked, discovery.subscriberCount], [100, 100])
  await discovery.close()
})

test('serves a subscriber again after a flood of subscribing and unsubscribing', async () => {
  const { world, host, discovery, hear } = await setUp()
  const timers = world.clock.pending
  for (let index = 0; index < COUNT; index++) {
    hear([subscribe()], THERE)
    hear([stopSubscribe()], THERE)
  }
  assert.deepEqual([discovery.subscriberCount, world.clock.pending], [0, timers])
  host.takeTold()
  hear([subscribe()], THERE)
  assert.deepEqual(host.takeTold(), [`subscribed ${GROUP_ID}`, `initial events ${GROUP_ID}`])
})

test('knows a wanted service in a flood of offers', async () => {
  const { world, host, discovery, hear } = await setUp({ limits: { remoteServices: 100 } })
  for (let index = 0; index < COUNT; index++) {
    hear(
      [offer([udp(1, forged(index))], { serviceId: index, instanceId: 9, ttlSeconds: 0xffffff })],
      forged(index),
      true,
    )
  }
  assert.equal(discovery.services.length, 100)
  host.takeTold()
  const wanted = { serviceId: 0x2345, instanceId: 1, ttlSeconds: 100 }
  hear([offer(undefined, wanted)], THERE, true)
  assert.equal(host.takeTold().at(-1), `available 2345.0001 udp ${THERE}:30509`)
  for (let index = 0; index < COUNT; index++) hear([offer([udp(2)], { serviceId: index, instanceId: 8 })], THERE, true)
  assert.equal(host.takeTold().length, 0)
  await world.clock.advance(1000)
  assert.ok(discovery.services.some(({ serviceId }) => serviceId === 0x2345))
})

test('answers a flood of Finds one for one, and remembers nothing of it', async () => {
  const { world, hear, takeSent } = await setUp()
  const timers = world.clock.pending
  for (let index = 0; index < COUNT; index++) hear([find(), find({ instanceId: 0xffff })], forged(index), true)
  const sent = takeSent()
  assert.deepEqual([sent.length, world.clock.pending], [COUNT, timers])
  assert.equal(sent.filter(({ to }) => to === '*').length, 1)
})

test('survives a host that reboots every 100 ms, and serves it when it is done', async () => {
  const { world, host, discovery, takeSent } = await setUp()
  const peer = world.peer()
  const wanted = { serviceId: 0x2345, instanceId: 1, ttlSeconds: 100 }
  discovery.subscribe({ ...wanted, majorVersion: 0, eventgroupId: 7, reliability: 'unreliable' })
  host.takeTold()
  for (let reboot = 0; reboot < 600; reboot++) {
    peer.reboot()
    await peer.multicast([offer(undefined, wanted)])
    await peer.unicast([subscribe()])
    await world.clock.advance(100)
  }
  const told = host.takeTold()
  const count = (start: string) => told.filter((line) => line.startsWith(start)).length
  assert.equal(count('rebooted'), 599)
  assert.deepEqual(
    [count('available'), count('unavailable'), count('subscribed'), count('unsubscribed')],
    [600, 599, 600, 599],
  )
  assert.deepEqual([discovery.services.length, discovery.subscriberCount], [1, 1])
  takeSent()
  await peer.multicast([offer(undefined, wanted)])
  assert.deepEqual([host.takeTold(), takeSent().length], [[], 1])
})

test('never makes a peer see a reboot because forged peers crowded it out', async () => {
  const { hear, takeSent } = await setUp({ limits: { peers: 10 } })
  const detector = new RebootDetector(1)
  for (let round = 0; round < 5; round++) {
    hear([subscribe()], THERE)
    for (let index = 0; index < 100 * round; index++) hear([find()], forged(index))
  }
  const heard = takeSent().filter(({ to }) => to === THERE)
  assert.equal(heard.length, 5)
  for (const { bytes } of heard) {
    const { sessionId } = decodeMessage(bytes)
    const { reboot } = decodeSdPayload(bytes.subarray(HEADER_LENGTH))
    assert.equal(detector.observe(HERE, false, { sessionId, reboot }, 0).rebooted, false)
  }
})

test('throws at nothing that comes in, and keeps its bounds', async () => {
  const limits = { peers: 5, remoteServices: 5, remoteSubscribers: 5, clientsPerSubscription: 2 }
  const { world, host, discovery } = await setUp({ limits })
  const entries = fc.array(fc.array(anyEntry, { minLength: 1, maxLength: 2 }), { maxLength: 6 })
  const stamp = fc.record({ sessionId: fc.integer({ min: 0, max: 3 }), reboot: fc.boolean() })
  const address = fc.integer({ min: 2, max: 12 }).map((last) => `10.77.0.${last}`)
  const damage = fc.option(fc.record({ at: fc.nat(200), value: fc.nat(255) }), { nil: undefined })
  const property = fc.property(
    entries,
    stamp,
    address,
    fc.boolean(),
    damage,
    (groups, flags, from, isMulticast, flaw) => {
      for (const message of packEntries(groups)) {
        const bytes = message.encode(flags.sessionId, { reboot: flags.reboot, unicast: true })
        if (flaw !== undefined && flaw.at < bytes.length) bytes[flaw.at] = flaw.value
        host.discovery.receive(bytes, { address: from, port: SD_PORT, isMulticast })
      }
      assert.ok(discovery.subscriberCount <= 5 && discovery.services.length <= 5)
    },
  )
  fc.assert(property, { numRuns: 2000 })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) =>
      discovery.receive(bytes, { address: THERE, port: SD_PORT, isMulticast: false }),
    ),
  )
  await world.clock.advance(1000)
  await discovery.close()
  assert.deepEqual([discovery.subscriberCount, host.errors], [0, []])
})
