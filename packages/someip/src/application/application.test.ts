import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { EndpointError } from '../endpoint/errors.ts'
import type { Network } from '../endpoint/network.ts'
import { ErrorAnswer, SomeIpError } from '../routing/someip-error.ts'
import { RETURN_CODE } from '../wire/return-code.ts'
import { SERVICE, serviceSection, TwoHosts } from './testing/two-hosts.ts'

const SERVER = '10.77.0.1'
const CLIENT = '10.77.0.2'
const UDP = { unreliable: '30509' }
const TCP = { reliable: { port: '30510' } }

const transports = [
  { name: 'UDP', ports: UDP },
  { name: 'TCP', ports: TCP },
]

for (const { name, ports } of transports) {
  test(`calls a method over ${name} and gets the response`, async () => {
    const net = new TwoHosts()
    await using server = await net.start(SERVER, serviceSection(ports))
    await using client = await net.start(CLIENT)
    await server.offerService({ ...SERVICE, methods: { 1057: ({ payload }) => payload.toReversed() } })
    const proxy = client.requestService(SERVICE)
    assert.equal(proxy.isAvailable, false)
    await net.during(proxy.whenAvailable())
    const { payload } = await net.during(proxy.call(0x0421, fromHex('0102')))
    assert.equal(toHex(payload), '0201')
    await assert.rejects(
      net.during(proxy.call(0x0422, fromHex(''))),
      (error) => error instanceof ErrorAnswer && error.returnCode === RETURN_CODE.UNKNOWN_METHOD,
    )
  })
}

test('is available when all endpoints of the service can be used', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection({ ...UDP, ...TCP }))
  await using client = await net.start(CLIENT)
  await server.offerService({ ...SERVICE, methods: { 1: () => undefined } })
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  for (const transport of ['reliable', 'unreliable'] as const) {
    assert.equal((await net.during(proxy.call(1, fromHex(''), { transport }))).payload.length, 0)
  }
})

test('is done with everything when it is closed', async () => {
  const net = new TwoHosts()
  const server = await net.start(SERVER, serviceSection({ ...UDP, ...TCP }))
  const client = await net.start(CLIENT)
  await server.offerService({ ...SERVICE, methods: { 1: () => new Promise(() => {}) } })
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  const call = assert.rejects(proxy.call(1, fromHex('')), (error) => error instanceof SomeIpError)
  proxy.subscribe({ eventgroupId: 1 })
  await net.during(client.close())
  await call
  await net.during(server.close())
  await server.close()
  assert.equal(net.clock.pending, 0)
  assert.throws(() => client.requestService(SERVICE), SomeIpError)
})

test('does not start where an external library decides on security', async () => {
  await assert.rejects(new TwoHosts().start(SERVER, { security: {} }), {
    code: 'SOMEIP_UNSUPPORTED',
    message: /external library/,
  })
})

test('waits for the address of its host, or not, as the configuration says', async () => {
  const net = new TwoHosts()
  const host = net.hosts.host('10.77.0.1')
  let isThere = false
  const missing = new EndpointError('ENDPOINT_ADDRESS_NOT_AVAILABLE', '10.77.0.1')
  const openUdp: Network['openUdp'] = async (...given) => {
    if (!isThere) throw missing
    return await host.openUdp(...given)
  }
  const network = { ...host, openUdp }
  const impatient = { 'service-discovery': { wait_route_netlink_notification: 'false' } }
  await assert.rejects(net.start('10.77.0.1', impatient, { network }), missing)
  const aborted = assert.rejects(net.start('10.77.0.1', {}, { network }, AbortSignal.timeout(0)), {
    name: 'TimeoutError',
  })
  await aborted
  const starting = net.start('10.77.0.1', {}, { network })
  await net.advance(5000)
  isThere = true
  await using application = await net.during(starting)
  assert.equal(application.name, 'test')
})
