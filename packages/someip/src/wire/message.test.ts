import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { decodeMessage, encodeMessage, encodeMessageInto } from './message.ts'

const HEX = '1234042100000012134300010100000000010203040506070809'
const MESSAGE = {
  serviceId: 0x1234,
  methodId: 0x0421,
  clientId: 0x1343,
  sessionId: 1,
  interfaceVersion: 0,
  messageType: 0,
  returnCode: 0,
  payload: fromHex('00010203040506070809'),
}

test('writes a message as it was captured', () => {
  assert.equal(toHex(encodeMessage(MESSAGE)), HEX)
})

test('writes into the buffer of a caller and returns where it ended', () => {
  const buffer = new Uint8Array(30).fill(0xee)
  assert.equal(encodeMessageInto(MESSAGE, buffer, 3), 29)
  assert.equal(toHex(buffer), `eeeeee${HEX}ee`)
})

test('refuses a buffer that is too small and leaves it alone', () => {
  const buffer = new Uint8Array(28)
  assert.throws(() => encodeMessageInto(MESSAGE, buffer, 3), {
    code: 'ENCODE',
    message: 'message: 26 byte(s) needed at offset 3, 25 available',
  })
  assert.ok(buffer.every((byte) => byte === 0))
})

test('shares the payload with the buffer it was decoded from', () => {
  const bytes = fromHex(HEX)
  const { payload } = decodeMessage(bytes)
  bytes[16] = 0xff
  assert.equal(payload[0], 0xff)
})

test('refuses bytes that do not end where the length field says', () => {
  assert.throws(() => decodeMessage(fromHex(`${HEX}00`)), {
    message: 'SOME/IP header: the length field is 18, 19 expected',
  })
  assert.throws(() => decodeMessage(fromHex(HEX.slice(2))), { code: 'DECODE' })
  for (let length = 0; length < HEX.length / 2; length++) {
    assert.throws(() => decodeMessage(fromHex(HEX).subarray(0, length)), { code: 'DECODE' })
  }
})
