import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { DEFAULT_NPDU_TIMING } from '../../npdu/collector.ts'
import { readApplicationMessages, readCapturedPackets } from '../../wire/testing/capture.ts'
import { ClientPortAllocator } from '../client-ports.ts'
import { endpointAddress } from '../endpoint-address.ts'
import type { ConnectOptions, Network } from '../network.ts'
import { RawServer } from '../testing/raw-peer.ts'
import { RecordingReceiver } from '../testing/recording-receiver.ts'
import { SimulatedHosts } from '../testing/simulated-hosts.ts'
import { TcpClientEndpoint, type TcpClientOptions } from './tcp-client-endpoint.ts'

const REQUEST = '1234042100000012134300010100000000010203040506070809'
const OTHER_REQUEST = '12340422000000081343000201000000'
const RESPONSE = '12340421000000081343000101008000'
const SERVICE = endpointAddress('10.77.0.1', 30510)

interface Attempt {
  readonly atMs: number
  readonly localPort: number | undefined
}

class Setup {
  readonly clock = new FakeClock()
  readonly hosts = new SimulatedHosts(this.clock)
  readonly receiver = new RecordingReceiver()
  readonly server = new RawServer()
  readonly attempts: Attempt[] = []
  readonly #service = this.hosts.host(SERVICE.address)
  readonly #client = this.hosts.host('10.77.0.2')

  listen(): Promise<AsyncDisposable> {
    return this.#service.listenTcp({ address: SERVICE.address, port: SERVICE.port }, this.server)
  }

  open(options: Partial<TcpClientOptions> = {}): TcpClientEndpoint {
    const network: Network = {
      ...this.#client,
      connectTcp: (connect: ConnectOptions, handler, signal) => {
        this.attempts.push({ atMs: this.clock.monotonic(), localPort: connect.localPort })
        return this.#client.connectTcp(connect, handler, signal)
      },
    }
    const context = { network, clock: this.clock, log: silentLogger }
    return new TcpClientEndpoint(context, { remote: SERVICE, ...options }, this.receiver)
  }

  get attemptTimes(): number[] {
    return this.attempts.map(({ atMs }) => atMs)
  }
}

test('sends the very bytes of the client of capture magic_cookies, and receives its responses', async () => {
  const setup = new Setup()
  const { clock, receiver, server } = setup
  await setup.listen()
  const endpoint = setup.open({ magicCookies: true })
  await clock.advance(0)
  const messages = readApplicationMessages('magic_cookies').filter(({ service }) => service !== 'ffff')
  const isServer = (end: string) => end === SERVICE.key
  for (const { src, hex } of messages) {
    if (isServer(src)) server.newest.say(hex)
    else endpoint.send(fromHex(hex))
    await clock.advance(500)
  }
  const packets = readCapturedPackets('magic_cookies').filter(
    ({ dst, transport }) => transport === 'tcp' && isServer(dst),
  )
  assert.equal(server.newest.hex, packets.map(({ bytes }) => Buffer.from(bytes).toString('hex')).join(''))
  assert.deepEqual(
    receiver.messages,
    messages.filter(({ src }) => isServer(src)).map(({ hex }) => hex),
  )
})

test('connects at once, tells so, and sends what was waiting', async () => {
  const setup = new Setup()
  const { clock, receiver, server } = setup
  await setup.listen()
  const endpoint = setup.open()
  assert.equal(endpoint.send(fromHex(REQUEST)), true)
  assert.equal(endpoint.send(fromHex(OTHER_REQUEST), SERVICE, DEFAULT_NPDU_TIMING), true)
  assert.equal(endpoint.state.phase, 'connecting')
  await clock.advance(0)
  assert.equal(endpoint.local?.address, '10.77.0.2')
  assert.deepEqual([server.newest.hex, receiver.connections], [REQUEST, [`+ ${SERVICE.key}`]])
  await clock.advance(5)
  assert.equal(server.newest.hex, REQUEST + OTHER_REQUEST)
  server.newest.say(RESPONSE)
  await clock.advance(0)
  assert.deepEqual([receiver.messages, receiver.sources], [[RESPONSE], [SERVICE.key]])
  assert.equal(endpoint.statistics.sentMessages, 2)
})

test('waits 100 ms after a failed attempt, and twice as long after each further one up to 1600 ms', async () => {
  const setup = new Setup()
  setup.open()
  await setup.clock.advance(8000)
  assert.deepEqual(setup.attemptTimes, [0, 100, 300, 700, 1500, 3100, 4700, 6300, 7900])
})

test('gives an attempt without an answer up after 500 ms', async () => {
  const setup = new Setup()
  setup.hosts.cutOff(SERVICE.address)
  setup.open()
  await setup.clock.advance(2000)
  assert.deepEqual(setup.attemptTimes, [0, 600, 1300])
  await setup.listen()
  setup.hosts.reconnect(SERVICE.address)
  await setup.clock.advance(2000)
  assert.deepEqual(setup.receiver.connections, [`+ ${SERVICE.key}`])
})

test('connects again when the connection ends, patiently with a peer that hangs up at once', async () => {
  const setup = new Setup()
  const { clock, receiver, server } = setup
  await setup.listen()
  setup.open()
  await clock.advance(10_000)
  server.newest.stream?.close()
  await clock.advance(100)
  assert.deepEqual(setup.attemptTimes, [0, 10_100])
  assert.deepEqual(receiver.connections, [`+ ${SERVICE.key}`, `- ${SERVICE.key} ENDPOINT_RESET`, `+ ${SERVICE.key}`])
  server.isAccepting = false
  server.newest.stream?.close()
  await clock.advance(1500)
  assert.deepEqual(setup.attemptTimes.slice(2), [10_300, 10_700, 11_500])
})

test('a message sent while there is no connection is dropped when none comes about in 5 seconds', async () => {
  const setup = new Setup()
  const { clock, server } = setup
  const endpoint = setup.open({ maxQueuedBytes: 50 })
  endpoint.send(fromHex(REQUEST))
  await clock.advance(3000)
  assert.equal(endpoint.send(fromHex(OTHER_REQUEST)), true)
  assert.equal(endpoint.send(fromHex(OTHER_REQUEST)), false)
  await clock.advance(2500)
  await setup.listen()
  await clock.advance(1000)
  assert.equal(server.newest.hex, OTHER_REQUEST)
  assert.deepEqual([endpoint.statistics.droppedMessages, endpoint.statistics.sentMessages], [2, 1])
})

test('a connection with garbage, or a peer that takes nothing, is given up', async () => {
  const setup = new Setup()
  const { clock, hosts, receiver, server } = setup
  await setup.listen()
  const endpoint = setup.open({ stallMs: 1000 })
  await clock.advance(0)
  server.newest.say('ff'.repeat(16))
  await clock.advance(100)
  assert.deepEqual(receiver.problems, ['WRONG_PROTOCOL_VERSION'])
  hosts.stall(SERVICE.address)
  const large = fromHex(`1234042100010008134300010100000000${'00'.repeat(65_535)}`)
  endpoint.send(large)
  endpoint.send(large)
  await clock.advance(1000)
  assert.deepEqual(
    receiver.connections.filter((one) => one.startsWith('-')).map((one) => one.split(' ')[2]),
    ['ENDPOINT_PROTOCOL', 'ENDPOINT_TIMEOUT'],
  )
})

test('a restart ends a connection and makes a new one', async () => {
  const setup = new Setup()
  await setup.listen()
  const endpoint = setup.open()
  await setup.clock.advance(2000)
  endpoint.restart()
  await setup.clock.advance(100)
  assert.deepEqual([setup.attemptTimes, endpoint.state.phase], [[0, 2100], 'connected'])
  assert.equal(setup.receiver.connections[1], `- ${SERVICE.key} in order`)
})

test('a restart while connecting is ignored five times, then what waits is dropped and all starts over', async () => {
  const setup = new Setup()
  const endpoint = setup.open()
  endpoint.send(fromHex(REQUEST))
  await setup.clock.advance(2000)
  for (let call = 0; call < 5; call++) endpoint.restart()
  assert.equal(endpoint.statistics.droppedMessages, 0)
  endpoint.restart()
  assert.equal(endpoint.statistics.droppedMessages, 1)
  await setup.clock.advance(700)
  assert.deepEqual(setup.attemptTimes, [0, 100, 300, 700, 1500, 2100, 2300, 2700])
})

test('a restart after connecting for 5 seconds starts over at once', async () => {
  const setup = new Setup()
  setup.hosts.cutOff(SERVICE.address)
  const endpoint = setup.open({ attemptTimeoutMs: 60_000 })
  await setup.clock.advance(4999)
  endpoint.restart()
  await setup.clock.advance(1)
  assert.deepEqual(setup.attemptTimes, [0])
  endpoint.restart()
  await setup.clock.advance(100)
  assert.deepEqual(setup.attemptTimes, [0, 5100])
})

test('uses the leased port, another one when the system refuses it, and returns it at the end', async () => {
  const setup = new Setup()
  await setup.listen()
  const none = { ports: [], remoteRange: undefined, clientRange: undefined }
  const reliable = { ...none, ports: [40_000, 40_001] }
  const configured = [{ serviceId: 0x1234, instanceId: 0x5678, reliable, unreliable: none }]
  const ports = new ClientPortAllocator(configured)
  const request = { transport: 'reliable', serviceId: 0x1234, instanceId: 0x5678, remotePort: 30510 } as const
  const first = setup.open({ localPort: ports.lease(request) })
  await setup.clock.advance(0)
  assert.equal(first.local?.port, 40_000)
  const rival = new ClientPortAllocator(configured)
  const second = setup.open({ localPort: rival.lease(request) })
  await setup.clock.advance(100)
  assert.deepEqual(
    setup.attempts.map(({ localPort }) => localPort),
    [40_000, 40_000, 40_001],
  )
  assert.equal(second.state.phase, 'connected')
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
  assert.deepEqual([ports.lease(request).port, ports.lease(request).port].sort(), [40_000, 40_001])
})

test('a receiver that throws loses neither the connection nor the next message', async () => {
  const setup = new Setup()
  const { clock, receiver, server } = setup
  receiver.onConnected = receiver.onMessage = () => {
    throw new Error('broken')
  }
  await setup.listen()
  const endpoint = setup.open()
  await clock.advance(0)
  server.newest.say(RESPONSE + RESPONSE)
  await clock.advance(0)
  assert.deepEqual([receiver.messages.length, endpoint.state.phase], [2, 'connected'])
})

test('closing writes what waits, and ends the connection, the attempt or the wait', async () => {
  const connected = new Setup()
  await connected.listen()
  const [endpoint, server] = [connected.open(), connected.server]
  await connected.clock.advance(0)
  endpoint.send(fromHex(REQUEST), SERVICE, DEFAULT_NPDU_TIMING)
  await Promise.all([endpoint[Symbol.asyncDispose](), endpoint[Symbol.asyncDispose]()])
  await connected.clock.advance(0)
  assert.deepEqual([server.newest.hex, server.newest.closures], [REQUEST, ['ENDPOINT_RESET']])
  const trying = new Setup()
  trying.hosts.cutOff(SERVICE.address)
  const waiting = new Setup()
  for (const setup of [connected, trying, waiting]) {
    const one = setup === connected ? endpoint : setup.open()
    await setup.clock.advance(50)
    await one[Symbol.asyncDispose]()
    one.restart()
    assert.deepEqual([one.state.phase, one.send(fromHex(REQUEST))], ['closed', false])
    await setup.clock.advance(10_000)
    assert.deepEqual([setup.attempts.length, setup.clock.pending], [1, 0])
  }
})
