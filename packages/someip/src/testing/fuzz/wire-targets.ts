import assert from 'node:assert/strict'
import { DecodeError, toHex } from '@opensovd/base/bytes'
import { type MessageSink, splitDatagram } from '../../wire/datagram.ts'
import { decodeHeader, encodeHeader, HEADER_LENGTH, PROTOCOL_VERSION } from '../../wire/header.ts'
import { MAGIC_COOKIE } from '../../wire/magic-cookie.ts'
import { decodeMessage, encodeMessage, viewOf } from '../../wire/message.ts'
import { StreamFramer } from '../../wire/stream-framer.ts'
import { describeWireProblem, encodeProblemReply } from '../../wire/wire-problem.ts'
import type { Random } from './random.ts'
import { concat, messages } from './samples.ts'
import type { FuzzTarget } from './target.ts'

const MAX_MESSAGE_BYTES = 4096

/** Writes down what arrives. */
class Transcript implements MessageSink {
  readonly lines: string[] = []
  bytes = 0
  problems = 0

  message(message: Parameters<MessageSink['message']>[0]): void {
    const { bytes } = message
    assert.equal(bytes.length, message.length + 8)
    assert.equal(message.payload.length, message.length - 8)
    this.bytes += bytes.length
    this.lines.push(toHex(bytes))
  }

  problem(problem: Parameters<MessageSink['problem']>[0]): void {
    this.problems++
    this.lines.push(describeWireProblem(problem))
    const reply = encodeProblemReply(problem)
    if (reply !== undefined) decodeMessage(reply)
  }
}

function checkHeader(bytes: Uint8Array): void {
  if (bytes.length < HEADER_LENGTH) {
    assert.throws(() => decodeHeader(viewOf(bytes)), DecodeError)
    return
  }
  const header = decodeHeader(viewOf(bytes))
  if (header.protocolVersion !== PROTOCOL_VERSION || header.length < 8) return
  const again = new Uint8Array(HEADER_LENGTH)
  encodeHeader(header, header.length - 8, again, 0)
  assert.deepEqual(again, bytes.slice(0, HEADER_LENGTH))
}

function checkMessage(bytes: Uint8Array): void {
  try {
    const message = decodeMessage(bytes)
    if (message.protocolVersion === PROTOCOL_VERSION) assert.deepEqual(encodeMessage(message), bytes)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
}

/** Nothing is read twice, and without a problem nothing is left out. */
function checkDatagram(bytes: Uint8Array): void {
  const found = new Transcript()
  splitDatagram(bytes, found)
  assert.ok(found.bytes <= bytes.length)
  if (found.problems === 0) assert.equal(found.bytes, bytes.length)
}

function withCookies(random: Random): Uint8Array {
  const cookie = MAGIC_COOKIE.CLIENT_TO_SERVER
  return concat([random.oneIn(2) ? cookie : new Uint8Array(0), messages(random), cookie, messages(random)])
}

/**
 * However the stream is cut, the same is read: up to where a cookie cuts a message short, for when the message is whole
 * before its last bytes turn out to begin a cookie, it has been passed on.
 */
function checkStream(bytes: Uint8Array, random: Random): void {
  const options = { maxMessageBytes: MAX_MESSAGE_BYTES, direction: 'CLIENT_TO_SERVER' } as const
  const magicCookies = random.oneIn(2)
  const [whole, cut] = [new Transcript(), new Transcript()]
  const expected = new StreamFramer({ ...options, magicCookies }).push(bytes, whole)
  const framer = new StreamFramer({ ...options, magicCookies })
  let problem: ReturnType<StreamFramer['push']>
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random.below(24)
    problem = framer.push(bytes.slice(at, end), cut)
    at = end
  }
  const doubtful = whole.lines.findIndex((line) => line.includes('a magic cookie after'))
  if (doubtful >= 0) {
    assert.deepEqual(cut.lines.slice(0, doubtful), whole.lines.slice(0, doubtful))
    return
  }
  assert.deepEqual(cut.lines, whole.lines)
  assert.equal(problem && describeWireProblem(problem), expected && describeWireProblem(expected))
}

export const WIRE_TARGETS: readonly FuzzTarget[] = [
  { name: 'header', weight: 120, generate: (random) => random.bytes(random.below(24)), check: checkHeader },
  { name: 'message', weight: 120, generate: (random) => random.mutate(messages(random)), check: checkMessage },
  { name: 'datagram', weight: 150, generate: (random) => random.mutate(messages(random)), check: checkDatagram },
  { name: 'stream', weight: 100, generate: (random) => random.mutate(withCookies(random)), check: checkStream },
]
