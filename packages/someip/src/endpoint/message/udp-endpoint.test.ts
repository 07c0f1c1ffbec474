import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { DEFAULT_NPDU_TIMING } from '../../npdu/collector.ts'
import { endpointAddress } from '../endpoint-address.ts'
import type { UdpOptions } from '../network.ts'
import { RecordingReceiver } from '../testing/recording-receiver.ts'
import { SimulatedHosts } from '../testing/simulated-hosts.ts'
import { openUdpEndpoint } from './udp-endpoint.ts'

const REQUEST = '12340421000000121343000101000000 00010203040506070809'.replace(' ', '')
const OTHER_REQUEST = '12340422000000081343000201000000'
const NOTIFICATION = '1234877800000009000000010100020000'
const SERVICE = { address: '10.77.0.1', port: 30509 }

async function setUp(options: Partial<UdpOptions> = {}) {
  const clock = new FakeClock()
  const hosts = new SimulatedHosts(clock)
  const receiver = new RecordingReceiver()
  const network = hosts.host(SERVICE.address)
  const context = { network, clock, log: silentLogger }
  const endpoint = await openUdpEndpoint(context, { ...SERVICE, ...options }, receiver)
  const send = async (hex: string, to: { address: string; port: number } = SERVICE) => {
    hosts.datagrams.inject({ from: { address: '10.77.0.2', port: 49196 }, to, bytes: fromHex(hex) })
    await clock.advance(0)
  }
  /** Datagrams since the last call: time and bytes. */
  const sent = () => hosts.datagrams.sent.splice(0).map(({ timeMs, bytes }) => `${timeMs} ${toHex(bytes)}`)
  return { clock, hosts, receiver, endpoint, send, sent }
}

const CLIENT = endpointAddress('10.77.0.2', 49196)

test('all messages of a datagram arrive, with their source', async () => {
  const { receiver, endpoint, send } = await setUp()
  await send(REQUEST + NOTIFICATION)
  assert.deepEqual(receiver.messages, [REQUEST, NOTIFICATION])
  assert.deepEqual(receiver.sources, [CLIENT.key, CLIENT.key])
  assert.deepEqual(receiver.multicasts, [false, false])
  const { receivedDatagrams, receivedMessages } = endpoint.statistics
  assert.deepEqual([receivedDatagrams, receivedMessages], [1, 2])
})

test('messages for a group that was joined are marked', async () => {
  const { receiver, endpoint, send } = await setUp()
  await endpoint.join('224.225.226.233', 32344)
  await send(NOTIFICATION, { address: '224.225.226.233', port: 32344 })
  await endpoint.leave('224.225.226.233', 32344)
  await send(NOTIFICATION, { address: '224.225.226.233', port: 32344 })
  assert.deepEqual([receiver.messages, receiver.multicasts], [[NOTIFICATION], [true]])
})

test('bytes that are no message are reported and counted, and the next datagram is read', async () => {
  const { receiver, endpoint, send } = await setUp()
  await send('1234')
  await send('12340421000000ff1343000101000000')
  await send('12340421000000081343000102000000')
  await send('')
  await send(REQUEST)
  assert.deepEqual(receiver.problems, [
    'TRUNCATED_HEADER',
    'LENGTH_BEYOND_END',
    'WRONG_PROTOCOL_VERSION',
    'TRUNCATED_HEADER',
  ])
  assert.deepEqual([receiver.messages, endpoint.statistics.problems], [[REQUEST], 4])
})

test('a datagram of 1417 bytes is dropped, one of 1416 is not', async () => {
  const { receiver, endpoint, send } = await setUp()
  const large = (bytes: number) => `1234042100000${(bytes - 8).toString(16)}1343000101000000${'00'.repeat(bytes - 16)}`
  await send(large(1417))
  await send(large(1416))
  assert.deepEqual([receiver.messages.length, endpoint.statistics.oversizeDatagrams], [1, 1])
})

test('without nPDU times a message leaves in the task that sends it', async () => {
  const { clock, endpoint, sent } = await setUp()
  assert.equal(endpoint.send(fromHex(NOTIFICATION), CLIENT), true)
  await clock.advance(0)
  assert.deepEqual(sent(), [`0 ${NOTIFICATION}`])
})

test('with nPDU times messages for one target share a datagram, those for another do not', async () => {
  const { clock, endpoint, sent } = await setUp()
  endpoint.send(fromHex(REQUEST), CLIENT, DEFAULT_NPDU_TIMING)
  await clock.advance(1)
  endpoint.send(fromHex(OTHER_REQUEST), CLIENT, DEFAULT_NPDU_TIMING)
  endpoint.send(fromHex(NOTIFICATION), endpointAddress('10.77.0.2', 50000), DEFAULT_NPDU_TIMING)
  assert.equal(endpoint.statistics.queuedBytes, 26 + 16 + 17)
  await clock.advance(10)
  assert.deepEqual(sent(), [`5 ${REQUEST}${OTHER_REQUEST}`, `6 ${NOTIFICATION}`])
  assert.equal(endpoint.statistics.queuedBytes, 0)
})

test('segments, errors and service discovery do not wait for others', async () => {
  const { clock, endpoint, sent } = await setUp()
  const bypassing = [
    '12340421 0000000c 13430001 01012000 00000000'.replaceAll(' ', ''),
    '12340421000000084242000401008107',
    'ffff8100000000080000000101010200',
  ]
  for (const hex of bypassing) endpoint.send(fromHex(hex), CLIENT, DEFAULT_NPDU_TIMING)
  await clock.advance(0)
  assert.deepEqual(
    sent(),
    bypassing.map((hex) => `0 ${hex}`),
  )
})

test('what exceeds the limit is refused and counted, waiting for others included', async () => {
  const { clock, endpoint } = await setUp({ maxQueuedBytes: 50 })
  const message = fromHex(REQUEST)
  assert.equal(endpoint.send(message, CLIENT, DEFAULT_NPDU_TIMING), true)
  assert.equal(endpoint.send(message, CLIENT, DEFAULT_NPDU_TIMING), false)
  assert.equal(endpoint.send(new Uint8Array(1417), CLIENT, DEFAULT_NPDU_TIMING), false)
  assert.equal(endpoint.send(new Uint8Array(1417), CLIENT), false)
  await clock.advance(10)
  assert.equal(endpoint.send(message, CLIENT, DEFAULT_NPDU_TIMING), true)
  const { droppedDatagrams, droppedBytes } = endpoint.statistics
  assert.deepEqual([droppedDatagrams, droppedBytes], [3, 26 + 2 * 1417])
})

test('targets without number are forgotten, and as long as messages wait for them, refused', async () => {
  const { clock, endpoint, sent } = await setUp()
  const sendTo = (port: number) =>
    endpoint.send(fromHex(NOTIFICATION), endpointAddress('10.77.0.2', port), DEFAULT_NPDU_TIMING)
  const taken = Array.from({ length: 1100 }, (_, index) => sendTo(1000 + index)).filter((isTaken) => isTaken)
  assert.equal(taken.length, 1024)
  await clock.advance(10)
  assert.equal(sent().length, 1024)
  assert.equal(sendTo(2099), true)
  await clock.advance(10)
  assert.equal(sent().length, 1)
})

test('a receiver that throws loses only the message it threw at', async () => {
  const { receiver, send } = await setUp()
  receiver.onMessage = () => {
    throw new Error('broken')
  }
  await send(REQUEST + NOTIFICATION)
  assert.deepEqual(receiver.messages, [REQUEST, NOTIFICATION])
})

test('closing sends what waits; afterwards nothing is taken, and closing again does nothing', async () => {
  const { clock, endpoint, sent, receiver, send } = await setUp()
  endpoint.send(fromHex(REQUEST), CLIENT, DEFAULT_NPDU_TIMING)
  await endpoint[Symbol.asyncDispose]()
  await endpoint[Symbol.asyncDispose]()
  await clock.advance(10)
  assert.deepEqual(sent(), [`0 ${REQUEST}`])
  assert.equal(endpoint.send(fromHex(REQUEST), CLIENT, DEFAULT_NPDU_TIMING), false)
  assert.equal(endpoint.send(fromHex(REQUEST), CLIENT), false)
  await send(REQUEST)
  assert.deepEqual([receiver.messages, clock.pending], [[], 0])
})
