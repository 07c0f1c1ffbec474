import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { endpointAddress } from '../endpoint/endpoint-address.ts'
import { packEntries } from '../sd/wire/message.ts'
import { SERVICE, serviceSection, TwoHosts } from './testing/two-hosts.ts'

const SERVER = '10.77.0.1'
const CLIENT = '10.77.0.2'
const PORTS = { unreliable: '30509', reliable: { port: '30510' } }
const EVENT = 0x8778
const GROUP = 0x4465

const offer = {
  ...SERVICE,
  methods: { 1: () => fromHex('aa') },
  events: [{ eventId: EVENT, eventgroupIds: [GROUP], kind: 'field', initialValue: fromHex('01') }],
} as const

test('finds a service again that went away and came back, and its events', async () => {
  const net = new TwoHosts()
  await using client = await net.start(CLIENT)
  const proxy = client.requestService(SERVICE)
  const heard: boolean[] = []
  const seen: string[] = []
  proxy.onAvailability((isAvailable) => heard.push(isAvailable))
  proxy.subscribe({ eventgroupId: GROUP, onNotification: ({ payload }) => seen.push(toHex(payload)) })
  for (const _ of ['first', 'second']) {
    const server = await net.start(SERVER, serviceSection(PORTS))
    await server.offerService(offer)
    await net.during(proxy.whenAvailable())
    for (const transport of ['reliable', 'unreliable'] as const) {
      assert.equal(toHex((await net.during(proxy.call(1, fromHex(''), { transport }))).payload), 'aa')
    }
    await net.during(server.close())
    assert.equal(proxy.isAvailable, false)
  }
  assert.deepEqual(heard, [true, false, true, false])
  assert.equal(seen.filter((one) => one === '01').length, seen.length)
  assert.ok(seen.length >= 2)
})

test('bears with offers and subscriptions that are renewed a little late, and with no more', async () => {
  const net = new TwoHosts()
  const late = { multicast: '224.244.224.245', initial_delay_max: '10', repetitions_max: '0', ttl: '3' }
  const sections = { 'service-discovery': { ...late, cyclic_offer_delay: '3100' } }
  await using server = await net.start(SERVER, { ...serviceSection({ unreliable: '30509' }), ...sections })
  const service = await server.offerService(offer)
  await using client = await net.start(CLIENT, sections)
  const proxy = client.requestService(SERVICE)
  proxy.subscribe({ eventgroupId: GROUP })
  await net.during(proxy.whenAvailable())
  const heard: boolean[] = []
  proxy.onAvailability((isAvailable) => heard.push(isAvailable))
  service.onSubscriber(({ isSubscribed }) => heard.push(isSubscribed))
  await net.advance(20_000)
  assert.deepEqual(heard, [])
  net.hosts.cutOff(SERVER)
  await net.advance(3300)
  assert.equal(proxy.isAvailable, false)
})

test('notices that a server which vanished is back, and is not disturbed by it', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection(PORTS))
  await server.offerService(offer)
  await using client = await net.start(CLIENT)
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  net.hosts.cutOff(SERVER)
  await net.advance(4000)
  assert.equal(proxy.isAvailable, false)
  await assert.rejects(proxy.call(1, fromHex('')), { code: 'SOMEIP_NOT_AVAILABLE' })
  net.hosts.reconnect(SERVER)
  await net.during(proxy.whenAvailable(), 10_000)
  assert.equal(toHex((await net.during(proxy.call(1, fromHex('')))).payload), 'aa')
})

test('rests while its own interface is down, and comes back with it', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection(PORTS))
  await server.offerService(offer)
  await using client = await net.start(CLIENT)
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  net.hosts.cutOff(CLIENT)
  await net.advance(1500)
  assert.equal(proxy.isAvailable, false)
  net.hosts.reconnect(CLIENT)
  await net.during(proxy.whenAvailable(), 10_000)
})

test('announces its services when an address comes up that was not up at the start', async () => {
  const net = new TwoHosts()
  net.hosts.cutOff(SERVER)
  const once = { multicast: '224.244.224.245', initial_delay_max: '10', repetitions_max: '0', cyclic_offer_delay: '0' }
  await using server = await net.start(SERVER, { ...serviceSection(PORTS), 'service-discovery': once })
  await server.offerService(offer)
  await using client = await net.start(CLIENT)
  const proxy = client.requestService(SERVICE)
  await net.advance(10_000)
  net.hosts.reconnect(SERVER)
  await net.during(proxy.whenAvailable(), 2000)
})

test('tells whether it can reach others', async () => {
  const net = new TwoHosts()
  const application = await net.start(CLIENT)
  const heard: string[] = []
  application.onNetworkState((state) => heard.push(state))
  net.hosts.cutOff(CLIENT)
  await net.advance(1500)
  await application.suspend()
  net.hosts.reconnect(CLIENT)
  await net.advance(1500)
  application.resume()
  await application.suspend()
  await application.close()
  assert.deepEqual(heard, ['offline', 'suspended', 'running', 'suspended', 'closed'])
  await using suspended = await net.start(CLIENT, { 'service-discovery': { initial_state: 'suspended' } })
  assert.equal(suspended.networkState, 'suspended')
})

test('serves the other clients while one comes back again and again', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection(PORTS))
  const service = await server.offerService(offer)
  await using steady = await net.start('10.77.0.3')
  const seen: string[] = []
  steady
    .requestService(SERVICE)
    .subscribe({ eventgroupId: GROUP, onNotification: ({ payload }) => seen.push(toHex(payload)) })
  await net.advance(1000)
  seen.length = 0
  for (let round = 0; round < 20; round++) {
    const restless = await net.start(CLIENT)
    restless.requestService(SERVICE).subscribe({ eventgroupId: GROUP })
    await net.advance(100)
    await net.during(restless.close(), 0)
  }
  seen.length = 0
  service.notify(EVENT, fromHex('02'))
  await net.advance(1)
  assert.ok(seen.length > 0 && seen.every((one) => one === '02'))
})

test('closes the TCP connections of a host that rebooted, but for those made since', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection(PORTS))
  await server.offerService(offer)
  const client = net.hosts.host(CLIENT)
  const ended: string[] = []
  const connect = async (name: string) => {
    const handler = { data: () => {}, drained: () => {}, closed: () => void ended.push(name) }
    await net.during(client.connectTcp({ remote: endpointAddress(SERVER, 30510) }, handler))
  }
  const discover = async (sessionId: number) => {
    const find = { ...SERVICE, majorVersion: 255, minorVersion: 0xffff_ffff, ttlSeconds: 3, options: [] }
    const [message] = packEntries([[{ type: 'find', ...find }]])
    const bytes = message?.encode(sessionId, { reboot: true, unicast: true }) ?? assert.fail()
    const [from, to] = [CLIENT, '224.244.224.245'].map((address) => ({ address, port: 30490 }))
    net.hosts.datagrams.inject({ from: from ?? assert.fail(), to: to ?? assert.fail(), bytes })
    await net.advance(1)
  }
  const reboots: string[] = []
  server.onReboot((address) => reboots.push(address))
  await connect('first life')
  await discover(7)
  await connect('second life')
  await discover(1)
  assert.deepEqual([ended, reboots], [['first life'], [CLIENT]])
})

test('withdraws one service, and offers it again', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection(PORTS))
  const service = await server.offerService(offer)
  await assert.rejects(server.offerService(offer), { code: 'SOMEIP_ALREADY_OFFERED' })
  await using client = await net.start(CLIENT)
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  await service.close()
  assert.throws(() => service.notify(EVENT, fromHex('01')), { code: 'SOMEIP_CLOSED' })
  await net.advance(10)
  assert.equal(proxy.isAvailable, false)
  await server.offerService(offer)
  await net.during(proxy.whenAvailable())
})

test('is invisible while suspended', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection(PORTS))
  await server.offerService(offer)
  await using client = await net.start(CLIENT)
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  await net.during(server.suspend())
  assert.equal(proxy.isAvailable, false)
  server.resume()
  await net.during(proxy.whenAvailable())
})

test('segments large messages both ways', async () => {
  const net = new TwoHosts()
  const tp = { 'client-to-service': ['0x0001'], 'service-to-client': ['0x0001'] }
  const section = (unicast: object) => serviceSection({ unreliable: '30509' }, { ...unicast, 'someip-tp': tp })
  await using server = await net.start(SERVER, section({}))
  await server.offerService({ ...SERVICE, methods: { 1: ({ payload }) => payload.toReversed() } })
  await using client = await net.start(CLIENT, section({ unicast: SERVER }))
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  const payload = Uint8Array.from({ length: 5000 }, (_, index) => index)
  assert.deepEqual((await net.during(proxy.call(1, payload))).payload, payload.toReversed())
})

test('uses services at configured addresses where there is no service discovery', async () => {
  const net = new TwoHosts()
  const off = { 'service-discovery': { enable: 'false' } }
  await using server = await net.start(SERVER, { ...off, ...serviceSection(PORTS) })
  await server.offerService(offer)
  await using client = await net.start(CLIENT, { ...off, ...serviceSection(PORTS, { unicast: SERVER }) })
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  assert.equal(toHex((await net.during(proxy.call(1, fromHex('')))).payload), 'aa')
  await assert.rejects(client.offerService(offer), { code: 'SOMEIP_NOT_ALLOWED' })
})

for (const { who, stalled } of [
  { who: 'the service', stalled: SERVER },
  { who: 'the client', stalled: CLIENT },
]) {
  const large = new Uint8Array(8 * 2 ** 20).fill(7)
  const setUp = async (net: TwoHosts) => {
    const server = await net.start(SERVER, serviceSection({ reliable: { port: '30510' } }))
    await server.offerService({ ...SERVICE, methods: { 1: ({ payload }) => payload } })
    const client = await net.start(CLIENT)
    const proxy = client.requestService(SERVICE)
    await net.during(proxy.whenAvailable())
    net.hosts.stall(stalled)
    const call = proxy.call(1, large, { timeoutMs: 60_000 })
    call.catch(() => {})
    return { server, client, proxy, call }
  }

  test(`finishes a call of 8 MiB when ${who} reads on, after having stopped`, async () => {
    const net = new TwoHosts()
    const { server, client, call } = await setUp(net)
    await net.advance(10_000)
    net.hosts.resume(stalled)
    assert.deepEqual((await net.during(call)).payload, large)
    await client.close()
    await server.close()
  })

  test(`fails a call of 8 MiB when ${who} never reads on, and serves the next one`, async () => {
    const net = new TwoHosts()
    const { server, client, proxy, call } = await setUp(net)
    await net.advance(31_000)
    await assert.rejects(call, { code: 'SOMEIP_NOT_AVAILABLE' })
    net.hosts.resume(stalled)
    await net.during(proxy.whenAvailable(), 5000)
    assert.deepEqual((await net.during(proxy.call(1, large))).payload, large)
    await client.close()
    await server.close()
  })

  test(`closes while ${who} has stopped reading a call of 8 MiB`, async () => {
    const net = new TwoHosts()
    const { server, client, call } = await setUp(net)
    await net.advance(1000)
    await client.close()
    await server.close()
    await assert.rejects(call, { code: 'SOMEIP_CLOSED' })
  })
}
