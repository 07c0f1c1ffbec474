import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { TwoHosts } from './testing/two-hosts.ts'

const HOSTS = ['10.77.0.1', '10.77.0.2', '10.77.0.3'] as const
const SERVICE_ID = 0x1234

function services(...instances: readonly number[]): object {
  return { services: instances.map((instance) => ({ service: '0x1234', instance, unreliable: `${30500 + instance}` })) }
}

function offerOf(instanceId: number, majorVersion = 1, minorVersion = 0) {
  return {
    serviceId: SERVICE_ID,
    instanceId,
    majorVersion,
    minorVersion,
    methods: { 1: () => Uint8Array.of(instanceId) },
  }
}

test('finds every instance of a service, wherever it is, and uses the one that is chosen', async () => {
  const net = new TwoHosts()
  await using one = await net.start(HOSTS[0], services(1, 2))
  await using two = await net.start(HOSTS[1], services(3))
  await using client = await net.start(HOSTS[2], services(4))
  const search = client.requestInstances({ serviceId: SERVICE_ID })
  const first = search.whenOffered()
  const heard: string[] = []
  search.onChange(({ instance, isOffered }) => heard.push(`${isOffered ? '+' : '-'}${instance.instanceId}`))
  const service = await one.offerService(offerOf(1))
  await one.offerService(offerOf(2))
  await two.offerService(offerOf(3))
  await client.offerService(offerOf(4))
  await two.offerService({ ...offerOf(3), serviceId: 0x4321 })
  await net.advance(1000)
  assert.deepEqual(search.offered.map(({ instanceId }) => instanceId).sort(), [1, 2, 3, 4])
  assert.equal((await first).instanceId, 4)
  const proxy = search.use({ instanceId: 3 })
  await net.during(proxy.whenAvailable())
  assert.equal(toHex((await net.during(proxy.call(1, fromHex('')))).payload), '03')
  await service.close()
  await net.advance(1)
  assert.deepEqual(heard.toSorted(), ['+1', '+2', '+3', '+4', '-1'])
  await search.close()
  await assert.rejects(search.whenOffered(), { code: 'SOMEIP_CLOSED' })
  assert.equal(toHex((await net.during(proxy.call(1, fromHex('')))).payload), '03')
})

test('looks for all instances with one Find for any of them', async () => {
  const net = new TwoHosts()
  await using client = await net.start(HOSTS[2])
  client.requestInstances({ serviceId: SERVICE_ID, majorVersion: 2 })
  await net.advance(11)
  const [find] = net.hosts.datagrams.sent
  // Type, indices and counts; service, instance, major version and TTL; minor version.
  assert.match(toHex(find?.bytes ?? fromHex('')), /00000000 ?1234ffff02ffffffffffffff/)
})

for (const { asked, found } of [
  { asked: {}, found: [1, 2, 3] },
  { asked: { majorVersion: 1 }, found: [1, 2] },
  { asked: { majorVersion: 0xff, minorVersion: 0xffff_ffff }, found: [1, 2, 3] },
  { asked: { majorVersion: 1, minorVersion: 5 }, found: [2] },
] as const) {
  test(`counts as wanted, of versions 1.0, 1.7 and 2.0, those that ${JSON.stringify(asked)} asks for`, async () => {
    const net = new TwoHosts()
    await using server = await net.start(HOSTS[0], services(1, 2, 3))
    await server.offerService(offerOf(1))
    await server.offerService(offerOf(2, 1, 7))
    await server.offerService(offerOf(3, 2))
    await using client = await net.start(HOSTS[1])
    const search = client.requestInstances({ serviceId: SERVICE_ID, ...asked })
    const proxies = [1, 2, 3].map((instanceId) =>
      client.requestService({ serviceId: SERVICE_ID, instanceId, ...asked }),
    )
    await net.advance(1000)
    assert.deepEqual(search.offered.map(({ instanceId }) => instanceId).sort(), found)
    assert.deepEqual(
      proxies.filter(({ isAvailable }) => isAvailable).map(({ ids }) => ids.instanceId),
      found,
    )
  })
}

test('tells of an instance once, though it is found while it begins to be offered', async () => {
  const net = new TwoHosts()
  await using application = await net.start(HOSTS[0], services(1))
  await application.offerService(offerOf(1))
  const search = application.requestInstances({ serviceId: SERVICE_ID })
  const heard: boolean[] = []
  search.onChange(({ isOffered }) => heard.push(isOffered))
  await net.advance(100)
  assert.deepEqual([search.offered.length, heard], [1, []])
})

test('tells what this host and others offer', async () => {
  const net = new TwoHosts()
  await using server = await net.start(HOSTS[0], services(1))
  await server.offerService(offerOf(1, 1, 7))
  await using client = await net.start(HOSTS[1], services(2))
  await client.offerService(offerOf(2))
  await net.advance(1000)
  const [there, here] = [
    { serviceId: SERVICE_ID, instanceId: 1, majorVersion: 1, minorVersion: 7 },
    { serviceId: SERVICE_ID, instanceId: 2, majorVersion: 1, minorVersion: 0 },
  ]
  assert.deepEqual(client.offeredServices('this-host'), [here])
  assert.deepEqual(client.offeredServices('others'), [there])
  assert.deepEqual(client.offeredServices(), [here, there])
})

test('refuses to look for a service id that has a special meaning', async () => {
  const net = new TwoHosts()
  await using client = await net.start(HOSTS[0])
  assert.throws(() => client.requestInstances({ serviceId: 0xffff }), { code: 'SOMEIP_INVALID_ID' })
  assert.throws(() => client.requestService({ serviceId: 1, instanceId: 0xffff }), { code: 'SOMEIP_INVALID_ID' })
})
