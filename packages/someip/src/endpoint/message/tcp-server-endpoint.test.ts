import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { DEFAULT_NPDU_TIMING } from '../../npdu/collector.ts'
import { readApplicationMessages, readCapturedPackets } from '../../wire/testing/capture.ts'
import { encodeProblemReply } from '../../wire/wire-problem.ts'
import { endpointAddress } from '../endpoint-address.ts'
import { RawPeer } from '../testing/raw-peer.ts'
import { RecordingReceiver } from '../testing/recording-receiver.ts'
import { SimulatedHosts } from '../testing/simulated-hosts.ts'
import { openTcpServerEndpoint, type TcpServerOptions } from './tcp-server-endpoint.ts'

const REQUEST = '1234042100000012134300010100000000010203040506070809'
const OTHER_REQUEST = '12340422000000081343000201000000'
const COOKIE = { fromClient: 'ffff000000000008deadbeef01010100', fromServer: 'ffff800000000008deadbeef01010200' }
const ADDRESS = { address: '10.77.0.1', port: 30510 }
const SERVICE = endpointAddress(ADDRESS.address, ADDRESS.port)

async function setUp(options: Partial<TcpServerOptions> = {}) {
  const clock = new FakeClock()
  const hosts = new SimulatedHosts(clock)
  const receiver = new RecordingReceiver()
  const context = { network: hosts.host('10.77.0.1'), clock, log: silentLogger }
  const endpoint = await openTcpServerEndpoint(context, { ...ADDRESS, ...options }, receiver)
  const client = hosts.host('10.77.0.2')
  const connect = (localPort = 0, network = client) => RawPeer.connect(clock, network, SERVICE, localPort)
  return { clock, hosts, receiver, endpoint, connect }
}

for (const capture of ['tcp_reqres', 'magic_cookies']) {
  test(`serves the client of capture ${capture} with the very bytes of vsomeip`, async () => {
    const { clock, receiver, endpoint, connect } = await setUp()
    const isServer = (end: string) => end === SERVICE.key
    const packets = readCapturedPackets(capture).filter(({ transport }) => transport === 'tcp')
    const responses = readApplicationMessages(capture).filter(
      ({ src, transport, service }) => transport === 'tcp' && isServer(src) && service !== 'ffff',
    )
    receiver.onMessage = (_message, source) => {
      const response = responses.shift()
      assert.ok(response && endpoint.send(fromHex(response.hex), source))
    }
    const peer = await connect()
    for (const { dst, bytes } of packets.filter(({ dst }) => isServer(dst))) {
      assert.ok(isServer(dst))
      peer.stream?.write(bytes)
      await clock.advance(1000)
    }
    const expected = packets.filter(({ src }) => isServer(src)).map(({ bytes }) => Buffer.from(bytes).toString('hex'))
    assert.equal(peer.hex, expected.join(''))
    assert.ok(expected.length > 0)
    assert.deepEqual(responses, [])
  })
}

test('says who is connected, by address and port', async () => {
  const { clock, receiver, endpoint, connect } = await setUp()
  const peer = await connect(50000)
  const known = endpointAddress('10.77.0.2', 50000)
  assert.equal(endpoint.isConnected(known), true)
  assert.equal(endpoint.isConnected(endpointAddress('10.77.0.2', 50001)), false)
  assert.deepEqual(
    endpoint.peers.map(({ key }) => key),
    [known.key],
  )
  peer.stream?.close()
  await clock.advance(0)
  assert.equal(endpoint.isConnected(known), false)
  await connect(50000)
  endpoint.disconnect(known)
  await clock.advance(0)
  assert.deepEqual(receiver.connections, [
    `+ ${known.key}`,
    `- ${known.key} ENDPOINT_RESET`,
    `+ ${known.key}`,
    `- ${known.key} in order`,
  ])
})

test('messages for somebody who is not connected are refused and counted', async () => {
  const { endpoint } = await setUp()
  assert.equal(endpoint.send(fromHex(REQUEST), endpointAddress('10.77.0.2', 50000)), false)
  assert.deepEqual([endpoint.statistics.droppedMessages, endpoint.statistics.sentMessages], [1, 0])
})

test('the messages of one task travel in one write', async () => {
  const { clock, receiver, endpoint, connect } = await setUp()
  receiver.onMessage = (message, source) => endpoint.send(message.bytes.slice(), source)
  const peer = await connect()
  peer.say(REQUEST.repeat(50))
  await clock.advance(0)
  assert.deepEqual([peer.hex, peer.chunks], [REQUEST.repeat(50), 1])
})

test('with nPDU times messages wait for others, errors do not', async () => {
  const { clock, receiver, endpoint, connect } = await setUp()
  const peer = await connect()
  const error = '12340421000000084242000401008107'
  receiver.onMessage = (_message, source) => {
    endpoint.send(fromHex(REQUEST), source, DEFAULT_NPDU_TIMING)
    endpoint.send(fromHex(OTHER_REQUEST), source, DEFAULT_NPDU_TIMING)
    endpoint.send(fromHex(error), source, DEFAULT_NPDU_TIMING)
  }
  peer.say(REQUEST)
  await clock.advance(4)
  assert.equal(peer.take(), error)
  await clock.advance(1)
  assert.deepEqual([peer.take(), peer.chunks], [REQUEST + OTHER_REQUEST, 2])
})

test('a wrong protocol version is answered by whoever receives it, then the connection ends', async () => {
  const { clock, receiver, endpoint, connect } = await setUp()
  receiver.onProblem = (problem, source) => {
    const reply = encodeProblemReply(problem)
    if (reply !== undefined) endpoint.send(reply, source)
  }
  const peer = await connect()
  peer.say('12340421000000084242000402000000', REQUEST)
  await clock.advance(0)
  assert.deepEqual([peer.hex, peer.closures], ['12340421000000084242000401008107', ['ENDPOINT_RESET']])
  assert.deepEqual([receiver.problems, receiver.messages], [['WRONG_PROTOCOL_VERSION'], []])
  assert.match(receiver.connections[1] ?? '', /ENDPOINT_PROTOCOL$/)
})

test('garbage and messages beyond the limit end the connection without an answer', async () => {
  for (const hex of ['12340421000000081343000101000300', '1234042100000401134300010100000000', 'ff'.repeat(16)]) {
    const { clock, receiver, endpoint, connect } = await setUp({ maxMessageBytes: 1032 })
    const peer = await connect()
    peer.say(hex)
    await clock.advance(0)
    assert.deepEqual([peer.hex, peer.closures, receiver.messages], ['', ['ENDPOINT_RESET'], []])
    assert.equal(endpoint.statistics.connections, 0)
  }
})

test('with magic cookies a broken message is skipped and the connection stays', async () => {
  const { clock, receiver, connect } = await setUp()
  const peer = await connect()
  peer.say(COOKIE.fromClient, '12340421000000081343000102000000', COOKIE.fromClient, REQUEST)
  await clock.advance(0)
  assert.deepEqual([receiver.problems, receiver.messages], [['WRONG_PROTOCOL_VERSION'], [REQUEST]])
  assert.deepEqual(peer.closures, [])
})

test('cookies are sent from the first message on when configured, and at most every 10 seconds', async () => {
  const { clock, receiver, endpoint, connect } = await setUp({ magicCookies: true })
  receiver.onMessage = (message, source) => endpoint.send(message.bytes.slice(), source)
  const peer = await connect()
  const exchange = async (waitMs: number) => {
    await clock.advance(waitMs)
    peer.say(REQUEST)
    await clock.advance(0)
    return peer.take()
  }
  assert.equal(await exchange(5000), COOKIE.fromServer + REQUEST)
  assert.equal(await exchange(10_000), REQUEST)
  assert.equal(await exchange(1), COOKIE.fromServer + REQUEST)
})

test('connections are bounded, in all and for each host', async () => {
  const { clock, hosts, endpoint, connect } = await setUp({ maxConnections: 4, maxConnectionsPerHost: 3 })
  const other = hosts.host('10.77.0.3')
  const peers: RawPeer[] = []
  for (let count = 0; count < 5; count++) peers.push(await connect())
  for (let count = 0; count < 3; count++) peers.push(await connect(0, other))
  await clock.advance(0)
  const outcome = peers.map(({ closures }) => closures.length)
  assert.deepEqual(outcome, [0, 0, 0, 1, 1, 0, 1, 1])
  assert.deepEqual([endpoint.statistics.connections, endpoint.statistics.refusedConnections], [4, 4])
  peers[0]?.stream?.close()
  await clock.advance(0)
  const late = await connect()
  await clock.advance(0)
  assert.deepEqual([late.closures, endpoint.statistics.connections], [[], 4])
})

test('connections that never send stay, and cost nobody else', async () => {
  const { clock, receiver, connect } = await setUp()
  const silent = await connect()
  await clock.advance(3_600_000)
  const peer = await connect()
  peer.say(REQUEST)
  await clock.advance(0)
  assert.deepEqual([silent.closures, receiver.messages], [[], [REQUEST]])
})

test('a reader that hangs is given a bounded queue of whole messages, and then up', async () => {
  const { clock, hosts, receiver, endpoint, connect } = await setUp({ maxQueuedBytes: 200_000, stallMs: 5000 })
  const peer = await connect(50000)
  const remote = endpointAddress('10.77.0.2', 50000)
  hosts.stall('10.77.0.2')
  const message = fromHex(`12348778000020000000000101010200${'00'.repeat(8184)}`)
  const taken = Array.from({ length: 100 }, () => endpoint.send(message, remote)).filter((isTaken) => isTaken).length
  assert.equal(taken, Math.floor(200_000 / message.length))
  await clock.advance(4000)
  hosts.resume('10.77.0.2')
  await clock.advance(0)
  assert.equal(peer.take().length / 2, taken * message.length)
  assert.equal(endpoint.send(message, remote), true)
  await clock.advance(6000)
  assert.deepEqual(peer.closures, [])
  hosts.stall('10.77.0.2')
  while (endpoint.send(message, remote)) await clock.advance(0)
  await clock.advance(5000)
  assert.equal(endpoint.isConnected(remote), false)
  assert.match(receiver.connections.at(-1) ?? '', /ENDPOINT_TIMEOUT$/)
})

test('a client that vanished is noticed', async () => {
  const { clock, hosts, receiver, connect } = await setUp()
  await connect()
  hosts.cutOff('10.77.0.2')
  await clock.advance(5000)
  assert.match(receiver.connections.at(-1) ?? '', /ENDPOINT_TIMEOUT$/)
})

test('closing writes what waits and ends all connections, once', async () => {
  const { clock, receiver, endpoint, connect } = await setUp()
  const peer = await connect(50000)
  const remote = endpointAddress('10.77.0.2', 50000)
  endpoint.send(fromHex(REQUEST), remote, DEFAULT_NPDU_TIMING)
  await endpoint[Symbol.asyncDispose]()
  await endpoint[Symbol.asyncDispose]()
  assert.equal(endpoint.send(fromHex(REQUEST), remote), false)
  await clock.advance(0)
  assert.deepEqual([peer.hex, peer.closures], [REQUEST, ['ENDPOINT_RESET']])
  assert.deepEqual(receiver.connections, [`+ ${remote.key}`, `- ${remote.key} in order`])
  await assert.rejects(connect(), { code: 'ENDPOINT_REFUSED' })
  assert.equal(clock.pending, 0)
})
