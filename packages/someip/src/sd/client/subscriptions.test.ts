import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SdError } from '../sd-error.ts'
import { acknowledge, EVENTGROUP, offer, SERVICE, stopOffer, tcp, udp } from '../testing/entries.ts'
import { HERE, type HostOptions, THERE, World } from '../testing/world.ts'
import type { SdOption } from '../wire/option.ts'
import type { SubscribeOptions } from './subscription.ts'

const GROUP_ID = '1234.5678.4465'
const IDS = { serviceId: SERVICE.serviceId, instanceId: SERVICE.instanceId, eventgroupId: EVENTGROUP }
const OPTIONS: SubscribeOptions = { ...IDS, majorVersion: 0, reliability: 'unreliable' }
const UDP = `udp ${HERE}:41957`
const TCP = `tcp ${HERE}:42769`
const SUBSCRIBE = `${THERE} Subscribe ${GROUP_ID} ${UDP}`
const STOP = `${THERE} StopSubscribe ${GROUP_ID} ${UDP}`
const PAIR = `${THERE} StopSubscribe ${GROUP_ID} ${UDP} + Subscribe ${GROUP_ID} ${UDP}`

function setUp(options: HostOptions = {}) {
  const world = new World()
  const host = world.host(HERE, options)
  host.discovery.start()
  const sent = () => {
    const lines = world.sentBy(HERE).map((line) => line.replace(/^\S+ /, ''))
    world.forget()
    return lines
  }
  /** What the owner was told of subscriptions. */
  const states = () => host.takeTold().filter((line) => /^(waiting|pending|acknowledged|rejected)/.test(line))
  return { world, host, discovery: host.discovery, peer: world.peer(), sent, states }
}

test('subscribes as soon as the service is offered, by multicast or unicast', async () => {
  for (const kind of ['multicast', 'unicast'] as const) {
    const { discovery, peer, sent, states } = setUp()
    discovery.subscribe(OPTIONS)
    assert.deepEqual(sent(), [])
    await peer[kind]([offer()])
    assert.deepEqual([sent(), states()], [[SUBSCRIBE], [`pending ${GROUP_ID}`]])
  }
})

test('subscribes at once when the service is known, even from a unicast offer', async () => {
  const { discovery, peer, sent } = setUp()
  await peer.unicast([offer()])
  discovery.subscribe(OPTIONS)
  assert.deepEqual(sent(), [SUBSCRIBE])
})

test('refreshes with every multicast offer, and not with unicast ones', async () => {
  const { discovery, peer, sent, states } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  sent()
  states()
  for (let cycle = 0; cycle < 3; cycle++) {
    await peer.multicast([offer()])
    await peer.unicast([acknowledge()])
    await peer.unicast([offer()])
  }
  assert.deepEqual([sent(), states()], [[SUBSCRIBE, SUBSCRIBE, SUBSCRIBE], []])
})

test('has no timer of its own for subscriptions', async () => {
  const { world, discovery, peer, sent } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer(undefined, { ttlSeconds: 0xffffff })])
  sent()
  await world.clock.advance(60_000)
  assert.deepEqual(sent(), [])
})

test('sends a pair of StopSubscribe and Subscribe when the Subscribe before was not answered', async () => {
  const { discovery, peer, sent } = setUp()
  discovery.subscribe(OPTIONS)
  for (let cycle = 0; cycle < 3; cycle++) await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  await peer.multicast([offer()])
  assert.deepEqual(sent(), [SUBSCRIBE, PAIR, PAIR, SUBSCRIBE])
})

test('sends no pair after the first multicast offer that follows unicast ones', async () => {
  const { discovery, peer, sent } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.unicast([offer()])
  await peer.multicast([offer()])
  await peer.multicast([offer()])
  assert.deepEqual(sent(), [SUBSCRIBE, SUBSCRIBE, PAIR])
})

test('subscribes to all eventgroups of an offer, and of all services of a message, in one message', async () => {
  const { discovery, peer, sent } = setUp()
  discovery.subscribe(OPTIONS)
  discovery.subscribe({ ...OPTIONS, eventgroupId: 1 })
  discovery.subscribe({ ...OPTIONS, instanceId: 1 })
  await peer.multicast([offer(), offer([udp(1)], { instanceId: 1 })])
  assert.deepEqual(sent(), [
    `${THERE} Subscribe ${GROUP_ID} ${UDP} + Subscribe 1234.5678.0001 ${UDP} + Subscribe 1234.0001.4465 ${UDP}`,
  ])
})

const transports: [reliability: SubscribeOptions['reliability'], offered: readonly SdOption[], endpoints: string][] = [
  ['unreliable', [tcp(1), udp(2)], UDP],
  ['reliable', [tcp(1), udp(2)], TCP],
  ['both', [tcp(1), udp(2)], `${TCP} ${UDP}`],
  ['unknown', [tcp(1), udp(2)], `${TCP} ${UDP}`],
  ['unknown', [udp(2)], UDP],
  ['unknown', [tcp(1)], TCP],
]
for (const [reliability, offered, endpoints] of transports) {
  test(`names the endpoints that ${reliability} events of a service with ${offered.length} endpoint(s) need: ${endpoints}`, async () => {
    const { discovery, peer, sent } = setUp()
    discovery.subscribe({ ...OPTIONS, reliability })
    await peer.multicast([offer(offered)])
    assert.deepEqual(sent(), [`${THERE} Subscribe ${GROUP_ID} ${endpoints}`])
  })
}

test('waits for the TCP connection before it subscribes', async () => {
  const { host, discovery, peer, sent, states } = setUp()
  host.ports = { unreliable: 41_957 }
  discovery.subscribe({ ...OPTIONS, reliability: 'both' })
  await peer.multicast([offer([tcp(1), udp(2)])])
  await peer.multicast([offer([tcp(1), udp(2)])])
  assert.deepEqual([sent(), states()], [[], []])
  host.ports = { unreliable: 41_957, reliable: 42_769 }
  discovery.localPortsChanged(IDS.serviceId, IDS.instanceId)
  discovery.localPortsChanged(IDS.serviceId, IDS.instanceId)
  assert.deepEqual([sent(), states()], [[`${THERE} Subscribe ${GROUP_ID} ${TCP} ${UDP}`], [`pending ${GROUP_ID}`]])
})

test('subscribes anew with the port of a new TCP connection', async () => {
  const { host, discovery, peer, sent, states } = setUp()
  discovery.subscribe({ ...OPTIONS, reliability: 'reliable' })
  await peer.multicast([offer([tcp(1)])])
  await peer.unicast([acknowledge()])
  sent()
  states()
  host.ports = {}
  discovery.localPortsChanged(IDS.serviceId, IDS.instanceId)
  assert.deepEqual([sent(), states()], [[], [`waiting ${GROUP_ID}`]])
  host.ports = { reliable: 5 }
  discovery.localPortsChanged(IDS.serviceId, IDS.instanceId)
  const entry = `Subscribe ${GROUP_ID} tcp ${HERE}:5`
  assert.deepEqual([sent(), states()], [[`${THERE} Stop${entry} + ${entry}`], [`pending ${GROUP_ID}`]])
})

test('reports the acknowledgement once', async () => {
  const { discovery, peer, states } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  states()
  await peer.unicast([acknowledge()])
  await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  assert.deepEqual(states(), [`acknowledged ${GROUP_ID}`])
})

test('reports a rejection, and tries again with the next offer as a pair', async () => {
  const { host, discovery, peer, sent, states } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  await peer.unicast([acknowledge({ ttlSeconds: 0 })])
  assert.deepEqual(host.takeTold(), [
    `available 1234.5678 udp ${THERE}:30509`,
    `pending ${GROUP_ID}`,
    `rejected ${GROUP_ID}`,
  ])
  sent()
  await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  assert.deepEqual([sent(), states()], [[PAIR], [`acknowledged ${GROUP_ID}`]])
})

test('has the TCP connection restarted after a rejection', async () => {
  const { host, discovery, peer } = setUp()
  discovery.subscribe({ ...OPTIONS, reliability: 'reliable' })
  await peer.multicast([offer([tcp(1)])])
  host.takeTold()
  await peer.unicast([acknowledge({ ttlSeconds: 0 })])
  assert.deepEqual(host.takeTold(), [`rejected ${GROUP_ID}`, 'restart connection 1234.5678'])
})

test('heeds acknowledgements of the host of the service only, and of subscriptions it has', async () => {
  const { world, discovery, peer, states } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.unicast([acknowledge()])
  await peer.multicast([offer()])
  states()
  await world.peer('10.77.0.66').unicast([acknowledge()])
  await peer.unicast([acknowledge({ eventgroupId: 1 }), acknowledge({ serviceId: 1 })])
  assert.deepEqual(states(), [])
})

const multicast = (address: string, port = 32_344, protocol = 0x11): SdOption => ({
  kind: 'multicast',
  address,
  protocol,
  port,
})

test('tells of the multicast group of an acknowledgement once, until it changes', async () => {
  const { host, discovery, peer } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  host.takeTold()
  for (const port of [1, 1, 2]) await peer.unicast([acknowledge({ options: [multicast('224.225.226.233', port)] })])
  assert.deepEqual(host.takeTold(), [
    `acknowledged ${GROUP_ID}`,
    `multicast ${GROUP_ID} 224.225.226.233:1`,
    `multicast ${GROUP_ID} 224.225.226.233:2`,
  ])
})

test('tells of the multicast group again when the service is back', async () => {
  const { host, discovery, peer } = setUp()
  discovery.subscribe(OPTIONS)
  for (let times = 0; times < 2; times++) {
    await peer.multicast([offer()])
    host.takeTold()
    await peer.unicast([acknowledge({ options: [multicast('224.225.226.233')] })])
    assert.deepEqual(host.takeTold(), [`acknowledged ${GROUP_ID}`, `multicast ${GROUP_ID} 224.225.226.233:32344`])
    await peer.multicast([stopOffer()])
  }
})

const badGroups: [name: string, options: readonly SdOption[]][] = [
  ['two groups', [multicast('224.0.0.1'), multicast('224.0.0.2')]],
  ['an address that is no group', [multicast('10.77.0.9')]],
  ['port 0', [multicast('224.0.0.1', 0)]],
  ['TCP', [multicast('224.0.0.1', 1, 6)]],
]
for (const [name, options] of badGroups) {
  test(`takes an acknowledgement that names ${name} as one without a group`, async () => {
    const { host, discovery, peer } = setUp()
    discovery.subscribe(OPTIONS)
    await peer.multicast([offer()])
    host.takeTold()
    await peer.unicast([acknowledge({ options })])
    assert.deepEqual(host.takeTold(), [`acknowledged ${GROUP_ID}`])
  })
}

test('stops a subscription once', async () => {
  const { discovery, peer, sent } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  sent()
  assert.equal(discovery.unsubscribe(IDS), true)
  assert.equal(discovery.unsubscribe(IDS), false)
  await peer.multicast([offer()])
  assert.deepEqual(sent(), [STOP])
})

test('stops silently what was never sent', async () => {
  const { discovery, peer, sent } = setUp()
  discovery.subscribe(OPTIONS)
  discovery.unsubscribe(IDS)
  await peer.multicast([offer()])
  assert.deepEqual(sent(), [])
})

test('waits after a StopOffer and subscribes plainly when the service is back', async () => {
  const { discovery, peer, sent, states } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  sent()
  states()
  await peer.multicast([stopOffer()])
  assert.deepEqual([sent(), states()], [[], [`waiting ${GROUP_ID}`]])
  await peer.multicast([offer()])
  assert.deepEqual([sent(), states()], [[SUBSCRIBE], [`pending ${GROUP_ID}`]])
})

test('stops the subscription of a service whose offer expired, and renews it when the service is back', async () => {
  const { world, discovery, peer, sent, states } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  sent()
  await world.clock.advance(3000)
  assert.deepEqual(
    [sent(), states()],
    [[STOP], [`pending ${GROUP_ID}`, `acknowledged ${GROUP_ID}`, `waiting ${GROUP_ID}`]],
  )
  await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  await peer.multicast([offer()])
  assert.deepEqual(sent(), [PAIR, SUBSCRIBE])
})

test('renews the subscription after the host of the service rebooted', async () => {
  const { host, discovery, peer, sent } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  sent()
  host.takeTold()
  peer.reboot()
  await peer.multicast([offer()])
  assert.deepEqual(sent(), [PAIR])
  assert.deepEqual(host.takeTold(), [
    `waiting ${GROUP_ID}`,
    'unavailable 1234.5678 rebooted',
    `rebooted ${THERE}`,
    `available 1234.5678 udp ${THERE}:30509`,
    `pending ${GROUP_ID}`,
  ])
})

test('renews the subscription where the endpoints of the service have changed', async () => {
  const { discovery, peer, sent } = setUp()
  discovery.subscribe(OPTIONS)
  await peer.multicast([offer()])
  await peer.unicast([acknowledge()])
  sent()
  await peer.multicast([offer([udp(30_600)])])
  assert.deepEqual(sent(), [PAIR])
})

test('uses the configured TTL', async () => {
  // The example of the spec, from a capture with a TTL of 3 s.
  const hex =
    'ffff8100000000300000000101010200c00000000000001006000010123456780000000300004465 0000000c000904000a4d00020011a3e5'
  const world = new World()
  const host = world.host(THERE)
  host.ports = { unreliable: 0xa3e5 }
  host.discovery.subscribe(OPTIONS)
  host.discovery.start()
  await world.peer(HERE).multicast([offer([udp(30_509, HERE)])])
  const [sent] = world.network.sent.filter(({ from }) => from.address === THERE)
  assert.equal(Buffer.from(sent?.bytes ?? []).toString('hex'), hex.replace(' ', ''))
})

const clients = (...clientIds: number[]): SdOption => ({ kind: 'selective', clientIds })

test('names the clients of a selective subscription, and reports on each', async () => {
  const { discovery, peer, sent, states } = setUp()
  discovery.subscribe({ ...OPTIONS, clientId: 0x1343 })
  await peer.multicast([offer()])
  discovery.subscribe({ ...OPTIONS, clientId: 0x1344 })
  discovery.subscribe({ ...OPTIONS, clientId: 0x1344 })
  assert.deepEqual(sent(), [`${SUBSCRIBE} clients 1343`, `${SUBSCRIBE} clients 1343,1344`])
  await peer.unicast([
    acknowledge({ options: [clients(0x1343)] }),
    acknowledge({ ttlSeconds: 0, options: [clients(0x1344)] }),
  ])
  assert.deepEqual(states(), [
    `pending ${GROUP_ID} for 1343`,
    `pending ${GROUP_ID} for 1344`,
    `acknowledged ${GROUP_ID} for 1343`,
    `rejected ${GROUP_ID} for 1344`,
  ])
  discovery.unsubscribe({ ...IDS, clientId: 0x1344 })
  discovery.unsubscribe({ ...IDS, clientId: 0x1343 })
  assert.deepEqual(sent(), [`${STOP} clients 1344`, `${STOP} clients 1343`])
})

test('does not have the connection restarted when a selective subscription is rejected', async () => {
  const { host, discovery, peer } = setUp()
  discovery.subscribe({ ...OPTIONS, reliability: 'reliable', clientId: 7 })
  await peer.multicast([offer([tcp(1)])])
  host.takeTold()
  await peer.unicast([acknowledge({ ttlSeconds: 0, options: [clients(7)] })])
  assert.deepEqual(host.takeTold(), [`rejected ${GROUP_ID} for 7`])
})

const refused: [name: string, options: SubscribeOptions, code: SdError['code']][] = [
  ['another major version', { ...OPTIONS, majorVersion: 1 }, 'other-subscription'],
  ['single clients as well as all', { ...OPTIONS, clientId: 1 }, 'other-subscription'],
  ['an eventgroup that is none', { ...OPTIONS, eventgroupId: 0x10000 }, 'invalid-id'],
  ['every instance', { ...OPTIONS, instanceId: 0xffff }, 'invalid-id'],
]
for (const [name, options, code] of refused) {
  test(`refuses to subscribe to ${name}`, () => {
    const { discovery } = setUp()
    discovery.subscribe(OPTIONS)
    assert.throws(
      () => discovery.subscribe(options),
      (error) => error instanceof SdError && error.code === code,
    )
  })
}

test('refuses more clients than a subscription can name', () => {
  const { discovery } = setUp({ limits: { clientsPerSubscription: 2 } })
  for (const clientId of [1, 2]) discovery.subscribe({ ...OPTIONS, clientId })
  assert.throws(() => discovery.subscribe({ ...OPTIONS, clientId: 3 }), { code: 'too-many-clients' })
})

test('lets the owner subscribe and unsubscribe while it is told of a service', async () => {
  const { world, sent } = setUp()
  const other = world.host('10.77.0.5', {
    client: {
      available: () => other.discovery.subscribe(OPTIONS),
      unavailable: () => other.discovery.unsubscribe(IDS),
      localPorts: () => ({ unreliable: 7 }),
      subscriptionChanged: () => {},
      multicastAnnounced: () => {},
      restartConnection: () => {},
    },
  })
  sent()
  other.discovery.start()
  const peer = world.peer()
  await peer.multicast([offer()])
  await peer.multicast([stopOffer()])
  await peer.multicast([offer()])
  const line = `${THERE} Subscribe ${GROUP_ID} udp 10.77.0.5:7`
  assert.deepEqual(
    world.sentBy('10.77.0.5').map((sentLine) => sentLine.replace(/^\S+ /, '')),
    [line, line],
  )
})

test('subscribes to nothing that the owner begins to offer while it is told of it', async () => {
  const world = new World()
  const host = world.host(HERE, {
    client: {
      available: () => host.discovery.offer({ ...SERVICE, unreliablePort: 1, eventgroups: [] }),
      unavailable: () => {},
      localPorts: () => ({ unreliable: 7 }),
      subscriptionChanged: () => {},
      multicastAnnounced: () => {},
      restartConnection: () => {},
    },
  })
  host.discovery.subscribe(OPTIONS)
  host.discovery.start()
  await world.peer().multicast([offer()])
  assert.deepEqual([world.sentBy(HERE), host.discovery.services], [[], []])
})
