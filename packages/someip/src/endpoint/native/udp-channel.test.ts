import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { endpointAddress } from '../endpoint-address.ts'
import type { EndpointError } from '../errors.ts'
import type { Datagram } from '../network.ts'
import { openUdpSocket } from '../udp/socket.ts'
import type { Libc } from './libc.ts'
import { nativeChannels } from './udp-channel.ts'

/** A system that answers calls by a script and takes everything once the script has ended. */
class ScriptedSystem {
  /** What sendmmsg returns, or the name of its failure, call by call. */
  readonly sends: (number | string)[] = []
  readonly receives: (number | string)[] = []
  readonly calls: string[] = []
  #errorName = ''
  #wake = () => {}

  readonly libc: Libc = {
    socket: () => 7,
    bind: () => 0,
    getsockname: (_fd, address) => {
      address.set([2, 0, 0x77, 0x2d, 10, 0, 0, 1])
      return 0
    },
    setsockopt: () => 0,
    getsockopt: () => 0,
    recvmmsg: (_fd, _vector, messages) => this.#answer('receive', this.receives.shift() ?? 'EAGAIN', messages),
    sendmmsg: (_fd, _vector, messages) => this.#answer('send', this.sends.shift() ?? messages, messages),
    close: () => this.#answer('close', 0, 1),
    if_nametoindex: () => 0,
    if_indextoname: () => null,
    errorName: () => this.#errorName,
    addressOf: () => 0n,
    poll: (_fd, wake) => {
      this.#wake = wake
      return {
        start: ({ writable }) => this.calls.push(writable ? 'await room' : 'await datagrams'),
        close: () => this.calls.push('close poll'),
      }
    },
  }

  /** The event loop finds the socket ready. */
  async wake(): Promise<void> {
    this.#wake()
    this.#wake()
    await settle()
  }

  #answer(call: string, answer: number | string, messages: number): number {
    this.calls.push(`${call} ${messages}`)
    if (typeof answer === 'number') return answer
    this.#errorName = answer
    return -1
  }
}

const TO = endpointAddress('10.0.0.2', 30509)

async function setUp() {
  const system = new ScriptedSystem()
  const failures: EndpointError[] = []
  const batches: number[] = []
  const handler = {
    datagrams: (batch: readonly Datagram[]) => batches.push(batch.length),
    failed: (error: EndpointError) => failures.push(error),
  }
  const socket = await openUdpSocket(nativeChannels(system.libc), { address: '10.0.0.1', port: 0 }, handler)
  const send = async (count: number) => {
    for (let index = 0; index < count; index++) socket.send(Uint8Array.of(index), TO)
    await settle()
  }
  return { system, socket, failures, batches, send }
}

test('the local address is the one the system chose', async () => {
  const { socket } = await setUp()
  assert.equal(socket.local.key, '10.0.0.1:30509')
})

test('datagrams of one task travel in batches', async () => {
  const { system, send, socket } = await setUp()
  await send(150)
  assert.deepEqual(system.calls, ['send 64', 'send 64', 'send 22'])
  assert.equal(socket.statistics.sentDatagrams, 150)
})

test('what the system does not take waits until there is room, and nothing is sent twice', async () => {
  const { system, send, socket } = await setUp()
  system.sends.push(3, 'EAGAIN')
  await send(10)
  await send(1)
  assert.deepEqual(system.calls.splice(0), ['send 10', 'send 7', 'await room'])
  assert.deepEqual([socket.statistics.sentDatagrams, socket.statistics.queuedBytes], [3, 8])
  await system.wake()
  assert.deepEqual(system.calls, ['await datagrams', 'send 8', 'receive 64'])
  assert.deepEqual([socket.statistics.sentDatagrams, socket.statistics.queuedBytes], [11, 0])
})

test('a datagram that the system refuses is given up, the others are sent', async () => {
  const { system, send, socket, failures } = await setUp()
  system.sends.push('EINTR', 2, 'EMSGSIZE', 'ENETUNREACH')
  await send(6)
  assert.deepEqual(system.calls, ['send 6', 'send 6', 'send 4', 'send 3', 'send 2'])
  assert.deepEqual(
    failures.map(({ code }) => code),
    ['ENDPOINT_TOO_LARGE', 'ENDPOINT_UNREACHABLE'],
  )
  const { sentDatagrams, failedDatagrams, queuedBytes } = socket.statistics
  assert.deepEqual([sentDatagrams, failedDatagrams, queuedBytes], [4, 2, 0])
})

test('whoever is told of a failure may close the socket, and then nothing touches its descriptor', async () => {
  const system = new ScriptedSystem()
  system.sends.push('EMSGSIZE')
  const socket = await openUdpSocket(
    nativeChannels(system.libc),
    { address: '10.0.0.1', port: 0 },
    { datagrams: () => {}, failed: () => void socket[Symbol.asyncDispose]() },
  )
  for (let index = 0; index < 3; index++) socket.send(Uint8Array.of(index), TO)
  await settle()
  assert.deepEqual(system.calls, ['send 3', 'send 2', 'close poll', 'close 1'])
})

test('a flood takes a bounded part of each turn of the event loop', async () => {
  const { system, batches } = await setUp()
  system.receives.push(64, 64, 64, 64, 64, 10)
  await system.wake()
  assert.deepEqual(batches, [64, 64, 64, 64])
  await system.wake()
  assert.deepEqual(batches.slice(4), [64, 10])
})

test('a failure of receiving is reported, and nothing of it when there was only nothing to receive', async () => {
  const { system, failures } = await setUp()
  system.receives.push('EAGAIN', 'EINTR', 'ENETDOWN')
  for (let turn = 0; turn < 3; turn++) await system.wake()
  assert.deepEqual(
    failures.map(({ code }) => code),
    ['ENDPOINT_UNREACHABLE'],
  )
})

test('closing sends what the system takes, drops the rest and frees the descriptor once', async () => {
  const { system, socket } = await setUp()
  system.sends.push(1, 'EAGAIN')
  for (let index = 0; index < 3; index++) socket.send(Uint8Array.of(index), TO)
  await Promise.all([socket[Symbol.asyncDispose](), socket[Symbol.asyncDispose]()])
  await system.wake()
  assert.deepEqual(system.calls, ['send 3', 'send 2', 'await room', 'close poll', 'close 1'])
  const { sentDatagrams, droppedDatagrams, queuedBytes } = socket.statistics
  assert.deepEqual([sentDatagrams, droppedDatagrams, queuedBytes], [1, 2, 0])
})
