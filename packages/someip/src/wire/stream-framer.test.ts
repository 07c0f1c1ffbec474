import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { encodeMessage } from './message.ts'
import { StreamFramer, type StreamFramerOptions } from './stream-framer.ts'
import { readApplicationMessages, readCapturedPackets } from './testing/capture.ts'
import type { WireProblem } from './wire-problem.ts'

const REQUEST = '12340421000000121343000101000000 00010203040506070809'.replace(' ', '')
const NOTIFICATION = '1234877800000009000000010100020000'
const COOKIE = 'ffff000000000008deadbeef01010100'
const OPTIONS: StreamFramerOptions = { maxMessageBytes: 1000, direction: 'CLIENT_TO_SERVER' }

interface Reading {
  readonly messages: string[]
  readonly problems: WireProblem[]
  readonly broken: WireProblem | undefined
}

function read(framer: StreamFramer, chunks: Iterable<Uint8Array>): Reading {
  const messages: string[] = []
  const problems: WireProblem[] = []
  let broken: WireProblem | undefined
  for (const chunk of chunks) {
    broken = framer.push(chunk, {
      message: (message) => messages.push(toHex(message.bytes)),
      problem: (problem) => problems.push(problem),
    })
  }
  return { messages, problems, broken }
}

function* pieces(bytes: Uint8Array, size: number): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size))
}

for (const [name, cookies] of [
  ['tcp_reqres', false],
  ['tcp_notify', false],
  ['magic_cookies', true],
] as const) {
  test(`reads both directions of the TCP connection of capture ${name}`, () => {
    const expected = readApplicationMessages(name)
    const tcp = readCapturedPackets(name).filter((packet) => packet.transport === 'tcp')
    for (const direction of ['CLIENT_TO_SERVER', 'SERVER_TO_CLIENT'] as const) {
      const isServer = (end: string) => end === '10.77.0.1:30510'
      const fromServer = direction === 'SERVER_TO_CLIENT'
      const framer = new StreamFramer({ ...OPTIONS, direction })
      const chunks = tcp.filter((packet) => isServer(packet.src) === fromServer).map((packet) => packet.bytes)
      const { messages, problems, broken } = read(framer, chunks)
      assert.deepEqual([problems, broken], [[], undefined])
      assert.deepEqual(
        messages,
        expected
          .filter((message) => message.transport === 'tcp' && isServer(message.src) === fromServer)
          .map((message) => message.hex)
          .filter((hex) => !hex.startsWith('ffff')),
      )
      assert.equal(framer.magicCookies, cookies)
    }
  })
}

test('reads a stream cut at every possible place, and one that arrives byte by byte', () => {
  const stream = fromHex(REQUEST + NOTIFICATION + REQUEST)
  const expected = [REQUEST, NOTIFICATION, REQUEST]
  for (let size = 1; size <= stream.length; size++) {
    assert.deepEqual(read(new StreamFramer(OPTIONS), pieces(stream, size)).messages, expected)
  }
  for (let cut = 0; cut <= stream.length; cut++) {
    const { messages } = read(new StreamFramer(OPTIONS), [stream.subarray(0, cut), stream.subarray(cut)])
    assert.deepEqual(messages, expected)
  }
})

test('does not reuse the memory of a message it has passed on', () => {
  const framer = new StreamFramer(OPTIONS)
  const kept: Uint8Array[] = []
  const stream = fromHex(REQUEST + NOTIFICATION)
  for (const chunk of pieces(stream, 7)) {
    framer.push(chunk, { message: (message) => kept.push(message.bytes), problem: () => assert.fail() })
  }
  assert.deepEqual(kept.map(toHex), [REQUEST, NOTIFICATION])
})

const unusable: [name: string, hex: string, kind: WireProblem['kind']][] = [
  ['protocol version 2', '12340421000003001343000102000000', 'WRONG_PROTOCOL_VERSION'],
  ['an undefined message type', '12340421000003001343000101000300', 'INVALID_MESSAGE_TYPE'],
  ['an undefined return code', '1234042100000300134300010100000b', 'INVALID_RETURN_CODE'],
  ['a length below 8', '12340421000000071343000101000000', 'LENGTH_TOO_SMALL'],
  ['a message above the limit', '12340421000003e11343000101000000', 'MESSAGE_TOO_LONG'],
]
for (const [name, hex, kind] of unusable) {
  test(`breaks the stream at ${name}, before the message is complete and for good`, () => {
    const framer = new StreamFramer(OPTIONS)
    const first = read(framer, pieces(fromHex(NOTIFICATION + hex), 5))
    assert.deepEqual([first.messages, first.broken?.kind, first.broken?.offset], [[NOTIFICATION], kind, 17])
    assert.ok(first.broken?.header !== undefined, 'the header is there for an error reply')
    const later = read(framer, [fromHex(NOTIFICATION)])
    assert.deepEqual([later.messages, later.broken], [[], first.broken])
  })

  test(`resumes at the next magic cookie after ${name}`, () => {
    const stream = fromHex(COOKIE + NOTIFICATION + hex + REQUEST + COOKIE + REQUEST + NOTIFICATION)
    for (let size = 1; size <= stream.length; size++) {
      const { messages, problems, broken } = read(new StreamFramer(OPTIONS), pieces(stream, size))
      assert.deepEqual(messages, [NOTIFICATION, REQUEST, NOTIFICATION])
      assert.deepEqual([problems.map((problem) => problem.kind), broken], [[kind], undefined])
    }
  })
}

test('takes a message of exactly the limit', () => {
  const hex = `12340421000003e0134300010100000${'0'.repeat(1 + 2 * (0x3e0 - 8))}`
  assert.deepEqual(read(new StreamFramer(OPTIONS), pieces(fromHex(hex), 300)).messages, [hex])
})

test('gives up a message that swallows a magic cookie, because its length lies', () => {
  const swallowing = `12340421000000ff1343000101000000${'55'.repeat(20)}`
  const stream = fromHex(swallowing + COOKIE + NOTIFICATION)
  for (let size = 1; size <= stream.length; size++) {
    const framer = new StreamFramer({ ...OPTIONS, magicCookies: true })
    const { messages, problems } = read(framer, pieces(stream, size))
    assert.deepEqual(messages, [NOTIFICATION])
    assert.deepEqual(
      problems.map(({ kind, available, needed }) => [kind, available, needed]),
      [['COOKIE_INSIDE_MESSAGE', 36, 263]],
    )
  }
})

test('a message that ends in the first bytes of a cookie is given up if the cookie is there, else passed on', () => {
  const overlapping = `1234042100000014134300010100000055555555555555`
  const stream = fromHex(`${overlapping}${COOKIE}${COOKIE}${NOTIFICATION}`)
  const options = { ...OPTIONS, magicCookies: true }
  const whole = read(new StreamFramer(options), [stream])
  assert.deepEqual(
    [whole.messages, whole.problems.map(({ kind }) => kind)],
    [[NOTIFICATION], ['COOKIE_INSIDE_MESSAGE']],
  )
  const MESSAGE_BYTES = 28
  const cut = read(new StreamFramer(options), [stream.subarray(0, MESSAGE_BYTES), stream.subarray(MESSAGE_BYTES)])
  assert.deepEqual(cut.messages, [overlapping + COOKIE.slice(0, 10), NOTIFICATION])
  assert.equal(cut.problems.length, 1)
})

test('leaves a cookie inside a message alone while cookies are not in use', () => {
  const message = `12340421000000181343000101000000${COOKIE}`
  assert.deepEqual(read(new StreamFramer(OPTIONS), [fromHex(message)]).messages, [message])
})

test('passes on the cookie of the other direction as a message', () => {
  const framer = new StreamFramer({ ...OPTIONS, direction: 'SERVER_TO_CLIENT' })
  assert.deepEqual(read(framer, [fromHex(COOKIE)]).messages, [COOKIE])
  assert.equal(framer.magicCookies, false)
})

test('reads any messages in any fragmentation, with and without cookies between them', () => {
  const message = fc.record({
    serviceId: fc.integer({ min: 0, max: 0xffff }),
    methodId: fc.integer({ min: 0, max: 0xffff }),
    clientId: fc.integer({ min: 0, max: 0xdeac }),
    sessionId: fc.integer({ min: 0, max: 0xffff }),
    interfaceVersion: fc.integer({ min: 0, max: 0xff }),
    messageType: fc.constantFrom(0, 1, 2, 0x80, 0x81),
    returnCode: fc.constantFrom(0, 1, 0x5e),
    payload: fc.uint8Array({ maxLength: 60 }),
  })
  const item = fc.record({ message, cookie: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 10 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
      (items, sizes) => {
        const sent = items.map((one) => toHex(encodeMessage(one.message)))
        const stream = fromHex(items.map((one, index) => (one.cookie ? COOKIE : '') + sent[index]).join(''))
        const chunks: Uint8Array[] = []
        for (let at = 0; at < stream.length; ) {
          const size = sizes.next().value ?? 1
          chunks.push(stream.subarray(at, at + size))
          at += size
        }
        const { messages, problems, broken } = read(new StreamFramer(OPTIONS), chunks)
        assert.deepEqual([messages, problems, broken], [sent, [], undefined])
      },
    ),
    { numRuns: 300 },
  )
})
