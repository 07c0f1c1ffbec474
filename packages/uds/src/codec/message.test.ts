import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DecodeError, fromHex, toHex } from '@opensovd/base/bytes'
import { memoryRange } from './memory-range.ts'
import {
  decodeRequest,
  decodeResponse,
  encodeNegativeResponse,
  encodeRequest,
  encodeResponse,
  isAnswerTo,
} from './message.ts'
import type { RequestOf, ResponseOf, ServiceName } from './services.ts'

type RequestRow = { [N in ServiceName]: readonly [N, RequestOf<N>, string] }[ServiceName]
type ResponseRow = { [N in ServiceName]: readonly [N, ResponseOf<N>, string] }[ServiceName]

const vin = '57304c303030303433 4d42353431333236'
const algorithm = '06000000000000000000 0a 00000000 00'
const toBytes = (hex: string) => new Uint8Array(fromHex(hex))
const empty = toBytes('')

// Message flow examples of ISO 14229-1:2020; where it has none, the messages of the udsoncan and scapy test suites.
const requests: readonly RequestRow[] = [
  ['diagnosticSessionControl', { session: 0x02 }, '10 02'],
  ['ecuReset', { resetType: 0x01 }, '11 01'],
  ['securityAccess', { securityAccessType: 0x01, data: empty }, '27 01'],
  ['securityAccess', { securityAccessType: 0x02, data: toBytes('c9a9') }, '27 02 c9a9'],
  ['communicationControl', { controlType: 0x01, communicationType: 0x02 }, '28 01 02'],
  ['communicationControl', { controlType: 0x04, communicationType: 0x01, nodeId: 0x000a }, '28 04 01 000a'],
  ['authentication', { task: 0x00 }, '29 00'],
  [
    'authentication',
    { task: 0x01, communicationConfiguration: 1, certificateClient: toBytes('ff'), challengeClient: toBytes('ff') },
    '29 01 01 0001ff 0001ff',
  ],
  [
    'authentication',
    { task: 0x03, proofOfOwnershipClient: toBytes('ff'), ephemeralPublicKeyClient: toBytes('fffe') },
    '29 03 0001ff 0002fffe',
  ],
  [
    'authentication',
    { task: 0x04, certificateEvaluationId: 3, certificateData: toBytes('ff0002fffe') },
    '29 04 0003 0005ff0002fffe',
  ],
  [
    'authentication',
    { task: 0x05, communicationConfiguration: 0, algorithmIndicator: toBytes(algorithm) },
    `29 05 00 ${algorithm}`,
  ],
  [
    'authentication',
    {
      task: 0x07,
      algorithmIndicator: toBytes(algorithm),
      proofOfOwnershipClient: toBytes('7f21'),
      challengeClient: toBytes('aa44'),
      additionalParameter: toBytes('3139343830353134'),
    },
    `29 07 ${algorithm} 00027f21 0002aa44 00083139343830353134`,
  ],
  ['authentication', { task: 0x08 }, '29 08'],
  ['testerPresent', { zeroSubFunction: 0 }, '3e 00'],
  ['accessTimingParameter', { accessType: 0x04, timingParameters: toBytes('636f66666565') }, '83 04 636f66666565'],
  [
    'securedDataTransmission',
    {
      administrativeParameter: 0x8000,
      signatureCalculation: 1,
      signatureLength: 0x1234,
      antiReplayCounter: 0x1337,
      internalServiceId: 1,
      data: toBytes('636f66666565'),
    },
    '84 8000 01 1234 1337 01 636f66666565',
  ],
  ['controlDtcSetting', { settingType: 0x01, controlOption: empty }, '85 01'],
  ['controlDtcSetting', { settingType: 0x02, controlOption: toBytes('f1f2') }, '85 02 f1f2'],
  ['responseOnEvent', { eventType: 0, eventWindowTime: 0x10, record: toBytes('636f66') }, '86 00 10 636f66'],
  ['linkControl', { linkControlType: 0x01, linkControlModeId: 0x05 }, '87 01 05'],
  ['linkControl', { linkControlType: 0x02, linkSpeedBitsPerSecond: 150_000 }, '87 02 0249f0'],
  ['linkControl', { linkControlType: 0x03 }, '87 03'],
  ['clearDiagnosticInformation', { groupOfDtc: 0xffff33 }, '14 ffff33'],
  ['clearDiagnosticInformation', { groupOfDtc: 0xffffff, memorySelection: 0x18 }, '14 ffffff 18'],
  ['readDtcInformation', { reportType: 0x01, statusMask: 0x08 }, '19 01 08'],
  ['readDtcInformation', { reportType: 0x02, statusMask: 0x84 }, '19 02 84'],
  ['readDtcInformation', { reportType: 0x03 }, '19 03'],
  ['readDtcInformation', { reportType: 0x04, dtc: 0x123456, recordNumber: 2 }, '19 04 123456 02'],
  ['readDtcInformation', { reportType: 0x05, recordNumber: 2 }, '19 05 02'],
  ['readDtcInformation', { reportType: 0x06, dtc: 0x123456, recordNumber: 0xff }, '19 06 123456 ff'],
  ['readDtcInformation', { reportType: 0x07, severityMask: 0xc0, statusMask: 1 }, '19 07 c0 01'],
  ['readDtcInformation', { reportType: 0x09, dtc: 0x080511 }, '19 09 080511'],
  ['readDtcInformation', { reportType: 0x0a }, '19 0a'],
  ['readDtcInformation', { reportType: 0x16, recordNumber: 5 }, '19 16 05'],
  ['readDtcInformation', { reportType: 0x17, statusMask: 0x84, memorySelection: 0x18 }, '19 17 84 18'],
  [
    'readDtcInformation',
    { reportType: 0x18, dtc: 0x123456, recordNumber: 6, memorySelection: 0x18 },
    '19 18 123456 06 18',
  ],
  ['readDtcInformation', { reportType: 0x1a, recordNumber: 0x91 }, '19 1a 91'],
  [
    'readDtcInformation',
    { reportType: 0x42, functionalGroupId: 0x33, statusMask: 0x08, severityMask: 0xff },
    '19 42 33 08 ff',
  ],
  ['readDtcInformation', { reportType: 0x55, functionalGroupId: 0x33 }, '19 55 33'],
  ['readDtcInformation', { reportType: 0x56, functionalGroupId: 0x33, readinessGroupId: 1 }, '19 56 33 01'],
  ['readDataByIdentifier', { dids: [0xf190] }, '22 f190'],
  ['readDataByIdentifier', { dids: [0x010a, 0x0110] }, '22 010a 0110'],
  ['readMemoryByAddress', { memory: memoryRange(0x20481392, 0x0103, 0x24) }, '23 24 20481392 0103'],
  ['readMemoryByAddress', { memory: memoryRange(0x4813, 0x05, 0x12) }, '23 12 4813 05'],
  ['readScalingDataByIdentifier', { did: 0x1234 }, '24 1234'],
  ['readDataByPeriodicIdentifier', { transmissionMode: 2, periodicDids: [0xe3, 0x24] }, '2a 02 e3 24'],
  [
    'dynamicallyDefineDataIdentifier',
    {
      definition: 0x01,
      did: 0xf301,
      sources: [
        { did: 0x1234, position: 1, size: 2 },
        { did: 0x5678, position: 1, size: 1 },
        { did: 0x9abc, position: 1, size: 4 },
      ],
    },
    '2c 01 f301 1234 01 02 5678 01 01 9abc 01 04',
  ],
  [
    'dynamicallyDefineDataIdentifier',
    {
      definition: 0x02,
      did: 0xf302,
      memory: [memoryRange(0x21091969, 1, 0x14), memoryRange(0x2109196b, 2, 0x14), memoryRange(0x13101995, 1, 0x14)],
    },
    '2c 02 f302 14 21091969 01 2109196b 02 13101995 01',
  ],
  ['dynamicallyDefineDataIdentifier', { definition: 0x03, did: 0xf303 }, '2c 03 f303'],
  ['dynamicallyDefineDataIdentifier', { definition: 0x03 }, '2c 03'],
  ['writeDataByIdentifier', { did: 0xf190, data: toBytes(vin) }, `2e f190 ${vin}`],
  ['inputOutputControlByIdentifier', { did: 0x9b00, controlParameter: 3, state: toBytes('3c') }, '2f 9b00 03 3c'],
  ['inputOutputControlByIdentifier', { did: 0x9b00, controlParameter: 0, state: empty }, '2f 9b00 00'],
  ['routineControl', { routineControlType: 0x01, routineId: 0x1234, data: empty }, '31 01 1234'],
  ['requestDownload', { dataFormat: 0x11, memory: memoryRange(0x602000, 0x00ffff, 0x33) }, '34 11 33 602000 00ffff'],
  ['requestUpload', { dataFormat: 0xaa, memory: memoryRange(0x0202, 0x0303, 0x22) }, '35 aa 22 0202 0303'],
  ['transferData', { blockSequenceCounter: 0xaa, data: toBytes('7061') }, '36 aa 7061'],
  ['requestTransferExit', { data: toBytes('7061') }, '37 7061'],
  [
    'requestFileTransfer',
    {
      mode: 0x01,
      path: 'D:\\mapdata\\europe\\germany1.yxz',
      dataFormat: 0x11,
      fileSize: { uncompressed: 0xc350, compressed: 0x7530, lengthBytes: 2 },
    },
    '38 01 001e 443a5c6d6170646174615c6575726f70655c6765726d616e79312e79787a 11 02 c350 7530',
  ],
  ['requestFileTransfer', { mode: 0x02, path: 'my_file.txt' }, '38 02 000b 6d795f66696c652e747874'],
  [
    'requestFileTransfer',
    { mode: 0x04, path: 'my_file.txt', dataFormat: 0x52 },
    '38 04 000b 6d795f66696c652e747874 52',
  ],
  [
    'writeMemoryByAddress',
    { memory: memoryRange(0x204813, 3, 0x13), data: toBytes('00018c') },
    '3d 13 204813 03 00018c',
  ],
]

const responses: readonly ResponseRow[] = [
  ['diagnosticSessionControl', { session: 1, timing: { p2Ms: 25, p2StarMs: 5000 } }, '50 01 0019 01f4'],
  ['diagnosticSessionControl', { session: 2 }, '50 02'],
  ['ecuReset', { resetType: 0x01 }, '51 01'],
  ['ecuReset', { resetType: 0x04, powerDownTimeSeconds: 0x10 }, '51 04 10'],
  ['securityAccess', { securityAccessType: 0x01, seed: toBytes('3657') }, '67 01 3657'],
  ['securityAccess', { securityAccessType: 0x02, seed: empty }, '67 02'],
  ['communicationControl', { controlType: 0x04 }, '68 04'],
  ['authentication', { task: 0x00, returnValue: 0x10 }, '69 00 10'],
  [
    'authentication',
    { task: 0x01, returnValue: 0x11, challengeServer: toBytes('aa44'), ephemeralPublicKeyServer: empty },
    '69 01 11 0002aa44 0000',
  ],
  [
    'authentication',
    {
      task: 0x02,
      returnValue: 0x13,
      challengeServer: toBytes('eeff'),
      certificateServer: toBytes('00'),
      proofOfOwnershipServer: new TextEncoder().encode('my precious'),
      ephemeralPublicKeyServer: toBytes('1234'),
    },
    '69 02 13 0002eeff 000100 000b6d79207072656369 6f7573 00021234',
  ],
  ['authentication', { task: 0x03, returnValue: 0x12, sessionKeyInfo: empty }, '69 03 12 0000'],
  ['authentication', { task: 0x04, returnValue: 0x13 }, '69 04 13'],
  [
    'authentication',
    {
      task: 0x05,
      returnValue: 0,
      algorithmIndicator: toBytes(algorithm),
      challengeServer: toBytes('aa44'),
      neededAdditionalParameter: empty,
    },
    `69 05 00 ${algorithm} 0002aa44 0000`,
  ],
  [
    'authentication',
    { task: 0x06, returnValue: 0x12, algorithmIndicator: toBytes(algorithm), sessionKeyInfo: empty },
    `69 06 12 ${algorithm} 0000`,
  ],
  [
    'authentication',
    {
      task: 0x07,
      returnValue: 0x12,
      algorithmIndicator: toBytes(algorithm),
      proofOfOwnershipServer: toBytes('3239313131393437'),
      sessionKeyInfo: toBytes('45544144'),
    },
    `69 07 12 ${algorithm} 00083239313131393437 000445544144`,
  ],
  ['authentication', { task: 0x08, returnValue: 0x02 }, '69 08 02'],
  ['testerPresent', { zeroSubFunction: 0 }, '7e 00'],
  ['accessTimingParameter', { accessType: 0x03, timingParameters: toBytes('636f66') }, 'c3 03 636f66'],
  [
    'securedDataTransmission',
    {
      administrativeParameter: 0x0400,
      signatureCalculation: 1,
      signatureLength: 0x1234,
      antiReplayCounter: 0x1337,
      internalServiceId: 1,
      data: toBytes('636f66'),
    },
    'c4 0400 01 1234 1337 01 636f66',
  ],
  ['controlDtcSetting', { settingType: 0x02 }, 'c5 02'],
  [
    'responseOnEvent',
    { eventType: 0, numberOfEvents: 1, eventWindowTime: 0x10, record: toBytes('636f66') },
    'c6 00 01 10 636f66',
  ],
  ['linkControl', { linkControlType: 0x01 }, 'c7 01'],
  ['clearDiagnosticInformation', {}, '54'],
  [
    'readDtcInformation',
    { reportType: 0x01, statusAvailabilityMask: 0x2f, dtcFormat: 0x01, count: 1 },
    '59 01 2f 01 0001',
  ],
  [
    'readDtcInformation',
    {
      reportType: 0x02,
      statusAvailabilityMask: 0x7f,
      dtcs: [
        { dtc: 0x0a9b17, status: 0x24 },
        { dtc: 0x080511, status: 0x2f },
      ],
    },
    '59 02 7f 0a9b17 24 080511 2f',
  ],
  ['readDtcInformation', { reportType: 0x02, statusAvailabilityMask: 0x7f, dtcs: [] }, '59 02 7f'],
  [
    'readDtcInformation',
    {
      reportType: 0x03,
      snapshots: [
        { dtc: 0x123456, recordNumber: 1 },
        { dtc: 0x123457, recordNumber: 2 },
        { dtc: 0x789abc, recordNumber: 1 },
      ],
    },
    '59 03 123456 01 123457 02 789abc 01',
  ],
  [
    'readDtcInformation',
    { reportType: 0x04, dtc: 0x123456, status: 0x24, records: toBytes('02 01 4711 a666075020') },
    '59 04 123456 24 02 01 4711 a666075020',
  ],
  [
    'readDtcInformation',
    { reportType: 0x05, recordNumber: 2, records: toBytes('123456 24 01 4711 a666075020') },
    '59 05 02 123456 24 01 4711 a666075020',
  ],
  [
    'readDtcInformation',
    { reportType: 0x06, dtc: 0x123456, status: 0x24, records: toBytes('05 17 10 79') },
    '59 06 123456 24 05 17 10 79',
  ],
  [
    'readDtcInformation',
    { reportType: 0x07, statusAvailabilityMask: 0x09, dtcFormat: 1, count: 1 },
    '59 07 09 01 0001',
  ],
  [
    'readDtcInformation',
    {
      reportType: 0x08,
      statusAvailabilityMask: 0x7f,
      dtcs: [{ severity: 0x40, functionalUnit: 0x10, dtc: 0x080511, status: 0x2f }],
    },
    '59 08 7f 40 10 080511 2f',
  ],
  [
    'readDtcInformation',
    {
      reportType: 0x0a,
      statusAvailabilityMask: 0x7f,
      dtcs: [
        { dtc: 0x123456, status: 0x24 },
        { dtc: 0x234505, status: 0x00 },
        { dtc: 0xabcd01, status: 0x2f },
      ],
    },
    '59 0a 7f 123456 24 234505 00 abcd01 2f',
  ],
  [
    'readDtcInformation',
    { reportType: 0x14, counters: [{ dtc: 0x123456, detectionCounter: 0x60 }] },
    '59 14 123456 60',
  ],
  [
    'readDtcInformation',
    { reportType: 0x16, recordNumber: 5, records: toBytes('123456 24 17 345624 12') },
    '59 16 05 123456 24 17 345624 12',
  ],
  [
    'readDtcInformation',
    {
      reportType: 0x17,
      memorySelection: 0x18,
      statusAvailabilityMask: 0x7f,
      dtcs: [{ dtc: 0x0a9b17, status: 0x24 }],
    },
    '59 17 18 7f 0a9b17 24',
  ],
  [
    'readDtcInformation',
    { reportType: 0x19, memorySelection: 0x18, dtc: 0x123456, status: 0x24, records: toBytes('05 17 10 79') },
    '59 19 18 123456 24 05 17 10 79',
  ],
  [
    'readDtcInformation',
    { reportType: 0x1a, statusAvailabilityMask: 0x7f, recordNumber: 0x91, dtcs: [{ dtc: 0x123456, status: 0x24 }] },
    '59 1a 7f 91 123456 24',
  ],
  ['readDtcInformation', { reportType: 0x1a, statusAvailabilityMask: 0x7f, dtcs: [] }, '59 1a 7f'],
  [
    'readDtcInformation',
    {
      reportType: 0x42,
      functionalGroupId: 0x33,
      statusAvailabilityMask: 0xff,
      severityAvailabilityMask: 0xff,
      dtcFormat: 0x04,
      dtcs: [{ severity: 0x20, dtc: 0x25221f, status: 0x2f }],
    },
    '59 42 33 ff ff 04 20 25221f 2f',
  ],
  [
    'readDtcInformation',
    {
      reportType: 0x55,
      functionalGroupId: 0x33,
      statusAvailabilityMask: 0xff,
      dtcFormat: 0x04,
      dtcs: [{ dtc: 0x080511, status: 0x2f }],
    },
    '59 55 33 ff 04 080511 2f',
  ],
  [
    'readDtcInformation',
    {
      reportType: 0x56,
      functionalGroupId: 0x33,
      statusAvailabilityMask: 0xff,
      dtcFormat: 0x04,
      readinessGroupId: 1,
      dtcs: [{ dtc: 0x123456, status: 0x24 }],
    },
    '59 56 33 ff 04 01 123456 24',
  ],
  ['readDataByIdentifier', { did: 0xf190, data: toBytes(vin) }, `62 f190 ${vin}`],
  ['readMemoryByAddress', { data: toBytes('00018c') }, '63 00018c'],
  ['readScalingDataByIdentifier', { did: 0x1234, scaling: toBytes('ff6d') }, '64 1234 ff6d'],
  ['readDataByPeriodicIdentifier', { data: empty }, '6a'],
  ['readDataByPeriodicIdentifier', { periodicDid: 0xff, data: toBytes('1234') }, '6a ff 1234'],
  ['dynamicallyDefineDataIdentifier', { definition: 1, did: 0xf301 }, '6c 01 f301'],
  ['dynamicallyDefineDataIdentifier', { definition: 3 }, '6c 03'],
  ['writeDataByIdentifier', { did: 0xf190 }, '6e f190'],
  ['inputOutputControlByIdentifier', { did: 0x9b00, controlParameter: 3, state: toBytes('0c') }, '6f 9b00 03 0c'],
  ['routineControl', { routineControlType: 1, routineId: 0x1234, data: empty }, '71 01 1234'],
  ['requestDownload', { blockLength: { maxBlockLength: 0x81, lengthBytes: 2 } }, '74 20 0081'],
  ['requestUpload', { blockLength: { maxBlockLength: 0x81, lengthBytes: 2 } }, '75 20 0081'],
  ['transferData', { blockSequenceCounter: 0xaa, data: toBytes('7061') }, '76 aa 7061'],
  ['requestTransferExit', { data: toBytes('7061') }, '77 7061'],
  [
    'requestFileTransfer',
    { mode: 0x01, blockLength: { maxBlockLength: 0xc350, lengthBytes: 2 }, dataFormat: 0x11 },
    '78 01 02 c350 11',
  ],
  ['requestFileTransfer', { mode: 0x02 }, '78 02'],
  [
    'requestFileTransfer',
    {
      mode: 0x04,
      blockLength: { maxBlockLength: 0xabcd, lengthBytes: 2 },
      dataFormat: 0x52,
      fileSize: { uncompressed: 0x9876, compressed: 0x1234, lengthBytes: 2 },
    },
    '78 04 02 abcd 52 0002 9876 1234',
  ],
  ['writeMemoryByAddress', { memory: memoryRange(0x204813, 9, 0x13) }, '7d 13 204813 09'],
]

const name = (service: string, hex: string) => `${service} ${hex.replaceAll(' ', '')}`

function checkDamaged(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  for (let length = 0; length < bytes.length; length++) {
    try {
      assert.notDeepEqual(decode(bytes.subarray(0, length)), decode(bytes), `cut to ${length} byte(s)`)
    } catch (error) {
      assert(error instanceof DecodeError, `cut to ${length} byte(s): ${error}`)
    }
  }
  try {
    assert.notDeepEqual(decode(Uint8Array.of(...bytes, 0)), decode(bytes), 'with a byte too many')
  } catch (error) {
    assert(error instanceof DecodeError, `with a byte too many: ${error}`)
  }
}

for (const [service, request, hex] of requests) {
  test(`encodes and decodes the request ${name(service, hex)}`, () => {
    const bytes = toBytes(hex)
    assert.equal(toHex(encodeRequest<ServiceName>(service, request)), toHex(bytes))
    assert.deepEqual(decodeRequest(bytes), { service, request, suppressPositiveResponse: false })
    checkDamaged(decodeRequest, bytes)
  })
}

for (const [service, response, hex] of responses) {
  test(`encodes and decodes the answer ${name(service, hex)}`, () => {
    const bytes = toBytes(hex)
    assert.equal(toHex(encodeResponse<ServiceName>(service, response)), toHex(bytes))
    assert.deepEqual(decodeResponse(bytes), { service, response })
    checkDamaged(decodeResponse, bytes)
  })
}

test('carries the suppress bit in the sub-function', () => {
  const bytes = encodeRequest('testerPresent', { zeroSubFunction: 0 }, { suppressPositiveResponse: true })
  assert.equal(toHex(bytes), '3e80')
  assert.deepEqual(decodeRequest(fromHex('8783')), {
    service: 'linkControl',
    request: { linkControlType: 3 },
    suppressPositiveResponse: true,
  })
})

test('refuses to suppress the answer of a service without sub-function', () => {
  assert.throws(
    () => encodeRequest('readDataByIdentifier', { dids: [1] }, { suppressPositiveResponse: true }),
    TypeError,
  )
})

test('does not change the message it decodes', () => {
  const bytes = fromHex('3e80')
  decodeRequest(bytes)
  assert.equal(toHex(bytes), '3e80')
})

test('passes services it does not know through', () => {
  assert.deepEqual(decodeRequest(fromHex('ba 0102')), { service: 'unknown', sid: 0xba, data: toBytes('0102') })
  assert.deepEqual(decodeResponse(fromHex('fa 03')), { service: 'unknown', sid: 0xba, data: toBytes('03') })
})

test('reads and writes negative answers', () => {
  assert.deepEqual(decodeResponse(fromHex('7f 19 12')), { service: 'negative', sid: 0x19, nrc: 0x12 })
  assert.equal(toHex(encodeNegativeResponse(0x22, 0x31)), '7f2231')
  assert.throws(
    () => decodeResponse(fromHex('7f 22')),
    /negative response: 1 byte\(s\) needed at offset 1, 0 available/,
  )
  assert.throws(() => decodeResponse(fromHex('7f 22 31 00')), /negative response: 1 byte\(s\) too many/)
})

test('says what is wrong with a message', () => {
  assert.throws(() => decodeRequest(fromHex('')), /UDS request: 1 byte\(s\) needed at offset 0, 0 available/)
  assert.throws(() => decodeRequest(fromHex('22 f1')), /ReadDataByIdentifier request: 2 byte\(s\) needed/)
  assert.throws(() => decodeRequest(fromHex('22')), /ReadDataByIdentifier request: 2 byte\(s\) needed/)
  assert.throws(() => decodeRequest(fromHex('2c 01 f301')), /DynamicallyDefineDataIdentifier request: 2 byte/)
  assert.throws(() => decodeRequest(fromHex('2c 02 f302 14')), /DynamicallyDefineDataIdentifier request: 4 byte/)
  assert.throws(() => decodeRequest(fromHex('19 57 33')), /ReadDTCInformation request: unknown reportType 0x57/)
  assert.throws(() => decodeRequest(fromHex('23 00 4813')), /addressAndLengthFormatIdentifier: neither nibble may be 0/)
  assert.throws(
    () => decodeRequest(fromHex('23 18 ffffffffffffffff 05')),
    /memoryAddress: 8 byte\(s\) hold more than 2/,
  )
  assert.throws(() => decodeResponse(fromHex('74 00')), /lengthFormatIdentifier/)
  assert.throws(() => decodeResponse(fromHex('22 f190')), /0x22 is not a response SID/)
})

test('refuses values that do not fit their fields', () => {
  assert.throws(() => encodeRequest('readDataByIdentifier', { dids: [0x10000] }), RangeError)
  assert.throws(() => encodeRequest('readDataByIdentifier', { dids: [] }), RangeError)
  assert.throws(() => memoryRange(0x10000, 1, 0x12), /address 65536 does not fit in 2 byte/)
  assert.throws(() => memoryRange(0, 256, 0x12), /size 256 does not fit in 1 byte/)
})

for (const [request, answer, expected] of [
  ['22f190', '62f19057', true],
  ['22f190', '62f18c57', false],
  ['22f190', '7f2231', true],
  ['22f190', '7f2e31', false],
  ['1083', '5003', true],
  ['1003', '5002', false],
  ['3601', '7602', false],
  ['310112', '7101', true],
  ['ba01', 'fa', true],
] as const) {
  test(`${expected ? 'takes' : 'does not take'} ${answer} for an answer to ${request}`, () => {
    assert.equal(isAnswerTo(fromHex(request), fromHex(answer)), expected)
  })
}
