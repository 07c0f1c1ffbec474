import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { HEADER_LENGTH } from '../../wire/header.ts'
import { EVENTGROUP, SERVICE, stopSubscribe, subscribe, tcp, udp } from '../testing/entries.ts'
import { HERE, type HostOptions, THERE, World } from '../testing/world.ts'
import { decodeSdPayload } from '../wire/message.ts'
import type { SdOption } from '../wire/option.ts'
import type { OfferedEventgroup, ServiceOffer } from './service-offer.ts'

const GROUP_ID = '1234.5678.4465'
const eventgroup: OfferedEventgroup = { eventgroupId: EVENTGROUP, reliability: 'unreliable' }

async function setUp(service: Partial<ServiceOffer> = {}, options: HostOptions = {}) {
  const world = new World()
  const host = world.host(HERE, { ...options, parameters: { cyclicOfferDelayMs: 0, ...options.parameters } })
  const { discovery } = host
  discovery.offer({ ...SERVICE, unreliablePort: 30_509, reliablePort: 30_510, eventgroups: [eventgroup], ...service })
  discovery.start()
  await world.clock.advance(4000)
  world.forget()
  const answers = () => world.sentBy(HERE).map((line) => line.replace(/^\S+ /, ''))
  const targets = (eventgroupId = EVENTGROUP) =>
    discovery.eventTargets(SERVICE.serviceId, SERVICE.instanceId, eventgroupId)
  return { world, host, discovery, peer: world.peer(), answers, targets }
}

test('acknowledges a subscription, then asks for the initial events', async () => {
  const { host, peer, answers, targets } = await setUp()
  await peer.unicast([subscribe()])
  assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID}`])
  assert.deepEqual(host.takeTold(), [`subscribed ${GROUP_ID}`, `initial events ${GROUP_ID}`])
  assert.partialDeepStrictEqual(targets(), {
    unreliable: [{ address: THERE, port: 41_957 }],
    reliable: [],
    multicast: undefined,
  })
})

test('sends the answer before it asks for the initial events', async () => {
  const order: string[] = []
  const { world, peer, host } = await setUp()
  world.network.loses = () => {
    order.push('answer')
    return false
  }
  Object.defineProperty(host.told, 'push', { value: (what: string) => order.push(what) })
  await peer.unicast([subscribe()])
  assert.deepEqual(order, ['answer', `subscribed ${GROUP_ID}`, 'answer', `initial events ${GROUP_ID}`])
})

test('acknowledges a refresh without initial events', async () => {
  const { world, host, peer, answers } = await setUp()
  await peer.unicast([subscribe()])
  host.takeTold()
  world.forget()
  for (const afterMs of [1000, 2000, 2999]) {
    await world.clock.advance(afterMs)
    await peer.unicast([subscribe()])
  }
  assert.deepEqual(answers(), Array(3).fill(`${THERE} Ack ${GROUP_ID}`))
  assert.deepEqual(host.takeTold(), [])
})

test('answers a pair of StopSubscribe and Subscribe with one Ack and the initial events, and stops nothing', async () => {
  const { world, host, peer, answers } = await setUp()
  await peer.unicast([subscribe()])
  host.takeTold()
  world.forget()
  await peer.unicast([stopSubscribe(), subscribe()])
  assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID}`])
  assert.deepEqual(host.takeTold(), [`initial events ${GROUP_ID}`])
})

test('asks for the initial events once when a pair subscribes for the first time', async () => {
  const { host, peer } = await setUp()
  await peer.unicast([stopSubscribe(), subscribe()])
  assert.deepEqual(host.takeTold(), [`subscribed ${GROUP_ID}`, `initial events ${GROUP_ID}`])
})

const noPairs: [name: string, stop: Parameters<typeof stopSubscribe>, told: string[]][] = [
  ['another endpoint', [[udp(1)]], []],
  ['another eventgroup', [[udp(41_957)], { eventgroupId: 1 }], []],
  [
    'another counter',
    [[udp(41_957)], { counter: 1 }],
    [`unsubscribed ${GROUP_ID} stopped`, `subscribed ${GROUP_ID}`, `initial events ${GROUP_ID}`],
  ],
]
for (const [name, stop, told] of noPairs) {
  test(`takes a StopSubscribe of ${name} for no pair with a Subscribe`, async () => {
    const { host, peer } = await setUp()
    await peer.unicast([subscribe()])
    host.takeTold()
    await peer.unicast([stopSubscribe(...stop), subscribe()])
    assert.deepEqual(host.takeTold(), told)
  })
}

test('removes a subscription by a StopSubscribe, which it does not answer', async () => {
  const { world, host, peer, answers, targets } = await setUp()
  await peer.unicast([subscribe()])
  host.takeTold()
  world.forget()
  await peer.unicast([stopSubscribe()])
  await peer.unicast([stopSubscribe()])
  await peer.unicast([stopSubscribe([udp(1)]), stopSubscribe([]), stopSubscribe([], { eventgroupId: 0x7777 })])
  assert.deepEqual(answers(), [])
  assert.deepEqual(host.takeTold(), [`unsubscribed ${GROUP_ID} stopped`])
  assert.deepEqual(targets().unreliable, [])
})

const UDP_OPTION = udp(41_957)
const MULTICAST: SdOption = { kind: 'multicast', address: '224.1.1.1', protocol: 0x11, port: 1 }
const unknown = (isDiscardable: boolean): SdOption => ({
  kind: 'unknown',
  type: 0x77,
  isDiscardable,
  content: Uint8Array.of(1),
})

const accepted: [name: string, options: readonly SdOption[]][] = [
  ['an endpoint that is not the sender', [udp(41_957, '10.77.0.9')]],
  ['an endpoint of each transport', [tcp(42_769), UDP_OPTION]],
  ['a discardable option of an unknown type', [UDP_OPTION, unknown(true)]],
  ['options that mean nothing here', [UDP_OPTION, MULTICAST, { kind: 'load-balancing', priority: 1, weight: 1 }]],
  ['a configuration', [{ kind: 'configuration', items: [{ key: 'a' }] }, UDP_OPTION]],
]
for (const [name, options] of accepted) {
  test(`acknowledges a subscription with ${name}`, async () => {
    const { peer, answers } = await setUp()
    await peer.unicast([subscribe(options)])
    assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID}`])
  })
}

const nacked: [name: string, options: readonly SdOption[] | undefined, fields?: Parameters<typeof subscribe>[1]][] = [
  ['an unknown service', undefined, { serviceId: 0x9999 }],
  ['an unknown instance', undefined, { instanceId: 1 }],
  ['an unknown eventgroup', undefined, { eventgroupId: 0x7777 }],
  ['another major version', undefined, { majorVersion: 9 }],
  ['no option', []],
  ['no endpoint', [MULTICAST]],
  ['an endpoint of the wrong transport', [tcp(42_769)]],
  ['an endpoint in another subnet', [udp(41_957, '10.77.1.2')]],
  ['an endpoint of another address family', [udp(41_957, 'fd00::2')]],
  ['the address of the service', [udp(41_957, HERE)]],
  ['port 0', [udp(0)]],
  ['an unknown transport protocol', [{ ...UDP_OPTION, protocol: 0x42 }]],
  ['an option of an unknown type', [UDP_OPTION, unknown(false)]],
  ['two UDP endpoints', [UDP_OPTION, udp(41_958)]],
  ['two TCP endpoints', [tcp(1), tcp(2), UDP_OPTION]],
]
for (const [name, options, fields] of nacked) {
  test(`refuses a subscription with ${name}, in the subscriber's own words`, async () => {
    const { world, host, discovery, peer } = await setUp()
    const entry = subscribe(options, fields)
    await peer.unicast([entry])
    const [{ bytes } = assert.fail()] = world.network.sent.filter(({ from }) => from.address === HERE)
    const { serviceId, instanceId, majorVersion, eventgroupId } = entry
    const ids = { serviceId, instanceId, majorVersion, eventgroupId }
    assert.deepEqual(decodeSdPayload(bytes.subarray(HEADER_LENGTH)).entries, [
      { type: 'acknowledge', ...ids, ttlSeconds: 0, counter: 0, isInitialDataRequested: false, options: [] },
    ])
    assert.deepEqual([host.takeTold(), discovery.subscriberCount], [[], 0])
  })
}

test('refuses a subscription that comes by multicast', async () => {
  const { host, peer, answers } = await setUp()
  await peer.multicast([subscribe()])
  assert.deepEqual([answers(), host.takeTold()], [[`${THERE} Nack ${GROUP_ID}`], []])
})

const HEAD = 'ffff8100 0000003c 0000 0001 01010200 c0000000 00000010'
const ENTRY = (runs: string) => `06 ${runs} 1234 5678 00 000003 0000 4465`
const brokenOptions: [name: string, hex: string][] = [
  [
    'fewer options than it references',
    `${HEAD.replace('3c', '30')} ${ENTRY('000020')} 0000000c 000904000a4d00020011a3e5`,
  ],
  ['an option that ends too early', `${HEAD.replace('3c', '2f')} ${ENTRY('000010')} 0000000b 000804000a4d00020011a3`],
  ['an option that is cut off', `${HEAD.replace('3c', '2f')} ${ENTRY('000010')} 0000000c 000904000a4d00020011a3`],
  ['no options at all', `${HEAD.replace('3c', '20')} ${ENTRY('000010')}`],
]
for (const [name, hex] of brokenOptions) {
  test(`refuses a subscription with ${name}`, async () => {
    const { peer, answers } = await setUp()
    await peer.raw(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    assert.deepEqual(answers(), [`${THERE} Nack ${GROUP_ID}`])
  })
}

test('reads the options of both runs, whatever the counts and indices', async () => {
  const options = '00000018 000904000a4d00020006a712 000904000a4d00020011a3e5'
  for (const runs of ['000020', '000111', '010011', '000002']) {
    const { peer, answers, targets } = await setUp({ eventgroups: [{ ...eventgroup, reliability: 'both' }] })
    await peer.raw(Buffer.from(`${HEAD} ${ENTRY(runs)} ${options}`.replaceAll(' ', ''), 'hex'))
    assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID}`])
    assert.partialDeepStrictEqual(targets(), {
      reliable: [{ address: THERE, port: 0xa712 }],
      unreliable: [{ address: THERE, port: 0xa3e5 }],
    })
  }
})

const reliabilities: [
  reliability: OfferedEventgroup['reliability'],
  options: readonly SdOption[],
  answer: 'Ack' | 'Nack',
][] = [
  ['reliable', [tcp(1)], 'Ack'],
  ['reliable', [udp(1)], 'Nack'],
  ['reliable', [tcp(1), udp(1)], 'Ack'],
  ['both', [tcp(1), udp(1)], 'Ack'],
  ['both', [tcp(1)], 'Nack'],
  ['both', [udp(1)], 'Nack'],
  ['unknown', [tcp(1)], 'Ack'],
  ['unknown', [udp(1)], 'Ack'],
]
for (const [reliability, options, answer] of reliabilities) {
  const transports = options.map((option) => (option.kind === 'endpoint' && option.protocol === 6 ? 'TCP' : 'UDP'))
  test(`answers a subscription by ${transports.join(' and ')} to ${reliability} events with ${answer}`, async () => {
    const { peer, answers } = await setUp({ eventgroups: [{ ...eventgroup, reliability }] })
    await peer.unicast([subscribe(options)])
    assert.deepEqual(answers(), [`${THERE} ${answer} ${GROUP_ID}`])
  })
}

test('refuses a TCP subscription without a connection, and stops it all the same', async () => {
  const { world, host, peer, answers } = await setUp({ eventgroups: [{ ...eventgroup, reliability: 'reliable' }] })
  await peer.unicast([subscribe([tcp(1)])])
  host.takeTold()
  host.isConnected = false
  world.forget()
  await peer.unicast([subscribe([tcp(1)])])
  assert.deepEqual(answers(), [`${THERE} Nack ${GROUP_ID}`])
  await peer.unicast([stopSubscribe([tcp(1)])])
  assert.deepEqual(host.takeTold(), [`unsubscribed ${GROUP_ID} stopped`])
})

test('drops the subscriptions of a TCP connection that was closed', async () => {
  const { host, discovery, peer } = await setUp({ eventgroups: [{ ...eventgroup, reliability: 'reliable' }] })
  await peer.unicast([subscribe([tcp(1)])])
  await peer.unicast([subscribe([tcp(2)])])
  host.takeTold()
  discovery.connectionClosed({ address: THERE, port: 1 })
  assert.deepEqual(host.takeTold(), [`unsubscribed ${GROUP_ID} disconnected`])
  assert.equal(discovery.subscriberCount, 1)
})

test('ignores the counter of a Subscribe and answers with 0', async () => {
  const { world, discovery, peer } = await setUp()
  await peer.unicast([subscribe(undefined, { counter: 3, isInitialDataRequested: true })])
  await peer.unicast([subscribe()])
  const sent = world.network.sent.filter(({ from }) => from.address === HERE)
  const entries = sent.flatMap(({ bytes }) => decodeSdPayload(bytes.subarray(HEADER_LENGTH)).entries)
  assert.deepEqual(
    entries.map((entry) => 'counter' in entry && [entry.counter, entry.isInitialDataRequested]),
    [
      [0, false],
      [0, false],
    ],
  )
  assert.equal(discovery.subscriberCount, 1)
})

const lifetimes: [ttlSeconds: number, factor: number | undefined, lastMs: number][] = [
  [3, undefined, 3000],
  [3, 5, 15_000],
  [0xfffffe, undefined, 0xfffffe * 1000],
]
for (const [ttlSeconds, factor, lastMs] of lifetimes) {
  test(`lets a subscription with a TTL of ${ttlSeconds} s expire after ${lastMs} ms, the factor being ${factor ?? 1}`, async () => {
    const ttlFactorSubscriptions = new Map(factor === undefined ? [] : [[0x1234_5678, factor]])
    const { world, host, discovery, peer } = await setUp(
      {},
      { parameters: { ttlFactorSubscriptions, findDebounceTimeMs: 1e10, offerDebounceTimeMs: 1e10 } },
    )
    await peer.unicast([subscribe(undefined, { ttlSeconds })])
    host.takeTold()
    await world.clock.advance(lastMs - 1)
    assert.deepEqual(host.takeTold(), [])
    await world.clock.advance(1)
    assert.deepEqual([host.takeTold(), discovery.subscriberCount], [[`unsubscribed ${GROUP_ID} expired`], 0])
  })
}

test('keeps a subscription without an end, whatever the factor', async () => {
  const ttlFactorSubscriptions = new Map([[0x1234_5678, 2]])
  const { world, host, peer } = await setUp(
    {},
    { parameters: { ttlFactorSubscriptions, findDebounceTimeMs: 1e11, offerDebounceTimeMs: 1e11 } },
  )
  await peer.unicast([subscribe(undefined, { ttlSeconds: 0xffffff })])
  host.takeTold()
  await world.clock.advance(0xffffff * 4000)
  assert.deepEqual(host.takeTold(), [])
})

test('refuses more subscribers of an eventgroup at one address than allowed, and refreshes those it has', async () => {
  const { world, discovery, peer, answers } = await setUp()
  for (const port of [1, 2, 3, 4]) await peer.unicast([subscribe([udp(port)])])
  await world.peer('10.77.0.3').unicast([subscribe([udp(1, '10.77.0.3')])])
  await peer.unicast([subscribe([udp(3)])])
  assert.deepEqual(answers(), [
    ...Array(3).fill(`${THERE} Ack ${GROUP_ID}`),
    `${THERE} Nack ${GROUP_ID}`,
    `10.77.0.3 Ack ${GROUP_ID}`,
    `${THERE} Ack ${GROUP_ID}`,
  ])
  await peer.unicast([stopSubscribe([udp(1)])])
  await peer.unicast([subscribe([udp(4)])])
  assert.deepEqual([answers().at(-1), discovery.subscriberCount], [`${THERE} Ack ${GROUP_ID}`, 4])
})

test('answers all subscriptions of a message in one message', async () => {
  const { peer, answers } = await setUp({ eventgroups: [eventgroup, { ...eventgroup, eventgroupId: 1 }] })
  await peer.unicast([
    subscribe(),
    subscribe(undefined, { eventgroupId: 1 }),
    subscribe(undefined, { eventgroupId: 2 }),
  ])
  assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID} + Ack 1234.5678.0001 + Nack 1234.5678.0002`])
})

test('gives the same answer to two endpoints of a message once', async () => {
  const { discovery, peer, answers } = await setUp()
  await peer.unicast([subscribe([udp(1)]), subscribe([udp(2)], { counter: 1 })])
  assert.deepEqual([answers(), discovery.subscriberCount], [[`${THERE} Ack ${GROUP_ID}`], 2])
})

test('refuses what the owner does not accept, or fails to judge', async () => {
  const { host, discovery, peer, answers } = await setUp()
  host.accepts = () => false
  await peer.unicast([subscribe()])
  host.accepts = () => assert.fail('no')
  await peer.unicast([subscribe()])
  host.accepts = () => Promise.reject(new Error('no'))
  await peer.unicast([subscribe()])
  assert.deepEqual(answers(), Array(3).fill(`${THERE} Nack ${GROUP_ID}`))
  assert.deepEqual([host.takeTold(), discovery.subscriberCount], [[], 0])
})

test('answers when the owner has decided, and other subscriptions before', async () => {
  const { world, host, peer, answers, targets } = await setUp({
    eventgroups: [eventgroup, { ...eventgroup, eventgroupId: 1 }],
  })
  const slow = Promise.withResolvers<boolean>()
  host.accepts = ({ eventgroupId }) => (eventgroupId === 1 ? true : slow.promise)
  await peer.unicast([subscribe(), subscribe(undefined, { eventgroupId: 1 })])
  await peer.unicast([subscribe()])
  assert.deepEqual(answers(), [`${THERE} Ack 1234.5678.0001`])
  assert.deepEqual([targets().unreliable, host.takeTold().length], [[], 2])
  await world.clock.advance(2000)
  slow.resolve(true)
  await settle()
  assert.deepEqual(answers(), [`${THERE} Ack 1234.5678.0001`, `${THERE} Ack ${GROUP_ID}`])
  assert.deepEqual(host.takeTold(), [`subscribed ${GROUP_ID}`, `initial events ${GROUP_ID}`])
})

type Setting = Awaited<ReturnType<typeof setUp>>
const ends: [name: string, end: (setting: Setting) => unknown][] = [
  ['stopped', ({ peer }) => peer.unicast([stopSubscribe()])],
  ['expired', ({ world }) => world.clock.advance(3000)],
  ['removed with its eventgroup', ({ discovery }) => discovery.stopOfferEventgroup(0x1234, 0x5678, EVENTGROUP)],
  ['forgotten in suspension', ({ discovery }) => discovery.suspend()],
]
for (const [name, end] of ends) {
  test(`heeds no decision on a subscription that was ${name} meanwhile`, async () => {
    const setting = await setUp()
    const { host, discovery, peer, answers } = setting
    const slow = Promise.withResolvers<boolean>()
    host.accepts = () => slow.promise
    await peer.unicast([subscribe()])
    assert.equal(discovery.subscriberCount, 1)
    await end(setting)
    slow.resolve(true)
    await settle()
    assert.deepEqual([host.takeTold(), host.errors, discovery.subscriberCount], [[], [], 0])
    assert.deepEqual(
      answers().filter((line) => line.includes('ck ')),
      [],
    )
  })
}

test('tells subscribers the multicast group where there is a threshold', async () => {
  const multicast = { address: '224.225.226.233', port: 32_344 }
  for (const [threshold, answer] of [
    [1, ' multicast udp 224.225.226.233:32344'],
    [0, ''],
  ] as const) {
    const { peer, answers, targets } = await setUp({
      eventgroups: [{ ...eventgroup, multicast: { ...multicast, threshold } }],
    })
    await peer.unicast([subscribe()])
    assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID}${answer}`])
    assert.deepEqual(targets().multicast, threshold === 0 ? undefined : multicast)
  }
})

test('sends events to the multicast group while there are enough UDP subscribers', async () => {
  const group = { address: '224.225.226.233', port: 32_344 }
  const { peer, targets } = await setUp({
    eventgroups: [{ eventgroupId: EVENTGROUP, reliability: 'unknown', multicast: { ...group, threshold: 2 } }],
  })
  const seen = () => [targets().unreliable.map(({ port }) => port), targets().multicast, targets().reliable.length]
  await peer.unicast([subscribe([udp(1)])])
  await peer.unicast([subscribe([tcp(9)])])
  assert.deepEqual(seen(), [[1], undefined, 1])
  await peer.unicast([subscribe([udp(2)])])
  assert.deepEqual(seen(), [[], group, 1])
  assert.equal(targets(), targets())
  await peer.unicast([stopSubscribe([udp(1)])])
  assert.deepEqual(seen(), [[2], undefined, 1])
})

const clients = (...clientIds: number[]): readonly SdOption[] => [UDP_OPTION, { kind: 'selective', clientIds }]

test('accepts the clients of a selective subscription one by one', async () => {
  const { world, host, discovery, peer, answers } = await setUp()
  host.accepts = ({ clientId }) => clientId !== 0x1345
  await peer.unicast([subscribe(clients(0x1343, 0x1345))])
  assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID} clients 1343 + Nack ${GROUP_ID} clients 1345`])
  world.forget()
  await peer.unicast([subscribe(clients(0x1343, 0x1344))])
  assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID} clients 1343,1344`])
  assert.deepEqual(host.takeTold(), [
    `subscribed ${GROUP_ID} for 1343`,
    `initial events ${GROUP_ID}`,
    `subscribed ${GROUP_ID} for 1344`,
    `initial events ${GROUP_ID}`,
  ])
  await peer.unicast([stopSubscribe(clients(0x1343))])
  assert.deepEqual([host.takeTold(), discovery.subscriberCount], [[`unsubscribed ${GROUP_ID} for 1343 stopped`], 1])
})

test('takes a subscription for that of the host that refreshed it last', async () => {
  const { world, host, peer } = await setUp()
  await peer.unicast([subscribe()])
  const other = world.peer('10.77.0.3')
  await other.unicast([subscribe()])
  host.takeTold()
  peer.reboot()
  await peer.unicast([stopSubscribe([udp(1)])])
  assert.deepEqual(host.takeTold(), [`rebooted ${THERE}`])
  other.reboot()
  await other.unicast([stopSubscribe([udp(1)])])
  assert.deepEqual(host.takeTold(), [`unsubscribed ${GROUP_ID} rebooted`, 'rebooted 10.77.0.3'])
})

test('counts a selective subscription as one subscriber, and lets each client of it expire', async () => {
  const { world, host, discovery, peer, targets } = await setUp()
  await peer.unicast([subscribe(clients(1, 2, 3, 4, 5))])
  assert.deepEqual([discovery.subscriberCount, targets().subscriptions[0]?.clientIds], [5, [1, 2, 3, 4, 5]])
  host.takeTold()
  await world.clock.advance(2000)
  await peer.unicast([subscribe(clients(1, 2, 3, 4))])
  await world.clock.advance(1000)
  assert.deepEqual(host.takeTold(), [`unsubscribed ${GROUP_ID} for 5 expired`])
  assert.deepEqual(targets().unreliable, [{ address: THERE, port: 41_957 }])
})

test('refuses a selective subscription with too many clients', async () => {
  const { discovery, peer, answers } = await setUp({}, { limits: { clientsPerSubscription: 2 } })
  await peer.unicast([subscribe(clients(1, 2, 3))])
  assert.deepEqual([answers(), discovery.subscriberCount], [[`${THERE} Nack ${GROUP_ID}`], 0])
})

test('drops the subscribers of a service or an eventgroup that is no longer offered', async () => {
  const { host, discovery, peer } = await setUp({ eventgroups: [eventgroup, { ...eventgroup, eventgroupId: 1 }] })
  await peer.unicast([subscribe(), subscribe(undefined, { eventgroupId: 1 })])
  host.takeTold()
  assert.equal(discovery.stopOfferEventgroup(SERVICE.serviceId, SERVICE.instanceId, EVENTGROUP), true)
  assert.equal(discovery.stopOfferEventgroup(SERVICE.serviceId, SERVICE.instanceId, EVENTGROUP), false)
  assert.deepEqual(host.takeTold(), [`unsubscribed ${GROUP_ID} offer-stopped`])
  discovery.stopOffer(SERVICE.serviceId, SERVICE.instanceId)
  assert.deepEqual(host.takeTold(), ['unsubscribed 1234.5678.0001 offer-stopped'])
})

test('takes subscriptions to an eventgroup that is added later', async () => {
  const { discovery, peer, answers } = await setUp()
  assert.equal(discovery.offerEventgroup(1, 1, eventgroup), false)
  assert.equal(
    discovery.offerEventgroup(SERVICE.serviceId, SERVICE.instanceId, { ...eventgroup, eventgroupId: 7 }),
    true,
  )
  await peer.unicast([subscribe(undefined, { eventgroupId: 7 })])
  assert.deepEqual(answers(), [`${THERE} Ack 1234.5678.0007`])
})

test('goes on when the owner fails', async () => {
  const { peer, answers } = await setUp(
    {},
    {
      server: {
        isConnected: () => assert.fail('isConnected'),
        acceptSubscription: () => true,
        subscribed: () => assert.fail('subscribed'),
        sendInitialEvents: () => assert.fail('sendInitialEvents'),
        unsubscribed: () => assert.fail('unsubscribed'),
      },
    },
  )
  await peer.unicast([subscribe(), subscribe([tcp(1), UDP_OPTION])])
  await peer.unicast([stopSubscribe()])
  assert.deepEqual(answers(), [`${THERE} Ack ${GROUP_ID} + Nack ${GROUP_ID}`])
})
