import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { endpointAddress } from '../endpoint-address.ts'
import type { ByteStream } from '../network.ts'
import { StreamWriter, type StreamWriterOptions } from './stream-writer.ts'

const HERE = endpointAddress('10.0.0.1', 1)
const COOKIE = Uint8Array.of(0xcc)

/** A stream that takes as many writes as it is told. */
class Sluice implements ByteStream {
  readonly local = HERE
  readonly remote = HERE
  readonly writes: Uint8Array[] = []
  room = Number.POSITIVE_INFINITY
  queuedBytes = 0

  write(bytes: Uint8Array): boolean {
    this.writes.push(bytes)
    this.room--
    if (this.room < 0) this.queuedBytes += bytes.length
    return this.room >= 0
  }

  close(): void {}

  [Symbol.dispose](): void {}
}

function setUp(options: Partial<StreamWriterOptions> = {}) {
  const clock = new FakeClock()
  const stream = new Sluice()
  const stalls: number[] = []
  const writer = new StreamWriter({
    clock,
    stream,
    maxQueuedBytes: 1_000_000,
    stallMs: 1000,
    onStall: () => stalls.push(clock.monotonic()),
    cookie: () => undefined,
    ...options,
  })
  const open = (room = Number.POSITIVE_INFINITY) => {
    stream.room = room
    stream.queuedBytes = 0
    writer.drained()
  }
  return { clock, stream, writer, stalls, open }
}

test('messages of one task are one write, those of the next another', async () => {
  const { stream, writer } = setUp()
  for (let byte = 1; byte <= 3; byte++) writer.push(Uint8Array.of(byte))
  assert.equal(stream.writes.length, 0)
  await settle()
  writer.push(Uint8Array.of(4))
  await settle()
  assert.deepEqual(stream.writes.map(toHex), ['010203', '04'])
})

test('one message alone is not copied', async () => {
  const { stream, writer } = setUp()
  const message = Uint8Array.of(1, 2, 3)
  writer.push(message)
  await settle()
  assert.equal(stream.writes[0], message)
})

test('a slow peer is written no more than it takes, in pieces of at most 256 KiB', async () => {
  const { stream, writer, open } = setUp()
  stream.room = 0
  const large = Uint8Array.from({ length: 600_000 }, (_, index) => index % 251)
  const messages = [Uint8Array.of(1, 2), large, Uint8Array.of(3, 4)]
  for (const message of messages) assert.equal(writer.push(message), true)
  await settle()
  const lengths = () => stream.writes.map(({ length }) => length)
  assert.deepEqual(lengths(), [262_144])
  assert.equal(writer.queuedBytes, 600_004)
  open(0)
  assert.deepEqual(lengths(), [262_144, 262_144])
  open()
  assert.deepEqual(lengths(), [262_144, 262_144, 75_716])
  assert.ok(Buffer.concat(stream.writes).equals(Buffer.concat(messages)))
  assert.equal(writer.queuedBytes, 0)
})

test('refuses whole messages beyond the limit, what the system has not taken included', async () => {
  const { stream, writer } = setUp({ maxQueuedBytes: 100 })
  stream.room = 0
  assert.equal(writer.push(new Uint8Array(60)), true)
  await settle()
  assert.deepEqual(
    [60, 40, 1].map((length) => writer.push(new Uint8Array(length))),
    [false, true, false],
  )
})

test('tells when the peer took nothing for the time, but not when it took a little', async () => {
  const { clock, stream, writer, stalls, open } = setUp()
  stream.room = 0
  writer.push(new Uint8Array(600_000))
  await clock.advance(900)
  open(0)
  await clock.advance(900)
  assert.deepEqual(stalls, [])
  await clock.advance(100)
  assert.deepEqual(stalls, [1900])
  open()
  await clock.advance(5000)
  assert.deepEqual([stalls.length, clock.pending], [1, 0])
})

test('a cookie goes in front of a message, never inside one', async () => {
  const { clock, stream, writer, open } = setUp({ cookie: () => COOKIE })
  stream.room = 0
  writer.push(new Uint8Array(300_000).fill(1))
  await settle()
  await clock.advance(20_000)
  writer.push(Uint8Array.of(2))
  open(0)
  writer.push(Uint8Array.of(3))
  open()
  assert.deepEqual(
    stream.writes.map((bytes) => [bytes.length, toHex(bytes.subarray(0, 2))]),
    [
      [262_145, 'cc01'],
      [37_857, '0101'],
      [2, 'cc03'],
    ],
  )
})

test('forgets what waits when disposed of', async () => {
  const { clock, stream, writer } = setUp()
  stream.room = 0
  writer.push(Uint8Array.of(1))
  await settle()
  writer.push(Uint8Array.of(2))
  writer[Symbol.dispose]()
  writer[Symbol.dispose]()
  assert.equal(writer.push(Uint8Array.of(3)), false)
  writer.drained()
  await clock.advance(5000)
  assert.deepEqual([stream.writes.length, clock.pending], [1, 0])
})
