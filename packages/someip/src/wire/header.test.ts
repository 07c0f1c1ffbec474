import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DecodeError, fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { EncodeError } from './encode-error.ts'
import { decodeHeader, encodeHeader, HEADER_LENGTH, type HeaderFields } from './header.ts'
import { viewOf } from './message.ts'
import { isSegment, isValidMessageType, MESSAGE_TYPE } from './message-type.ts'
import { isValidReturnCode } from './return-code.ts'
import { readCapturedMessages } from './testing/capture.ts'

const TYPE_NAMES: Record<string, number> = {
  ...MESSAGE_TYPE,
  'REQUEST+TP': 0x20,
  'RESPONSE+TP': 0xa0,
}
const CAPTURES = ['udp_reqres', 'tcp_reqres', 'udp_notify', 'tcp_notify', 'mc_notify', 'magic_cookies', 'tp_udp']

for (const name of CAPTURES) {
  test(`reads and writes the headers of capture ${name}`, () => {
    for (const captured of readCapturedMessages(name)) {
      const bytes = fromHex(captured.hex)
      const header = decodeHeader(viewOf(bytes))
      assert.deepEqual(
        { ...header },
        {
          serviceId: Number.parseInt(captured.service, 16),
          methodId: Number.parseInt(captured.method, 16),
          length: captured.length,
          clientId: Number.parseInt(captured.client, 16),
          sessionId: Number.parseInt(captured.session, 16),
          protocolVersion: captured.protocol_version,
          interfaceVersion: captured.interface_version,
          messageType: TYPE_NAMES[captured.message_type],
          returnCode: captured.return_code,
        },
      )
      const written = new Uint8Array(HEADER_LENGTH)
      encodeHeader(header, bytes.length - HEADER_LENGTH, written, 0)
      assert.equal(toHex(written), captured.hex.slice(0, 2 * HEADER_LENGTH))
    }
  })
}

test('reads a header in the middle of a buffer', () => {
  const bytes = fromHex('ffffff 1234 0421 00000012 1343 0001 01 02 80 0a ffff')
  const { serviceId, methodId, interfaceVersion, returnCode } = decodeHeader(viewOf(bytes), 3)
  assert.deepEqual([serviceId, methodId, interfaceVersion, returnCode], [0x1234, 0x0421, 2, 0x0a])
})

test('refuses every truncation of a header and says what was needed and available', () => {
  const bytes = fromHex('1234 0421 00000012 1343 0001 01 00 80 00')
  for (let length = 0; length < HEADER_LENGTH; length++) {
    assert.throws(
      () => decodeHeader(viewOf(bytes.subarray(0, length))),
      (error) =>
        error instanceof DecodeError &&
        error.message === `SOME/IP header: 16 byte(s) needed at offset 0, ${length} available`,
    )
  }
})

const valid: HeaderFields = {
  serviceId: 1,
  methodId: 2,
  clientId: 3,
  sessionId: 4,
  interfaceVersion: 5,
  messageType: 0,
  returnCode: 0,
}
for (const [field, limit] of [
  ['serviceId', 0x10000],
  ['methodId', 0x10000],
  ['clientId', 0x10000],
  ['sessionId', 0x10000],
  ['interfaceVersion', 0x100],
  ['messageType', 0x100],
  ['returnCode', 0x100],
] as const) {
  test(`refuses to write a ${field} that does not fit`, () => {
    for (const value of [limit, -1, 0.5, Number.NaN]) {
      assert.throws(
        () => encodeHeader({ ...valid, [field]: value }, 0, new Uint8Array(HEADER_LENGTH), 0),
        (error) => error instanceof EncodeError && error.path === field && error.code === 'ENCODE',
      )
    }
  })
}

test('accepts exactly the message types of the standard, with the TP flag where segments exist', () => {
  const accepted = Array.from({ length: 256 }, (_, type) => type).filter(isValidMessageType)
  assert.deepEqual(
    accepted,
    [0x00, 0x01, 0x02, 0x20, 0x21, 0x22, 0x40, 0x41, 0x42, 0x80, 0x81, 0xa0, 0xa1, 0xc0, 0xc1, 0xff],
  )
  assert.deepEqual(accepted.filter(isSegment), [0x20, 0x21, 0x22, 0xa0, 0xa1])
})

test('accepts the return codes 0x00 to 0x0a and 0x20 to 0x5e', () => {
  const accepted = Array.from({ length: 256 }, (_, code) => code).filter(isValidReturnCode)
  assert.equal(accepted.length, 11 + 63)
  assert.deepEqual([accepted[10], accepted[11], accepted.at(-1)], [0x0a, 0x20, 0x5e])
})

test('reads back every header it writes', () => {
  const u16 = fc.integer({ min: 0, max: 0xffff })
  const u8 = fc.integer({ min: 0, max: 0xff })
  const fields = fc.record({
    serviceId: u16,
    methodId: u16,
    clientId: u16,
    sessionId: u16,
    interfaceVersion: u8,
    messageType: u8,
    returnCode: u8,
  })
  fc.assert(
    fc.property(fields, fc.integer({ min: 0, max: 0xffffffff - 8 }), (header, payloadLength) => {
      const bytes = new Uint8Array(HEADER_LENGTH)
      encodeHeader(header, payloadLength, bytes, 0)
      assert.deepEqual({ ...decodeHeader(viewOf(bytes)) }, { ...header, length: payloadLength + 8, protocolVersion: 1 })
    }),
  )
})
