import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import fc from 'fast-check'
import { decodeMessage, type Message } from '../wire/message.ts'
import { readApplicationMessages } from '../wire/testing/capture.ts'
import { type TpDrop, TpReassembler, type TpReassemblerOptions } from './reassembler.ts'
import { segmentMessage } from './segment.ts'
import { encodeTpHeader, TP_HEADER_LENGTH } from './tp-header.ts'

const HEADER = {
  serviceId: 0x1234,
  methodId: 0x0421,
  clientId: 0x1343,
  sessionId: 1,
  interfaceVersion: 1,
  messageType: 0x20,
  returnCode: 0,
}
const PEER = '10.77.0.2:37344'

function segment(offset: number, data: Uint8Array, more: boolean, header: Partial<typeof HEADER> = {}): Message {
  const payload = new Uint8Array(TP_HEADER_LENGTH + data.length)
  encodeTpHeader({ offset, more }, payload, 0)
  payload.set(data, TP_HEADER_LENGTH)
  return { ...HEADER, ...header, payload }
}

function filled(length: number, byte: number): Uint8Array {
  return new Uint8Array(length).fill(byte)
}

function setUp(options: Partial<TpReassemblerOptions> = {}) {
  const clock = new FakeClock()
  const drops: TpDrop[] = []
  const onDrop = (drop: TpDrop) => drops.push(drop)
  const reassembler = new TpReassembler({ clock, maxPayloadBytes: 10_000, onDrop, ...options })
  const reasons = () => drops.map((drop) => drop.reason)
  return { clock, drops, reasons, reassembler }
}

test('puts the captured segments together, each message when its last segment arrives', () => {
  const { reassembler, drops } = setUp()
  const captured = readApplicationMessages('tp_udp')
  const done = captured.map((one) => reassembler.accept(decodeMessage(fromHex(one.hex)), one.src))
  const messages = done.filter((message) => message !== undefined)
  assert.deepEqual(
    done.map((message) => message !== undefined),
    captured.map((one) => one.tp?.more === 0),
  )
  assert.deepEqual(
    messages.map(({ messageType, sessionId, payload }) => [messageType, sessionId, toHex(payload)]),
    [1, 2, 3].flatMap((session) => [
      [0x00, session, `0000000${session - 1}${'aa'.repeat(4996)}`],
      [0x80, session, `0000000${session - 1}${'aa'.repeat(4996)}`],
    ]),
  )
  assert.deepEqual([drops, reassembler.size, reassembler.bufferedBytes], [[], 0, 0])
})

test('takes a message of a single segment', () => {
  const { reassembler } = setUp()
  assert.deepEqual(reassembler.accept(segment(0, filled(5, 1), false), PEER), {
    ...HEADER,
    messageType: 0,
    payload: filled(5, 1),
  })
})

test('takes segments in descending order, and the return code of the one received last', () => {
  const { reassembler } = setUp()
  assert.equal(reassembler.accept(segment(32, filled(3, 3), false, { returnCode: 1 }), PEER), undefined)
  assert.equal(reassembler.accept(segment(16, filled(16, 2), true, { returnCode: 2 }), PEER), undefined)
  const message = reassembler.accept(segment(0, filled(16, 1), true, { returnCode: 0x20 }), PEER)
  assert.equal(message?.returnCode, 0x20)
  assert.equal(toHex(message?.payload ?? filled(0, 0)), '01'.repeat(16) + '02'.repeat(16) + '03'.repeat(3))
})

test('drops duplicates and keeps the bytes received first where segments overlap', () => {
  const { reassembler, reasons } = setUp()
  reassembler.accept(segment(16, filled(16, 1), true), PEER)
  reassembler.accept(segment(16, filled(16, 9), true), PEER)
  assert.deepEqual(reasons(), ['duplicate'])
  const message = reassembler.accept(segment(0, filled(40, 2), false), PEER)
  assert.equal(toHex(message?.payload ?? filled(0, 0)), '02'.repeat(16) + '01'.repeat(16) + '02'.repeat(8))
})

test('keeps messages apart by sender and by each part of the key', () => {
  const { reassembler } = setUp()
  const others: [string, Partial<typeof HEADER>][] = [
    ['10.77.0.2:37345', {}],
    [PEER, { serviceId: 0x1235 }],
    [PEER, { methodId: 0x0422 }],
    [PEER, { clientId: 0x1344 }],
    [PEER, { interfaceVersion: 2 }],
    [PEER, { messageType: 0x21 }],
  ]
  reassembler.accept(segment(0, filled(16, 1), true), PEER)
  for (const [peer, header] of others) {
    assert.equal(reassembler.accept(segment(16, filled(1, 2), false, header), peer), undefined)
  }
  assert.equal(reassembler.size, 1 + others.length)
  assert.ok(reassembler.accept(segment(16, filled(1, 2), false), PEER) !== undefined)
})

test('starts over when a new session begins [PRS_SOMEIP_00742]', () => {
  const { reassembler, drops } = setUp()
  reassembler.accept(segment(0, filled(16, 1), true), PEER)
  assert.equal(reassembler.accept(segment(16, filled(1, 2), false, { sessionId: 2 }), PEER), undefined)
  assert.partialDeepStrictEqual(drops, [{ reason: 'new-session', peer: PEER, bytes: 16, header: { sessionId: 1 } }])
  assert.ok(reassembler.accept(segment(0, filled(16, 1), true, { sessionId: 2 }), PEER) !== undefined)
})

test('gives a message up 5 seconds after its first segment', async () => {
  const { clock, reassembler, reasons } = setUp()
  reassembler.accept(segment(0, filled(16, 1), true), PEER)
  await clock.advance(3000)
  reassembler.accept(segment(16, filled(16, 1), true), PEER)
  reassembler.accept(segment(0, filled(16, 1), true, { clientId: 7 }), PEER)
  await clock.advance(1999)
  assert.deepEqual([reassembler.size, reasons()], [2, []])
  await clock.advance(1)
  assert.deepEqual([reassembler.size, reasons()], [1, ['timeout']])
  await clock.advance(3000)
  assert.deepEqual([reassembler.size, reassembler.bufferedBytes, clock.pending], [0, 0, 0])
})

const refused: [name: string, segment: Message, reason: TpDrop['reason']][] = [
  ['a segment without a TP header', { ...HEADER, payload: filled(3, 0) }, 'truncated-header'],
  ['an inner segment that is no multiple of 16', segment(0, filled(24, 0), true), 'segment-length'],
  ['an inner segment without data', segment(0, filled(0, 0), true), 'segment-length'],
  ['an inner segment above 1392 bytes', segment(0, filled(1408, 0), true), 'segment-length'],
  ['a segment beyond the largest payload', segment(9_984, filled(32, 0), true), 'too-long'],
  ['a segment at the largest offset', segment(0xfffffff0, filled(32, 0), true), 'too-long'],
]
for (const [name, bad, reason] of refused) {
  test(`drops ${name} and keeps nothing of it`, () => {
    const { clock, reassembler, reasons } = setUp()
    assert.equal(reassembler.accept(bad, PEER), undefined)
    assert.deepEqual([reasons(), reassembler.size, reassembler.bufferedBytes, clock.pending], [[reason], 0, 0, 0])
  })
}

test('drops a segment that contradicts where the message ends', () => {
  for (const [first, second] of [
    [segment(16, filled(4, 1), false), segment(16, filled(5, 1), false)],
    [segment(16, filled(4, 1), false), segment(16, filled(16, 1), true)],
    [segment(16, filled(16, 1), true), segment(16, filled(4, 1), false)],
  ] as const) {
    const { reassembler, reasons } = setUp()
    reassembler.accept(first, PEER)
    reassembler.accept(second, PEER)
    assert.deepEqual(reasons(), ['contradictory-end'])
  }
})

test('takes a payload of exactly the largest size', () => {
  const { reassembler } = setUp()
  reassembler.accept(segment(9_984, filled(16, 1), false), PEER)
  assert.equal(reassembler.bufferedBytes, 16 + 128)
  let message: Message | undefined
  for (let offset = 0; offset < 9_984; offset += 1248)
    message = reassembler.accept(segment(offset, filled(1248, 2), true), PEER)
  assert.equal(message?.payload.length, 10_000)
})

test('evicts the oldest message when there are too many', () => {
  const { reassembler, drops } = setUp({ maxReassemblies: 2 })
  for (const clientId of [1, 2, 3]) reassembler.accept(segment(0, filled(16, 1), true, { clientId }), PEER)
  assert.equal(reassembler.size, 2)
  assert.partialDeepStrictEqual(drops, [{ reason: 'evicted', header: { clientId: 1 } }])
})

test('evicts the oldest message when the unfinished ones need too much memory', () => {
  const { reassembler, drops } = setUp({ maxBufferedBytes: 3000 })
  for (const clientId of [1, 2]) reassembler.accept(segment(0, filled(1392, 1), true, { clientId }), PEER)
  assert.equal(drops.length, 1)
  assert.ok(reassembler.bufferedBytes <= 3000)
  assert.partialDeepStrictEqual(drops, [{ reason: 'evicted', header: { clientId: 1 } }])
})

test('counts tiny segments for what they cost', () => {
  const { reassembler, reasons } = setUp({ maxBufferedBytes: 10_000 })
  for (let offset = 0; offset < 9_600; offset += 32) reassembler.accept(segment(offset, filled(16, 1), true), PEER)
  assert.ok(reasons().includes('evicted'))
  assert.ok(reassembler.bufferedBytes <= 10_000)
})

test('forgets everything when it is disposed of, twice if need be', () => {
  const { clock, reassembler } = setUp()
  reassembler.accept(segment(0, filled(16, 1), true), PEER)
  reassembler[Symbol.dispose]()
  reassembler[Symbol.dispose]()
  assert.deepEqual([reassembler.size, reassembler.bufferedBytes, clock.pending], [0, 0, 0])
})

test('puts together what was cut, in any order and with any repetition', () => {
  const payload = fc.uint8Array({ minLength: 1, maxLength: 400 })
  const segmentBytes = fc.constantFrom(16, 32, 48, 1392)
  fc.assert(
    fc.property(payload, segmentBytes, fc.infiniteStream(fc.nat()), (sent, size, random) => {
      const { reassembler } = setUp()
      const segments = segmentMessage({ ...HEADER, messageType: 0, payload: sent }, size).map(decodeMessage)
      const waiting = [...segments]
      let message: Message | undefined
      while (waiting.length > 0) {
        const repeat = segments[(random.next().value ?? 0) % segments.length]
        if (repeat !== undefined && segments.length > 1 && !waiting.includes(repeat)) {
          assert.equal(reassembler.accept(repeat, PEER), undefined)
        }
        const [next] = waiting.splice((random.next().value ?? 0) % waiting.length, 1)
        if (next !== undefined) message = reassembler.accept(next, PEER)
        assert.equal(message !== undefined, waiting.length === 0)
      }
      assert.deepEqual(message, { ...HEADER, messageType: 0, payload: sent })
      assert.deepEqual([reassembler.size, reassembler.bufferedBytes], [0, 0])
    }),
  )
})

test('agrees with a byte array that is written only where it was not yet', () => {
  const units = 12
  const piece = fc.record({
    from: fc.integer({ min: 0, max: units - 1 }),
    length: fc.integer({ min: 1, max: units }),
    byte: fc.integer({ min: 1, max: 255 }),
  })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { reassembler } = setUp()
      const model = new Uint8Array(units * 16)
      let message: Message | undefined
      for (const { from, length, byte } of pieces) {
        const to = Math.min(units, from + length)
        const data = filled((to - from) * 16, byte)
        message = reassembler.accept(segment(from * 16, data, to < units), PEER)
        for (let at = from * 16; at < to * 16; at++) if (model[at] === 0) model[at] = byte
        const whole = model.every((value) => value !== 0)
        assert.equal(message !== undefined, whole)
        if (whole) break
      }
      if (message !== undefined) assert.equal(toHex(message.payload), toHex(model))
    }),
    { numRuns: 500 },
  )
})
