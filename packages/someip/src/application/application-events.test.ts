import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import type { Notification } from '../routing/notification.ts'
import { SERVICE, serviceSection, TwoHosts } from './testing/two-hosts.ts'

const SERVER = '10.77.0.1'
const CLIENT = '10.77.0.2'
const UDP = { unreliable: '30509' }
const TCP = { reliable: { port: '30510' } }
const EVENT = 0x8778
const GROUP = 0x4465

function recorder() {
  const seen: string[] = []
  return { seen, onNotification: (one: Notification) => void seen.push(toHex(one.payload)) }
}

for (const { name, ports } of [
  { name: 'UDP', ports: UDP },
  { name: 'TCP', ports: TCP },
]) {
  test(`notifies a subscriber over ${name}: of the value of a field at once, then of changes`, async () => {
    const net = new TwoHosts()
    await using server = await net.start(SERVER, serviceSection(ports))
    await using client = await net.start(CLIENT)
    const events = [{ eventId: EVENT, eventgroupIds: [GROUP], kind: 'field', initialValue: fromHex('01') } as const]
    const service = await server.offerService({ ...SERVICE, events })
    const { seen, onNotification } = recorder()
    const subscription = client.requestService(SERVICE).subscribe({ eventgroupId: GROUP, onNotification })
    await net.advance(1000)
    assert.deepEqual([subscription.state, seen], ['acknowledged', ['01']])
    service.notify(EVENT, fromHex('02'))
    service.notify(EVENT, fromHex('02'))
    service.notify(EVENT, fromHex('03'), { force: true })
    await net.advance(1)
    assert.deepEqual(seen, ['01', '02', '03'])
    await net.advance(10_000)
    assert.deepEqual(seen, ['01', '02', '03'])
    subscription[Symbol.dispose]()
    await net.advance(1)
    service.notify(EVENT, fromHex('04'))
    await net.advance(1)
    assert.equal(seen.length, 3)
  })
}

test('tells the service who subscribes, sends to one of them alone, and refuses whom the service does not want', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection(UDP))
  await using first = await net.start(CLIENT)
  await using second = await net.start('10.77.0.3')
  await using third = await net.start('10.77.0.4')
  const service = await server.offerService({
    ...SERVICE,
    events: [{ eventId: EVENT, eventgroupIds: [GROUP], kind: 'selective' }],
    acceptSubscription: ({ peer }) => peer !== '10.77.0.4',
  })
  const changes: string[] = []
  service.onSubscriber(({ peer, recipient, isSubscribed }) => {
    changes.push(`${peer} ${isSubscribed}`)
    if (isSubscribed && peer === CLIENT) net.clock.after(500, () => service.notifyOne(EVENT, fromHex('01'), recipient))
  })
  const [one, two] = [recorder(), recorder()]
  first.requestService(SERVICE).subscribe({ eventgroupId: GROUP, ...one })
  const other = second.requestService(SERVICE).subscribe({ eventgroupId: GROUP, ...two })
  const refused = third.requestService(SERVICE).subscribe({ eventgroupId: GROUP })
  await net.advance(1500)
  assert.deepEqual([one.seen, two.seen, refused.state], [['01'], [], 'rejected'])
  other[Symbol.dispose]()
  await net.advance(10)
  assert.deepEqual(changes.sort(), [`${CLIENT} true`, '10.77.0.3 false', '10.77.0.3 true'])
})

test('tells a host that understands it which application wants the events', async () => {
  for (const [understands, expected] of [
    [[SERVER], 0x100],
    [[], 0],
  ] as const) {
    const net = new TwoHosts()
    await using server = await net.start(SERVER, serviceSection(UDP))
    await using client = await net.start(CLIENT, { supports_selective_broadcasts: understands })
    const clients: number[] = []
    const service = await server.offerService({ ...SERVICE, events: [{ eventId: EVENT, eventgroupIds: [GROUP] }] })
    service.onSubscriber(({ clientId }) => clients.push(clientId))
    client.requestService(SERVICE).subscribe({ eventgroupId: GROUP, selective: true })
    await net.advance(1000)
    assert.deepEqual(clients, [expected])
  }
})

test('sends events to the multicast group from the configured number of subscribers on', async () => {
  const net = new TwoHosts()
  const multicast = { address: '224.225.226.233', port: '32344' }
  const group = { eventgroup: '0x4465', events: ['0x8778'], multicast, threshold: '2' }
  await using server = await net.start(SERVER, serviceSection(UDP, { eventgroups: [group] }))
  const service = await server.offerService({ ...SERVICE, events: [{ eventId: EVENT }] })
  const targets = () => {
    const sent = net.hosts.datagrams.sent.filter(({ to }) => to.port !== 30490).map(({ to }) => to.address)
    net.hosts.datagrams.forget()
    return sent
  }
  const recorders = []
  const applications = []
  for (const address of [CLIENT, '10.77.0.3']) {
    const recording = recorder()
    const application = await net.start(address)
    application.requestService(SERVICE).subscribe({ eventgroupId: GROUP, ...recording })
    recorders.push(recording)
    applications.push(application)
    await net.advance(1000)
    targets()
    service.notify(EVENT, fromHex('01'))
    await net.advance(1)
  }
  assert.deepEqual(targets(), ['224.225.226.233'])
  assert.deepEqual(
    recorders.map(({ seen }) => seen),
    [['01', '01'], ['01']],
  )
  for (const application of applications) await net.during(application.close())
})

test('repeats an event in its configured cycle', async () => {
  const net = new TwoHosts()
  const events = [{ event: '0x8778', cycle: '100' }]
  const eventgroups = [{ eventgroup: '0x4465', events: ['0x8778'] }]
  await using server = await net.start(SERVER, serviceSection(UDP, { events, eventgroups }))
  await using client = await net.start(CLIENT)
  const service = await server.offerService({ ...SERVICE, events: [{ eventId: EVENT }] })
  const { seen, onNotification } = recorder()
  client.requestService(SERVICE).subscribe({ eventgroupId: GROUP, onNotification })
  await net.advance(1000)
  service.notify(EVENT, fromHex('01'))
  await net.advance(350)
  assert.deepEqual(seen, ['01', '01', '01', '01'])
})

test('shows the notifications that the configured filter lets pass', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection(UDP))
  const debounce = [{ service: '0x1234', instance: '0x5678', events: [{ event: '0x8778', on_change: 'true' }] }]
  await using client = await net.start(CLIENT, { debounce })
  const service = await server.offerService({ ...SERVICE, events: [{ eventId: EVENT, eventgroupIds: [GROUP] }] })
  const { seen, onNotification } = recorder()
  client.requestService(SERVICE).subscribe({ eventgroupId: GROUP, onNotification })
  await net.advance(1000)
  for (const payload of ['01', '01', '02']) service.notify(EVENT, fromHex(payload))
  await net.advance(1)
  assert.deepEqual(seen, ['01', '02'])
})

test('protects events on one side and checks them on the other', async () => {
  const net = new TwoHosts()
  const parameters = { service_id: '0x1234', event_id: '0x8778', profile: 'P07', data_id: '0x2d', crc_offset: '64' }
  const e2e = (variant: string) => ({ e2e: { e2e_enabled: 'true', protected: [{ ...parameters, variant }] } })
  await using server = await net.start(SERVER, { ...serviceSection(UDP), ...e2e('protector') })
  await using client = await net.start(CLIENT, e2e('checker'))
  const service = await server.offerService({ ...SERVICE, events: [{ eventId: EVENT, eventgroupIds: [GROUP] }] })
  const found: unknown[] = []
  client
    .requestService(SERVICE)
    .subscribe({ eventgroupId: GROUP, onNotification: ({ e2e: status }) => found.push(status) })
  await net.advance(1000)
  service.notify(EVENT, new Uint8Array(32))
  assert.throws(() => service.notify(EVENT, new Uint8Array(1)), { code: 'ENCODE' })
  service.notify(EVENT, new Uint8Array(32))
  await net.advance(1)
  assert.deepEqual(found, ['OK', 'OK'])
})
