import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { decodeMessage, type Message } from '../wire/message.ts'
import { readApplicationMessages } from '../wire/testing/capture.ts'
import { segmentMessage } from './segment.ts'
import { decodeTpHeader } from './tp-header.ts'

const MESSAGE: Message = {
  serviceId: 0x1234,
  methodId: 0x0421,
  clientId: 0x1343,
  sessionId: 1,
  interfaceVersion: 1,
  messageType: 0,
  returnCode: 0,
  // The sender of the capture numbered its messages in the first four bytes.
  payload: new Uint8Array(5000).fill(0xaa).fill(0, 0, 4),
}

test('cuts a message of 5000 bytes into the segments that were captured', () => {
  const captured = readApplicationMessages('tp_udp').slice(0, 4)
  assert.deepEqual(
    segmentMessage(MESSAGE).map(toHex),
    captured.map((segment) => segment.hex),
  )
})

test('reads the TP headers of a capture as another decoder did', () => {
  for (const segment of readApplicationMessages('tp_udp')) {
    const { offset, more } = decodeTpHeader(decodeMessage(fromHex(segment.hex)).payload)
    assert.deepEqual({ offset, more: more ? 1 : 0 }, segment.tp)
  }
})

test('cuts 5880 bytes into four segments of 1392 bytes and one of 312, as in the example of the standard', () => {
  const segments = segmentMessage({ ...MESSAGE, payload: new Uint8Array(5880) }).map(decodeMessage)
  assert.deepEqual(
    segments.map(({ length, payload }) => [length, decodeTpHeader(payload).offset / 16, decodeTpHeader(payload).more]),
    [
      [1404, 0, true],
      [1404, 87, true],
      [1404, 174, true],
      [1404, 261, true],
      [324, 348, false],
    ],
  )
})

test('ends with a full segment where the payload is a multiple of the segment length', () => {
  const segments = segmentMessage({ ...MESSAGE, payload: new Uint8Array(64) }, 32).map(decodeMessage)
  assert.deepEqual(
    segments.map(({ payload }) => toHex(payload.subarray(0, 4))),
    ['00000001', '00000020'],
  )
})

test('ignores the reserved flags of a TP header [PRS_SOMEIP_00726]', () => {
  assert.deepEqual(decodeTpHeader(fromHex('0000057e')), { offset: 0x570, more: false })
  assert.deepEqual(decodeTpHeader(fromHex('ffffffff')), { offset: 0xfffffff0, more: true })
})

test('refuses a segment length that is not a positive multiple of 16', () => {
  for (const length of [0, -16, 1400, 8.5, Number.NaN]) {
    assert.throws(() => segmentMessage(MESSAGE, length), { code: 'ENCODE' })
  }
})
