import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { SERVICE, serviceSection, TwoHosts } from './testing/two-hosts.ts'

const [HERE, THERE] = ['10.77.0.1', '10.77.0.2'] as const
const PORTS = { unreliable: '30509' }
const [EVENT, GROUP] = [0x8778, 0x4465] as const

const offer = {
  ...SERVICE,
  methods: { 1: ({ payload }: { readonly payload: Uint8Array }) => payload.toReversed() },
  events: [{ eventId: EVENT, eventgroupIds: [GROUP], kind: 'field', initialValue: fromHex('01') }],
} as const

function recorder() {
  const seen: string[] = []
  return { seen, onNotification: ({ payload }: { payload: Uint8Array }) => void seen.push(toHex(payload)) }
}

for (const [name, sections] of [
  ['its own service', serviceSection(PORTS)],
  ['a service of its own that has no port', {}],
] as const) {
  test(`uses ${name}: calls it, and gets its events as another subscriber does`, async () => {
    const net = new TwoHosts()
    await using application = await net.start(HERE, sections)
    const proxy = application.requestService(SERVICE)
    const { seen, onNotification } = recorder()
    const subscription = proxy.subscribe({ eventgroupId: GROUP, onNotification })
    const heard: boolean[] = []
    proxy.onAvailability((isAvailable) => heard.push(isAvailable))
    const service = await application.offerService(offer)
    const changes: boolean[] = []
    service.onSubscriber(({ isSubscribed, recipient }) => {
      changes.push(isSubscribed)
      if (isSubscribed) net.clock.after(5, () => service.notifyOne(EVENT, fromHex('77'), recipient))
    })
    await net.advance(1)
    assert.equal(toHex((await net.during(proxy.call(1, fromHex('0102')), 1)).payload), '0201')
    await net.advance(5)
    service.notify(EVENT, fromHex('02'))
    await net.advance(1)
    assert.deepEqual([subscription.state, seen, proxy.version?.majorVersion], ['acknowledged', ['01', '77', '02'], 0])
    subscription[Symbol.dispose]()
    service.notify(EVENT, fromHex('03'))
    await net.advance(1)
    assert.deepEqual([seen.length, changes], [3, [true, false]])
    await net.during(service.close(), 1)
    assert.deepEqual(heard, [true, false])
    await assert.rejects(proxy.call(1, fromHex('')), { code: 'SOMEIP_NOT_AVAILABLE' })
    assert.equal(net.hosts.datagrams.sent.filter(({ to }) => to.port !== 30490).length, 0)
  })
}

test('refuses itself as it would others', async () => {
  const net = new TwoHosts()
  await using application = await net.start(HERE)
  const proxy = application.requestService(SERVICE)
  const known = proxy.subscribe({ eventgroupId: GROUP })
  const unknown = proxy.subscribe({ eventgroupId: 0x7777 })
  await application.offerService({ ...offer, acceptSubscription: () => false })
  await net.advance(1)
  assert.deepEqual([known.state, unknown.state], ['rejected', 'rejected'])
  await assert.rejects(net.during(proxy.call(2, fromHex('')), 1), { code: 'SOMEIP_ERROR_ANSWER', returnCode: 3 })
  assert.throws(() => application.requestService({ ...SERVICE, majorVersion: 7 }), { code: 'SOMEIP_NOT_ALLOWED' })
})

test('fails the calls that its own service does not answer any more', async () => {
  const net = new TwoHosts()
  await using application = await net.start(HERE)
  const service = await application.offerService({ ...offer, methods: { 1: () => new Promise(() => {}) } })
  const call = application.requestService(SERVICE).call(1, fromHex(''))
  await net.advance(1)
  const rejected = assert.rejects(call, { code: 'SOMEIP_NOT_AVAILABLE' })
  await net.during(service.close(), 1)
  await rejected
})

test('gives siblings client ids of their own, and each the responses that it waits for', async () => {
  const net = new TwoHosts()
  const applications = { applications: [{ name: 'configured', id: '0x0101' }] }
  await using server = await net.start(HERE, serviceSection(PORTS))
  const callers: number[] = []
  await server.offerService({
    ...SERVICE,
    methods: {
      1: ({ clientId, payload }) => {
        callers.push(clientId)
        return payload
      },
    },
  })
  await using first = await net.start(THERE, applications)
  await using second = first.createSibling({ name: 'second' })
  await using third = first.createSibling({ name: 'configured' })
  assert.throws(() => first.createSibling({ name: 'configured' }), { code: 'SOMEIP_NOT_ALLOWED' })
  const proxies = [first, second, third].map((application) => application.requestService(SERVICE))
  await net.advance(1000)
  const answers = proxies.map((proxy, index) => proxy.call(1, Uint8Array.of(index)))
  await net.advance(1)
  const payloads = (await Promise.all(answers)).map(({ payload, sessionId }) => [toHex(payload), sessionId])
  assert.deepEqual(
    [callers, payloads],
    [
      [0x100, 0x102, 0x101],
      [
        ['00', 1],
        ['01', 1],
        ['02', 1],
      ],
    ],
  )
})

test('lets siblings use each other, and others use both, until the last of them is closed', async () => {
  const net = new TwoHosts()
  const first = await net.start(HERE, serviceSection(PORTS))
  const second = first.createSibling({ name: 'second' })
  const service = await second.offerService(offer)
  const near = first.requestService(SERVICE)
  await using client = await net.start(THERE)
  const far = client.requestService(SERVICE)
  const [atHome, abroad] = [recorder(), recorder()]
  near.subscribe({ eventgroupId: GROUP, ...atHome })
  far.subscribe({ eventgroupId: GROUP, ...abroad })
  await net.advance(1000)
  await net.during(first.close(), 1)
  assert.throws(() => first.createSibling({ name: 'third' }), { code: 'SOMEIP_CLOSED' })
  service.notify(EVENT, fromHex('02'))
  await net.advance(1)
  assert.deepEqual([atHome.seen, abroad.seen], [['01'], ['01', '02']])
  assert.equal(toHex((await net.during(far.call(1, fromHex('0102')), 1)).payload), '0201')
  await net.during(second.close(), 1)
  assert.equal(far.isAvailable, false)
})

test('shares one subscription among siblings, and gives a later one the value of the field', async () => {
  const net = new TwoHosts()
  await using server = await net.start(HERE, serviceSection(PORTS))
  await server.offerService(offer)
  await using first = await net.start(THERE)
  await using second = first.createSibling({ name: 'second' })
  const [one, two] = [recorder(), recorder()]
  const options = { eventgroupId: GROUP, fields: [EVENT] }
  first.requestService(SERVICE).subscribe({ ...options, ...one })
  await net.advance(1000)
  const later = second.requestService(SERVICE).subscribe({ ...options, ...two })
  assert.deepEqual([later.state, one.seen, two.seen], ['acknowledged', ['01'], ['01']])
})

test('does not offer a service of an application that was closed while its port was being opened', async () => {
  const net = new TwoHosts()
  await using first = await net.start(HERE, serviceSection(PORTS))
  const second = first.createSibling({ name: 'second' })
  const offering = assert.rejects(second.offerService(offer), { code: 'SOMEIP_CLOSED' })
  await net.during(second.close(), 1)
  await offering
  assert.deepEqual(first.offeredServices(), [])
  await using service = await first.offerService(offer)
  assert.equal(service.ids.instanceId, SERVICE.instanceId)
})
