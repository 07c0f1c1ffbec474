import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { SimulatedNetwork, type SimulatedSocket } from './simulated-network.ts'

const GROUP = { address: '224.0.0.9', port: 30490 }

function setUp(latencyMs?: number) {
  const clock = new FakeClock()
  const network = new SimulatedNetwork(clock, latencyMs === undefined ? {} : { latencyMs })
  const heard: string[] = []
  const listen = (socket: SimulatedSocket) => {
    socket.onDatagram(({ bytes, from, to }) =>
      heard.push(
        `${socket.local.address} ${from.address}:${from.port} > ${to.address} ${bytes.join()} at ${clock.monotonic()}`,
      ),
    )
    return socket
  }
  return { clock, network, heard, listen }
}

test('delivers a datagram to the address and port it is for, after the latency', async () => {
  const { clock, network, heard, listen } = setUp(5)
  listen(network.open('10.0.0.1', 1000))
  listen(network.open('10.0.0.1', 1001))
  const sender = listen(network.open('10.0.0.2'))
  sender.send(Uint8Array.of(1), { address: '10.0.0.1', port: 1000 })
  await clock.advance(4)
  assert.deepEqual(heard, [])
  await clock.advance(1)
  assert.deepEqual(heard, ['10.0.0.1 10.0.0.2:49152 > 10.0.0.1 1 at 5'])
})

test('delivers to the members of a group, the sender included, as long as they are in it', async () => {
  const { clock, network, heard, listen } = setUp()
  const [one, two] = [listen(network.open('10.0.0.1', GROUP.port)), listen(network.open('10.0.0.2', GROUP.port))]
  listen(network.open('10.0.0.3', GROUP.port))
  one.join(GROUP.address)
  two.join(GROUP.address)
  one.send(Uint8Array.of(1), GROUP)
  await clock.advance(0)
  two.leave(GROUP.address)
  one.send(Uint8Array.of(2), GROUP)
  await clock.advance(0)
  assert.deepEqual(
    heard.map((line) => line.replace(/ .* (\d) at.*/, ' $1')),
    ['10.0.0.1 1', '10.0.0.2 1', '10.0.0.1 2'],
  )
})

test('loses what the test wants lost, and all from and to a host that is cut off', async () => {
  const { clock, network, heard, listen } = setUp()
  const [one, two] = [listen(network.open('10.0.0.1', 1)), listen(network.open('10.0.0.2', 1))]
  network.loses = ({ bytes }) => bytes[0] === 1
  one.send(Uint8Array.of(1), two.local)
  network.cutOff('10.0.0.2')
  one.send(Uint8Array.of(2), two.local)
  two.send(Uint8Array.of(3), one.local)
  await clock.advance(0)
  assert.deepEqual(heard, [])
  assert.deepEqual(
    network.sent.map(({ isLost }) => isLost),
    [true, false, true],
  )
  network.reconnect('10.0.0.2')
  network.forget()
  one.send(Uint8Array.of(4), two.local)
  await clock.advance(0)
  assert.deepEqual([heard.length, network.sent.length], [1, 1])
})

test('gives each receiver its own copy and lets a sender reuse its buffer', async () => {
  const { clock, network } = setUp()
  const received: Uint8Array[] = []
  network.open('10.0.0.1', 1).onDatagram(({ bytes }) => received.push(bytes))
  const bytes = Uint8Array.of(1)
  network.inject({ from: { address: '1.2.3.4', port: 5 }, to: { address: '10.0.0.1', port: 1 }, bytes })
  bytes[0] = 9
  await clock.advance(0)
  assert.deepEqual(received, [Uint8Array.of(1)])
})

test('delivers nothing to a closed socket and lets it send nothing', async () => {
  const { clock, network, heard, listen } = setUp()
  const socket = listen(network.open('10.0.0.1', 1))
  network.open('10.0.0.2').send(Uint8Array.of(1), socket.local)
  socket[Symbol.dispose]()
  await clock.advance(0)
  assert.deepEqual(heard, [])
  assert.throws(() => socket.send(Uint8Array.of(1), socket.local), { message: 'the socket 10.0.0.1:1 is closed' })
})
