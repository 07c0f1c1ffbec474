import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { DoipHeaderError } from './header.ts'
import { type DoipMessage, decodeDatagram, encodeDoip, encodeDoipParts } from './message.ts'

const toBytes = (hex: string) => new Uint8Array(fromHex(hex))

// Messages of the test suites of doipclient and scapy.
const rows: readonly (readonly [DoipMessage, string])[] = [
  [{ type: 'headerNegativeAcknowledge', code: 4 }, '02fd 0000 00000001 04'],
  [{ type: 'vehicleIdentificationRequest' }, '02fd 0001 00000000'],
  [{ type: 'vehicleIdentificationRequestWithEid', eid: '313131313131' }, '02fd 0002 00000006 313131313131'],
  [{ type: 'vehicleIdentificationRequestWithVin', vin: '1'.repeat(17) }, `02fd 0003 00000011 ${'31'.repeat(17)}`],
  [
    {
      type: 'vehicleAnnouncement',
      vin: '1'.repeat(17),
      logicalAddress: 0x1234,
      eid: '313131313131',
      gid: '323232323232',
      furtherAction: 0,
      syncStatus: 0,
    },
    `02fd 0004 00000021 ${'31'.repeat(17)} 1234 313131313131 323232323232 00 00`,
  ],
  [{ type: 'routingActivationRequest', source: 0x0e00, activationType: 0 }, '02fd 0005 00000007 0e00 00 00000000'],
  [
    { type: 'routingActivationRequest', source: 0x0e00, activationType: 0, oem: toBytes('01020304') },
    '02fd 0005 0000000b 0e00 00 00000000 01020304',
  ],
  [
    { type: 'routingActivationResponse', tester: 0x0e00, entity: 1, code: 0x10 },
    '02fd 0006 00000009 0e00 0001 10 00000000',
  ],
  [
    { type: 'routingActivationResponse', tester: 0x0e00, entity: 1, code: 0x10, oem: toBytes('04030201') },
    '02fd 0006 0000000d 0e00 0001 10 00000000 04030201',
  ],
  [{ type: 'aliveCheckRequest' }, '02fd 0007 00000000'],
  [{ type: 'aliveCheckResponse', source: 0x0e00 }, '02fd 0008 00000002 0e00'],
  [{ type: 'entityStatusRequest' }, '02fd 4001 00000000'],
  [{ type: 'entityStatusResponse', nodeType: 1, maxSockets: 16, openSockets: 1 }, '02fd 4002 00000003 01 10 01'],
  [
    { type: 'entityStatusResponse', nodeType: 1, maxSockets: 16, openSockets: 1, maxDataSize: 4096 },
    '02fd 4002 00000007 01 10 01 00001000',
  ],
  [{ type: 'powerModeRequest' }, '02fd 4003 00000000'],
  [{ type: 'powerModeResponse', powerMode: 1 }, '02fd 4004 00000001 01'],
  [
    { type: 'diagnosticMessage', source: 0x0e00, target: 0x1234, data: toBytes('000102') },
    '02fd 8001 00000007 0e00 1234 000102',
  ],
  [
    { type: 'diagnosticAcknowledge', source: 0x4b, target: 0x0e00, code: 0, previous: toBytes('22fd31') },
    '02fd 8002 00000008 004b 0e00 00 22fd31',
  ],
  [
    { type: 'diagnosticNegativeAcknowledge', source: 1, target: 0x0e00, code: 5, previous: toBytes('') },
    '02fd 8003 00000005 0001 0e00 05',
  ],
]

for (const [message, hex] of rows) {
  test(`encodes and decodes ${hex.replaceAll(' ', '').slice(0, 40)} ${message.type}`, () => {
    const bytes = toBytes(hex)
    assert.equal(toHex(encodeDoip(message)), toHex(bytes))
    assert.deepEqual(decodeDatagram(bytes), { version: 2, message })
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeDatagram(bytes.subarray(0, length)), DoipHeaderError, `cut to ${length} byte(s)`)
    }
    assert.throws(() => decodeDatagram(Uint8Array.of(...bytes, 0)), DoipHeaderError, 'with a byte too many')
  })
}

test('writes the version it is asked to', () => {
  assert.equal(toHex(encodeDoip({ type: 'vehicleIdentificationRequest' }, 0xff)), 'ff00000100000000')
  assert.equal(toHex(encodeDoip({ type: 'aliveCheckRequest' }, 0x03)), '03fc000700000000')
  assert.equal(decodeDatagram(fromHex('04fb000100000000')).version, 4)
})

test('passes payload types of vehicle makers through', () => {
  const { message } = decodeDatagram(fromHex('02fd f010 00000002 0006'))
  assert.deepEqual(message, { type: 'unknown', payloadType: 0xf010, payload: toBytes('0006') })
})

test('reads a VIN that is not set as the empty text', () => {
  for (const filler of ['00', 'ff']) {
    const { message } = decodeDatagram(fromHex(`02fd 0003 00000011 ${filler.repeat(17)}`))
    assert.deepEqual(message, { type: 'vehicleIdentificationRequestWithVin', vin: '' })
  }
})

for (const [hex, nackCode, problem] of [
  ['02fc 0001 00000000', 0, /version 0x2 needs the inverse 0xfd, got 0xfc/],
  ['09f6 0001 00000000', 0, /unknown version 0x9/],
  ['02fd 0005 00000003 0e0000', 4, /routingActivationRequest: 4 byte\(s\) needed at offset 3, 0 available/],
  ['02fd 0007 00000001 00', 4, /aliveCheckRequest: 1 byte\(s\) too many/],
  ['02fd 8001 ffffffff 0e00', 4, /a payload of 4294967295 byte\(s\) announced, 2 available/],
] as const) {
  test(`refuses ${hex} with header NACK 0x0${nackCode}`, () => {
    assert.throws(
      () => decodeDatagram(fromHex(hex)),
      (error) => error instanceof DoipHeaderError && error.nackCode === nackCode && problem.test(error.message),
    )
  })
}

test('a message in parts has the same bytes, and the data of a diagnostic message are not copied', () => {
  const data = fromHex('3601aabb')
  const parts = encodeDoipParts({ type: 'diagnosticMessage', source: 0x0e80, target: 0x1001, data }, 2)
  assert.equal(parts.map(toHex).join(' '), '02fd8001000000080e801001 3601aabb')
  assert.equal(parts[1], data)
  assert.deepEqual(encodeDoipParts({ type: 'aliveCheckRequest' }, 2).map(toHex), ['02fd000700000000'])
})
