import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { splitDatagram } from './datagram.ts'
import { encodeMessage, type MessageView } from './message.ts'
import { readCapturedMessages, readCapturedPackets } from './testing/capture.ts'
import { describeWireProblem, encodeErrorReply, encodeProblemReply, type WireProblem } from './wire-problem.ts'

const REQUEST = '1234 0421 00000012 1343 0001 01 00 00 00 00010203040506070809'
const NOTIFICATION = '1234 8778 00000009 0000 0001 01 00 02 00 00'

function split(bytes: Uint8Array): { messages: MessageView[]; problems: WireProblem[] } {
  const messages: MessageView[] = []
  const problems: WireProblem[] = []
  splitDatagram(bytes, { message: (message) => messages.push(message), problem: (problem) => problems.push(problem) })
  return { messages, problems }
}

for (const name of ['udp_reqres', 'udp_notify', 'mc_notify', 'tp_udp', 'e2e_CRC32']) {
  test(`splits the datagrams of capture ${name} into the messages another decoder found`, () => {
    const found: string[] = []
    for (const packet of readCapturedPackets(name)) {
      const { messages, problems } = split(packet.bytes)
      assert.deepEqual(problems, [])
      for (const message of messages) {
        found.push(toHex(message.bytes))
        assert.equal(toHex(encodeMessage(message)), toHex(message.bytes))
      }
    }
    assert.deepEqual(
      found,
      readCapturedMessages(name).map((message) => message.hex),
    )
  })
}

test('finds several messages in one datagram, each with its own payload', () => {
  const { messages, problems } = split(fromHex(REQUEST + NOTIFICATION))
  assert.deepEqual(problems, [])
  assert.deepEqual(
    messages.map((message) => [message.methodId, toHex(message.payload)]),
    [
      [0x0421, '00010203040506070809'],
      [0x8778, '00'],
    ],
  )
})

const wrong: [name: string, hex: string, problem: Partial<WireProblem>, text: string, reply: string | undefined][] = [
  [
    'an empty datagram',
    '',
    { kind: 'TRUNCATED_HEADER', available: 0 },
    'SOME/IP message at offset 0: header: 16 byte(s) needed, 0 available',
    undefined,
  ],
  [
    'fewer bytes than a header',
    '1234 0421 00000008 4242 0004 01 00 00',
    { kind: 'TRUNCATED_HEADER', available: 15 },
    'SOME/IP message at offset 0: header: 16 byte(s) needed, 15 available',
    undefined,
  ],
  [
    'protocol version 2',
    '1234 0421 00000008 4242 0004 02 00 00 00',
    { kind: 'WRONG_PROTOCOL_VERSION', needed: 1, available: 2 },
    'SOME/IP message at offset 0 of 1234.0421: protocol version 2, 1 expected',
    '12340421000000084242000401008107',
  ],
  [
    'a length beyond the datagram',
    '1234 0421 00000009 4242 0004 01 00 00 00',
    { kind: 'LENGTH_BEYOND_END', needed: 17, available: 16 },
    'SOME/IP message at offset 0 of 1234.0421: 17 byte(s) needed, 16 available',
    '12340421000000084242000401008109',
  ],
  [
    'the largest length',
    '1234 0421 ffffffff 4242 0004 01 00 00 00',
    { kind: 'LENGTH_BEYOND_END', needed: 0x100000007, available: 16 },
    'SOME/IP message at offset 0 of 1234.0421: 4294967303 byte(s) needed, 16 available',
    '12340421000000084242000401008109',
  ],
  [
    'a length below 8',
    '1234 0421 00000007 4242 0004 01 00 00 00',
    { kind: 'LENGTH_TOO_SMALL', needed: 8, available: 7 },
    'SOME/IP message at offset 0 of 1234.0421: the length field is 7, at least 8 needed',
    '12340421000000084242000401008109',
  ],
  [
    'an undefined message type',
    '1234 0421 00000008 4242 0004 01 00 03 00',
    { kind: 'INVALID_MESSAGE_TYPE', available: 3 },
    'SOME/IP message at offset 0 of 1234.0421: message type 0x3 is not defined',
    undefined,
  ],
  [
    'an undefined return code',
    '1234 0421 00000008 4242 0004 01 00 00 0b',
    { kind: 'INVALID_RETURN_CODE', available: 0x0b },
    'SOME/IP message at offset 0 of 1234.0421: return code 0xb is not defined',
    undefined,
  ],
  [
    'a malformed notification, which is never answered',
    '1234 8778 00000009 0000 0001 01 00 02 00',
    { kind: 'LENGTH_BEYOND_END', needed: 17, available: 16 },
    'SOME/IP message at offset 0 of 1234.8778: 17 byte(s) needed, 16 available',
    undefined,
  ],
]
for (const [name, hex, expected, text, reply] of wrong) {
  test(`reports ${name}`, () => {
    const { messages, problems } = split(fromHex(hex))
    assert.deepEqual(messages, [])
    const [problem] = problems
    assert.ok(problem !== undefined && problems.length === 1)
    assert.partialDeepStrictEqual(problem, expected)
    assert.equal(describeWireProblem(problem), text)
    const answer = encodeProblemReply(problem)
    assert.equal(answer && toHex(answer), reply)
  })
}

test('goes on after a message whose length is intact', () => {
  const { messages, problems } = split(fromHex(`1234 0421 00000008 4242 0004 01 00 03 00 ${NOTIFICATION}`))
  assert.deepEqual(
    [problems.map((problem) => problem.kind), messages.map((message) => message.methodId)],
    [['INVALID_MESSAGE_TYPE'], [0x8778]],
  )
})

test('gives up the rest of a datagram after a length that cannot be right', () => {
  const { messages, problems } = split(fromHex(`1234 0421 00000007 4242 0004 01 00 00 00 ${NOTIFICATION}`))
  assert.deepEqual([messages.length, problems.map((problem) => problem.kind)], [0, ['LENGTH_TOO_SMALL']])
})

test('reports bytes after the last message', () => {
  const { messages, problems } = split(fromHex(`${REQUEST} 1234`))
  assert.equal(messages.length, 1)
  assert.deepEqual(problems, [{ kind: 'TRUNCATED_HEADER', offset: 26, needed: 16, available: 2, header: undefined }])
})

test('reports every truncation of a message as exactly one problem', () => {
  const bytes = fromHex(REQUEST)
  for (let length = 0; length < bytes.length; length++) {
    const { messages, problems } = split(bytes.subarray(0, length))
    assert.equal(messages.length, 0)
    assert.deepEqual(
      problems.map((problem) => [problem.kind, problem.available]),
      [[length < 16 ? 'TRUNCATED_HEADER' : 'LENGTH_BEYOND_END', length]],
    )
  }
})

test('answers a segment of a request as the request, and nothing that expects no response', () => {
  const header = { ...(split(fromHex(REQUEST)).messages[0] ?? assert.fail()) }
  const answers = [0x00, 0x20, 0x01, 0x21, 0x02, 0x80, 0x81].filter(
    (messageType) => encodeErrorReply({ ...header, messageType }, 2) !== undefined,
  )
  assert.deepEqual(answers, [0x00, 0x20])
})

test('finds the messages of any train, and accounts for every byte of any input', () => {
  const message = fc.record({
    serviceId: fc.integer({ min: 0, max: 0xffff }),
    methodId: fc.constantFrom(0x0421, 0x8778),
    clientId: fc.constant(0x1343),
    sessionId: fc.constant(1),
    interfaceVersion: fc.constant(0),
    messageType: fc.constantFrom(0, 1, 2, 0x80),
    returnCode: fc.constantFrom(0, 1, 0x20),
    payload: fc.uint8Array({ maxLength: 40 }),
  })
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (train) => {
      const datagram = Buffer.concat(train.map(encodeMessage))
      const { messages, problems } = split(datagram)
      assert.deepEqual(problems, [])
      assert.deepEqual(
        messages.map((found) => ({ ...found, payload: new Uint8Array(found.payload) })),
        train.map((sent) => ({ ...sent, length: 8 + sent.payload.length, protocolVersion: 1 })),
      )
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const { messages, problems } = split(bytes)
      assert.ok(messages.length + problems.length > 0)
      for (const found of messages) assert.equal(found.bytes.length, 8 + found.length)
    }),
  )
})
