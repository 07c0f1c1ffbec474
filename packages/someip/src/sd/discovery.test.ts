import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acknowledge, EVENTGROUP, find, offer, SERVICE, stopOffer, subscribe, udp } from './testing/entries.ts'
import { HERE, type HostOptions, SD_PORT, THERE, World } from './testing/world.ts'

const GROUP_ID = '1234.5678.4465'
/** Offered by the peer. */
const REMOTE = { serviceId: 0x2345, instanceId: 1, majorVersion: 0, minorVersion: 0 }
const remoteOffer = (ttlSeconds = 100) => offer([udp(30_600)], { ...REMOTE, ttlSeconds })
const OFFER = `Offer 1234.5678 udp ${HERE}:30509`

function setUp(options: HostOptions = {}) {
  const world = new World()
  const host = world.host(HERE, options)
  const { discovery } = host
  const eventgroups = [{ eventgroupId: EVENTGROUP, reliability: 'unreliable' } as const]
  discovery.offer({ ...SERVICE, unreliablePort: 30_509, eventgroups })
  discovery.request({ serviceId: REMOTE.serviceId, instanceId: REMOTE.instanceId })
  discovery.subscribe({ ...REMOTE, eventgroupId: 7, reliability: 'unreliable' })
  const sent = () => {
    const lines = world.sentBy(HERE)
    world.forget()
    return lines
  }
  return { world, host, discovery, peer: world.peer(), sent }
}

/** With a subscriber, a remote service and a subscription to it, in the main phase. */
async function setUpRunning(options: HostOptions = {}) {
  const setting = setUp(options)
  setting.discovery.start()
  await setting.world.clock.advance(5500)
  await setting.peer.unicast([subscribe(undefined, { ttlSeconds: 100 })])
  await setting.peer.multicast([remoteOffer()])
  await setting.peer.unicast([acknowledge({ ...REMOTE, eventgroupId: 7 })])
  setting.host.takeTold()
  setting.sent()
  return setting
}

const FORGOTTEN = [`unsubscribed ${GROUP_ID} halted`, 'waiting 2345.0001.0007', 'unavailable 2345.0001 halted']

test('is deaf and mute before it is started', async () => {
  const { world, host, peer, sent } = setUp()
  await peer.unicast([find(), subscribe(), remoteOffer()])
  await world.clock.advance(10_000)
  assert.deepEqual([sent(), host.takeTold(), world.clock.pending], [[], [], 0])
})

test('offers, finds and subscribes between two hosts', async () => {
  const world = new World()
  const [server, client] = [world.host(HERE), world.host(THERE)]
  const eventgroups = [{ eventgroupId: EVENTGROUP, reliability: 'unreliable' } as const]
  server.discovery.offer({ ...SERVICE, unreliablePort: 30_509, eventgroups })
  client.discovery.request({ serviceId: SERVICE.serviceId, instanceId: SERVICE.instanceId })
  client.discovery.subscribe({ ...SERVICE, eventgroupId: EVENTGROUP, reliability: 'unreliable' })
  server.discovery.start()
  await world.clock.advance(7000)
  client.discovery.start()
  await world.clock.advance(200)
  assert.deepEqual(client.takeTold(), [
    `available 1234.5678 udp ${HERE}:30509`,
    `pending ${GROUP_ID}`,
    `acknowledged ${GROUP_ID}`,
  ])
  assert.deepEqual(
    server.takeTold().filter((line) => line !== 'rejoin'),
    [`subscribed ${GROUP_ID}`, `initial events ${GROUP_ID}`],
  )
  // An Ack is lost: the client renews its subscription with the next offer.
  world.network.loses = ({ from, to }) =>
    from.address === HERE && to.address === THERE && world.clock.monotonic() < 9000
  await world.clock.advance(2000)
  world.forget()
  await world.clock.advance(2000)
  assert.deepEqual(world.sentBy(THERE), [
    `10000 ${HERE} StopSubscribe ${GROUP_ID} udp ${THERE}:41957 + Subscribe ${GROUP_ID} udp ${THERE}:41957`,
  ])
  assert.deepEqual(
    server.takeTold().filter((line) => line !== 'rejoin'),
    [`initial events ${GROUP_ID}`],
  )
  await server.discovery.close()
  await world.clock.advance(0)
  assert.deepEqual(client.takeTold(), [`waiting ${GROUP_ID}`, 'unavailable 1234.5678 stopped'])
  await client.discovery.close()
  assert.equal(world.clock.pending, 0)
})

test('counts the sessions of multicast and of each peer apart', async () => {
  const { world, discovery, peer } = setUp({ parameters: { repetitionsMax: 0 } })
  discovery.start()
  await world.clock.advance(100)
  await peer.unicast([subscribe()])
  await world.peer('10.77.0.3').unicast([subscribe([udp(1, '10.77.0.3')])])
  await peer.unicast([subscribe()])
  assert.deepEqual(world.sessionsOf(HERE), ['* #1!', '* #2!', `${THERE} #1!`, '10.77.0.3 #1!', `${THERE} #2!`])
})

const NEW_SESSION =
  'ffff8100 00000024 0000 0001 01010200 c0000000 00000010 00000000 1234 5678 ff ffffff ffffffff 00000000'
const dropped: [name: string, change: (hex: string) => string, reason: string][] = [
  ['another client ID than 0', (hex) => hex.replace('0000 0001 01010200', '0001 0001 01010200'), 'wrong-header'],
  ['another service ID', (hex) => hex.replace('ffff8100', 'fffe8100'), 'wrong-header'],
  ['another method ID', (hex) => hex.replace('ffff8100', 'ffff8101'), 'wrong-header'],
  ['another protocol version', (hex) => hex.replace('01010200', '02010200'), 'malformed'],
  ['another interface version', (hex) => hex.replace('01010200', '01020200'), 'wrong-header'],
  ['the type of a request', (hex) => hex.replace('01010200', '01010000'), 'wrong-header'],
  ['the type of a segment', (hex) => hex.replace('01010200', '01012200'), 'wrong-header'],
  ['a return code', (hex) => hex.replace('01010200', '01010201'), 'wrong-header'],
  ['a length beyond the datagram', (hex) => hex.replace('00000024', '00000025'), 'malformed'],
  ['entries beyond the message', (hex) => hex.replace('00000010', '00000020'), 'malformed'],
]
for (const [name, change, reason] of dropped) {
  test(`drops a message with ${name}`, async () => {
    const { world, host, discovery, peer, sent } = setUp()
    discovery.start()
    await world.clock.advance(1000)
    sent()
    host.takeTold()
    await peer.raw(Buffer.from(change(NEW_SESSION).replaceAll(' ', ''), 'hex'))
    assert.deepEqual([sent(), host.takeTold()], [[], [`dropped ${reason}`]])
  })
}

test('heeds a message without any of these flaws, and every message of a datagram', async () => {
  const { world, discovery, peer, sent } = setUp()
  discovery.start()
  await world.clock.advance(1000)
  sent()
  await peer.raw(Buffer.from((NEW_SESSION + NEW_SESSION.replace('0000 0001', '0000 0002')).replaceAll(' ', ''), 'hex'))
  assert.deepEqual(sent(), Array(2).fill(`1000 ${THERE} ${OFFER}`))
})

test('drops what comes from another port, and what it hears of itself', async () => {
  const reasons: string[] = []
  const { world, discovery, peer, sent } = setUp({ onDrop: ({ reason }) => reasons.push(reason) })
  discovery.start()
  await world.clock.advance(1000)
  reasons.length = 0
  sent()
  await peer.raw(Buffer.from(NEW_SESSION.replaceAll(' ', ''), 'hex'), HERE, 30_491)
  await world.peer(HERE).multicast([find()])
  assert.deepEqual([sent(), reasons], [[`1000 * Find 1234.5678`], ['wrong-port', 'own']])
})

test('answers the SD endpoint that a message names, where it is in the subnet [feat_req_someipsd_1084]', async () => {
  const sdEndpoint = (address: string) => `0000000c 00092400 ${address} 0011 771a`
  for (const [hexAddress, answered] of [
    ['0a4d0009', '10.77.0.9'],
    ['0a4d0109', THERE],
    ['0a4d0001', THERE],
  ] as const) {
    const { world, discovery, peer, sent } = setUp()
    discovery.start()
    await world.clock.advance(1000)
    sent()
    const hex = NEW_SESSION.replace('00000024', '00000030').replace(/00000000$/, sdEndpoint(hexAddress))
    await peer.raw(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    assert.deepEqual(sent(), [`1000 ${answered} ${OFFER}`])
  }
})

test('removes the services and subscriptions of a host that rebooted, and then handles its message', async () => {
  const { world, host, discovery, peer, sent } = await setUpRunning()
  const other = world.peer('10.77.0.3')
  await other.unicast([subscribe([udp(1, '10.77.0.3')])])
  await other.multicast([offer([udp(1, '10.77.0.3')], { serviceId: 0x3456, ttlSeconds: 100 })])
  host.takeTold()
  sent()
  peer.reboot()
  await peer.unicast([subscribe()])
  assert.deepEqual(host.takeTold(), [
    `unsubscribed ${GROUP_ID} rebooted`,
    'waiting 2345.0001.0007',
    'unavailable 2345.0001 rebooted',
    `rebooted ${THERE}`,
    `subscribed ${GROUP_ID}`,
    `initial events ${GROUP_ID}`,
  ])
  assert.deepEqual([discovery.subscriberCount, discovery.services.map(({ serviceId }) => serviceId)], [2, [0x3456]])
  assert.deepEqual(sent(), [`5500 ${THERE} Ack ${GROUP_ID}`])
})

test('notices a reboot by messages of either kind, once for both', async () => {
  const { host, peer } = await setUpRunning()
  const reboots = () => host.takeTold().filter((line) => line.startsWith('rebooted'))
  await peer.multicast([find()])
  await peer.unicast([find()])
  assert.deepEqual(reboots(), [])
  peer.reboot()
  await peer.multicast([find()])
  await peer.unicast([find()])
  assert.deepEqual(reboots(), [`rebooted ${THERE}`])
})

test('takes the wrap of sessions for no reboot, and lost messages neither', async () => {
  const { host, peer } = await setUpRunning()
  const stamps = [
    [0xfff0, true],
    [0xffff, true],
    [1, false],
    [2, false],
    [0xffff, false],
    [1, false],
  ] as const
  for (const [sessionId, reboot] of stamps) await peer.multicast([find()], { sessionId, reboot })
  assert.deepEqual(host.takeTold(), [])
  await peer.multicast([find()], { sessionId: 2, reboot: true })
  assert.ok(host.takeTold().includes(`rebooted ${THERE}`))
})

test('joins the group anew after 1.1 cycles without multicast, again and again', async () => {
  const { world, host, discovery, peer } = setUp()
  discovery.start()
  await peer.unicast([find()])
  await world.clock.advance(2199)
  assert.deepEqual(host.takeTold(), [])
  await world.clock.advance(1)
  assert.deepEqual(host.takeTold(), ['rejoin'])
  await world.clock.advance(2000)
  await peer.multicast([find()])
  await world.clock.advance(1000)
  await peer.unicast([find()])
  await world.clock.advance(1199)
  assert.deepEqual(host.takeTold(), [])
  await world.clock.advance(1)
  assert.deepEqual(host.takeTold(), ['rejoin'])
})

test('says goodbye to everybody when it is suspended, and is deaf and mute then', async () => {
  const { world, host, discovery, peer, sent } = await setUpRunning()
  discovery.offer({ ...SERVICE, serviceId: 0x1235, reliablePort: 1, eventgroups: [] })
  await discovery.suspend()
  await discovery.suspend()
  assert.deepEqual(sent(), [
    `5500 * Stop${OFFER} + StopOffer 1235.5678 tcp ${HERE}:1`,
    `5500 ${THERE} StopSubscribe 2345.0001.0007 udp ${HERE}:41957`,
  ])
  assert.deepEqual(host.takeTold(), FORGOTTEN)
  await world.clock.advance(0)
  assert.deepEqual([discovery.subscriberCount, discovery.services, world.clock.pending], [0, [], 0])
  await peer.unicast([find(), subscribe(), remoteOffer()])
  await world.clock.advance(10_000)
  assert.deepEqual([sent(), host.takeTold()], [[], []])
})

test('heeds and answers nothing more of a datagram in which the owner suspends it', async () => {
  const world = new World()
  const host = world.host(HERE, {
    onReboot: () => assert.fail(),
    server: {
      isConnected: () => true,
      acceptSubscription: () => true,
      subscribed: () => void host.discovery.suspend(),
      sendInitialEvents: () => assert.fail(),
      unsubscribed: () => {},
    },
  })
  const { discovery } = host
  discovery.offer({
    ...SERVICE,
    unreliablePort: 1,
    eventgroups: [{ eventgroupId: EVENTGROUP, reliability: 'unreliable' }],
  })
  discovery.start()
  const peer = world.peer()
  await peer.unicast([subscribe(), remoteOffer()])
  assert.deepEqual(world.sentBy(HERE), [`0 * StopOffer 1234.5678 udp ${HERE}:1`])
  assert.deepEqual([discovery.services, discovery.subscriberCount, host.told, host.errors], [[], 0, [], []])
})

test('starts anew when it is resumed, as after a reboot', async () => {
  const { world, host, discovery, peer, sent } = await setUpRunning({ parameters: { repetitionsMax: 1 } })
  await discovery.suspend()
  peer.reboot()
  await world.clock.advance(500)
  host.takeTold()
  sent()
  discovery.resume()
  discovery.resume()
  await world.clock.advance(100)
  assert.deepEqual(world.sessionsOf(HERE), ['* #1!', '* #2!'])
  assert.deepEqual(sent(), [`6100 * ${OFFER}`, '6100 * Find 2345.0001'])
  await peer.multicast([remoteOffer()])
  assert.deepEqual(world.sessionsOf(HERE), [`${THERE} #1!`])
  assert.equal(sent()[0]?.endsWith(`Subscribe 2345.0001.0007 udp ${HERE}:41957`), true)
  assert.deepEqual(host.takeTold(), ['rejoin', `available 2345.0001 udp ${THERE}:30600`, 'pending 2345.0001.0007'])
})

test('remembers what is offered, requested and subscribed while it is suspended', async () => {
  const { world, discovery, sent } = setUp({ parameters: { repetitionsMax: 0, cyclicOfferDelayMs: 0 } })
  await discovery.suspend()
  discovery.start()
  discovery.stopOffer(SERVICE.serviceId, SERVICE.instanceId)
  discovery.offer({ ...SERVICE, serviceId: 0x1235, unreliablePort: 2, eventgroups: [] })
  discovery.release(REMOTE.serviceId, REMOTE.instanceId)
  await world.clock.advance(1000)
  assert.deepEqual(sent(), [])
  discovery.resume()
  await world.clock.advance(1000)
  assert.deepEqual(sent(), [`1100 * Offer 1235.5678 udp ${HERE}:2`])
})

test('forgets everybody when the network is down, without a word', async () => {
  const { world, host, discovery, sent } = await setUpRunning()
  await discovery.networkDown()
  await discovery.networkDown()
  await world.clock.advance(10_000)
  assert.deepEqual([sent(), host.takeTold()], [[], FORGOTTEN])
  assert.deepEqual([discovery.subscriberCount, discovery.services, world.clock.pending], [0, [], 0])
})

test('starts anew when the network is up, which does not look like a reboot', async () => {
  const { world, host, discovery, peer, sent } = await setUpRunning()
  const [before = ''] = world.sessionsOf(HERE)
  assert.equal(before, '')
  await discovery.networkDown()
  host.takeTold()
  discovery.networkUp()
  discovery.networkUp()
  await world.clock.advance(100)
  assert.deepEqual(world.sessionsOf(HERE), ['* #10!', '* #11!'])
  assert.deepEqual(sent(), [`5600 * ${OFFER}`, '5600 * Find 2345.0001'])
  await peer.multicast([remoteOffer()])
  const entry = `Subscribe 2345.0001.0007 udp ${HERE}:41957`
  assert.deepEqual(sent(), [`5600 ${THERE} Stop${entry} + ${entry}`])
  assert.equal(host.takeTold()[0], 'rejoin')
})

test('runs only while it is not suspended and the network is up', async () => {
  const { world, discovery, sent } = setUp({ parameters: { repetitionsMax: 0, cyclicOfferDelayMs: 0 } })
  const isRunning = async () => {
    await world.clock.advance(100)
    return sent().length > 0
  }
  await discovery.networkDown()
  discovery.start()
  assert.equal(await isRunning(), false)
  await discovery.suspend()
  discovery.networkUp()
  assert.equal(await isRunning(), false)
  await discovery.networkDown()
  discovery.resume()
  assert.equal(await isRunning(), false)
  discovery.networkUp()
  assert.equal(await isRunning(), true)
})

test('closes with a goodbye, once and for all', async () => {
  const { world, host, discovery, peer, sent } = await setUpRunning()
  await Promise.all([discovery.close(), discovery.close()])
  assert.deepEqual(sent(), [`5500 * Stop${OFFER}`, `5500 ${THERE} StopSubscribe 2345.0001.0007 udp ${HERE}:41957`])
  assert.deepEqual(host.takeTold(), FORGOTTEN)
  await peer.unicast([find(), stopOffer()])
  discovery.resume()
  discovery.networkUp()
  await discovery.suspend()
  await discovery[Symbol.asyncDispose]()
  assert.throws(() => discovery.start(), { code: 'closed' })
  await world.clock.advance(10_000)
  assert.deepEqual([sent(), host.takeTold(), world.clock.pending], [[], [], 0])
})

test('goes on when the transport fails', async () => {
  let isBroken = true
  const times: number[] = []
  const transport = {
    sendMulticast: () => {
      if (isBroken) throw new Error('the socket is closed')
      times.push(world.clock.monotonic())
    },
    sendUnicast: () => {},
    rejoinMulticast: () => {},
  }
  const world = new World()
  const { discovery } = world.host(HERE, { transport, parameters: { repetitionsMax: 1 } })
  discovery.offer({ ...SERVICE, unreliablePort: 30_509, eventgroups: [] })
  discovery.start()
  await world.clock.advance(200)
  isBroken = false
  await world.clock.advance(600)
  assert.deepEqual(times, [300, 700])
})

test('knows itself by a link-local address with a zone', async () => {
  const reasons: string[] = []
  const world = new World()
  const network = { unicast: 'fe80::1', netmask: '255.255.255.0', prefixLength: 64 }
  const { discovery } = world.host('fe80::1', { network, onDrop: ({ reason }) => reasons.push(reason) })
  discovery.start()
  const bytes = Buffer.from(NEW_SESSION.replaceAll(' ', ''), 'hex')
  for (const address of ['fe80::1%eth0', 'fe80::12%eth0']) {
    discovery.receive(bytes, { address, port: SD_PORT, isMulticast: true })
  }
  assert.deepEqual(reasons, ['own'])
})

test('refuses an address or a netmask that is none', () => {
  const world = new World()
  for (const network of [
    { unicast: 'localhost', netmask: '255.255.255.0', prefixLength: 64 },
    { unicast: HERE, netmask: '/24', prefixLength: 24 },
  ]) {
    assert.throws(() => world.host(HERE, { network }), { code: 'invalid-address' })
  }
})

test('speaks IPv6', async () => {
  const world = new World()
  const network = (unicast: string) => ({ unicast, netmask: '255.255.255.0', prefixLength: 64 })
  const server = world.host('fd00::1', { network: network('fd00::1') })
  const client = world.host('fd00::2', { network: network('FD00:0::2') })
  const eventgroups = [{ eventgroupId: EVENTGROUP, reliability: 'unreliable' } as const]
  server.discovery.offer({ ...SERVICE, unreliablePort: 30_509, eventgroups })
  client.discovery.subscribe({ ...SERVICE, eventgroupId: EVENTGROUP, reliability: 'unreliable' })
  for (const { discovery } of [server, client]) discovery.start()
  await world.clock.advance(200)
  assert.deepEqual(client.takeTold(), [
    'available 1234.5678 udp fd00::1:30509',
    `pending ${GROUP_ID}`,
    `acknowledged ${GROUP_ID}`,
  ])
  await world.peer('fd00::3').unicast([subscribe([udp(1, 'fd00:0:0:1::3')])], {}, 'fd00::1')
  assert.equal(world.sentBy('fd00::1').at(-1), `200 fd00::3 Nack ${GROUP_ID}`)
})
