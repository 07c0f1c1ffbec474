import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import { DEFAULT_NPDU_TIMING } from '../../npdu/collector.ts'
import type { EndpointAddress } from '../endpoint-address.ts'
import { openNodeNetwork } from '../node-network.ts'
import { RecordingReceiver } from '../testing/recording-receiver.ts'
import { skipFor } from '../testing/skip.ts'
import { TcpClientEndpoint, type TcpClientOptions } from './tcp-client-endpoint.ts'
import { openTcpServerEndpoint, type TcpServerOptions } from './tcp-server-endpoint.ts'
import { openUdpEndpoint } from './udp-endpoint.ts'

const REQUEST = '1234042100000012134300010100000000010203040506070809'
const LOCAL = { address: '127.0.0.1', port: 0 }

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 3000 && !condition(); turn++) await systemClock.sleep(1)
  assert.ok(condition(), 'what was expected did not happen')
}

for (const native of [false, true]) {
  const network = await openNodeNetwork({ native })
  const name = native ? 'Node.js with koffi' : 'Node.js'
  const skip = skipFor(network.native === native ? undefined : 'koffi or 64-bit Linux')
  const context = { network, clock: systemClock, log: silentLogger }

  const openServer = async (t: TestContext, options: Partial<TcpServerOptions> = {}) => {
    const receiver = new RecordingReceiver()
    const endpoint = await openTcpServerEndpoint(context, { ...LOCAL, ...options }, receiver)
    t.after(() => endpoint[Symbol.asyncDispose]())
    return { receiver, endpoint }
  }

  const openClient = (t: TestContext, remote: EndpointAddress, options: Partial<TcpClientOptions> = {}) => {
    const receiver = new RecordingReceiver()
    const endpoint = new TcpClientEndpoint(context, { remote, ...options }, receiver)
    t.after(() => endpoint[Symbol.asyncDispose]())
    return { receiver, endpoint }
  }

  const dial = async (t: TestContext, { address, port }: EndpointAddress): Promise<Socket> => {
    const socket = connect({ host: address, port })
    socket.on('error', () => {})
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    return socket
  }

  test(`${name}: requests and responses travel over UDP, alone and together`, { skip }, async (t) => {
    const [asked, answered] = [new RecordingReceiver(), new RecordingReceiver()]
    const server = await openUdpEndpoint(context, LOCAL, asked)
    t.after(() => server[Symbol.asyncDispose]())
    const client = await openUdpEndpoint(context, LOCAL, answered)
    t.after(() => client[Symbol.asyncDispose]())
    asked.onMessage = (message, source) => server.send(message.bytes.slice(), source)
    for (let count = 0; count < 100; count++) client.send(fromHex(REQUEST), server.local)
    await until(() => answered.messages.length === 100)
    client.send(fromHex(REQUEST), server.local, DEFAULT_NPDU_TIMING)
    client.send(fromHex(REQUEST.replace('0421', '0422')), server.local, DEFAULT_NPDU_TIMING)
    await until(() => answered.messages.length === 102)
    assert.equal(client.statistics.sentDatagrams, 101)
    assert.ok(answered.messages.slice(0, 101).every((hex) => hex === REQUEST))
  })

  test(`${name}: a client finds its server again after a restart`, { skip }, async (t) => {
    const first = await openServer(t)
    const { local } = first.endpoint
    const client = openClient(t, local)
    await until(() => client.endpoint.state.phase === 'connected')
    await first.endpoint[Symbol.asyncDispose]()
    await until(() => client.endpoint.state.phase === 'connecting')
    const second = await openServer(t, { port: local.port })
    second.receiver.onMessage = (message, source) => second.endpoint.send(message.bytes.slice(), source)
    client.endpoint.send(fromHex(REQUEST))
    await until(() => client.receiver.messages.length === 1)
    assert.equal(client.receiver.connections.length, 3)
    assert.equal(second.endpoint.isConnected(client.endpoint.local ?? local), true)
  })

  test(`${name}: a message that comes byte by byte is one message`, { skip }, async (t) => {
    const { receiver, endpoint } = await openServer(t)
    const socket = await dial(t, endpoint.local)
    socket.setNoDelay(true)
    for (const byte of fromHex(REQUEST)) {
      socket.write(Uint8Array.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => receiver.messages.length === 1)
    assert.deepEqual(receiver.messages, [REQUEST])
    socket.end()
    await until(() => receiver.connections.length === 2)
    assert.match(receiver.connections[1] ?? '', /in order$/)
  })

  test(`${name}: who does not read gets a bounded queue, and nobody else waits for it`, { skip }, async (t) => {
    const { receiver, endpoint } = await openServer(t, { maxQueuedBytes: 1_000_000 })
    const socket = await dial(t, endpoint.local)
    socket.pause()
    await until(() => endpoint.peers.length === 1)
    const [slow] = endpoint.peers
    assert.ok(slow)
    const notification = fromHex(`1234877800002000000000010101020000${'00'.repeat(8183)}`)
    let taken = 0
    for (let refused = 0; refused < 100; ) {
      if (endpoint.send(notification, slow)) taken++
      else refused++
      if (taken % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
      assert.ok(taken < 10_000, 'the queue has no bound')
    }
    receiver.onMessage = (message, source) => endpoint.send(message.bytes.slice(), source)
    const other = openClient(t, endpoint.local)
    other.endpoint.send(fromHex(REQUEST))
    await until(() => other.receiver.messages.length === 1)
    let readBytes = 0
    socket.on('data', ({ length }) => {
      readBytes += length
    })
    socket.resume()
    await until(() => readBytes === taken * notification.length)
  })

  test(`${name}: a flood of connections is refused beyond the limit`, { skip }, async (t) => {
    const { receiver, endpoint } = await openServer(t, { maxConnectionsPerHost: 5 })
    const sockets = Array.from({ length: 40 }, () => connect({ host: '127.0.0.1', port: endpoint.local.port }))
    for (const socket of sockets) socket.on('error', () => {})
    t.after(() => {
      for (const socket of sockets) socket.destroy()
    })
    await until(() => endpoint.statistics.refusedConnections === 35)
    assert.equal(endpoint.statistics.connections, 5)
    for (const socket of sockets) socket.destroy()
    await until(() => endpoint.statistics.connections === 0)
    const client = openClient(t, endpoint.local)
    client.endpoint.send(fromHex(REQUEST))
    await until(() => receiver.messages.length === 1)
  })

  test(`${name}: garbage costs a connection and nothing else`, { skip }, async (t) => {
    const { receiver, endpoint } = await openServer(t)
    for (const garbage of ['ff'.repeat(5000), '00'.repeat(5000), `${REQUEST}${'17'.repeat(100)}`]) {
      const socket = await dial(t, endpoint.local)
      socket.write(fromHex(garbage))
      await new Promise((resolve) => socket.once('close', resolve))
    }
    assert.equal(receiver.problems.length, 3)
    assert.deepEqual([receiver.messages, endpoint.statistics.connections], [[REQUEST], 0])
  })
}
