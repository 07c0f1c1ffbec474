import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { DoipFramer } from './framer.ts'
import { DoipHeaderError } from './header.ts'

const diagnostic = fromHex('02fd 8001 00000007 0e00 1234 000102')
const alive = fromHex('02fd 0007 00000000')

function frames(framer: DoipFramer, ...chunks: Uint8Array[]): string[] {
  return chunks
    .flatMap((chunk) => [...framer.push(chunk)])
    .map((frame) => `${frame.payloadType.toString(16)} ${'payload' in frame ? toHex(frame.payload) : 'oversized'}`)
}

test('finds several messages in one segment', () => {
  const segment = Uint8Array.of(...alive, ...diagnostic, ...alive)
  assert.deepEqual(frames(new DoipFramer(100), segment), ['7 ', '8001 0e001234000102', '7 '])
})

test('finds the same messages wherever the stream is cut', () => {
  const stream = Uint8Array.of(...diagnostic, ...alive, ...diagnostic)
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: stream.length })), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length]
      const chunks = edges.slice(1).map((edge, at) => stream.subarray(edges[at], edge))
      assert.deepEqual(frames(new DoipFramer(100), ...chunks), ['8001 0e001234000102', '7 ', '8001 0e001234000102'])
    }),
  )
})

test('finds a message that comes byte by byte', () => {
  const chunks = [...diagnostic].map((byte) => Uint8Array.of(byte))
  assert.deepEqual(frames(new DoipFramer(100), ...chunks), ['8001 0e001234000102'])
})

test('skips a payload over its limit and goes on behind it', () => {
  const tooLarge = Uint8Array.of(...fromHex('02fd 8001 00000065'), ...new Uint8Array(0x65))
  const framer = new DoipFramer(100)
  assert.deepEqual(frames(framer, tooLarge.subarray(0, 20), tooLarge.subarray(20), alive), ['8001 oversized', '7 '])
})

test('takes a payload exactly at its limit', () => {
  assert.deepEqual(frames(new DoipFramer(7), diagnostic), ['8001 0e001234000102'])
})

test('reserves no memory for a length of 4 GiB', () => {
  const before = process.memoryUsage().arrayBuffers
  const framer = new DoipFramer(0xffffffff)
  assert.deepEqual(frames(framer, fromHex('02fd 8001 ffffffff 0e00')), [])
  assert(process.memoryUsage().arrayBuffers - before < 1_000_000)
})

test('gives the messages before a broken header, then refuses the stream', () => {
  const seen: number[] = []
  assert.throws(
    () => {
      for (const frame of new DoipFramer(100).push(Uint8Array.of(...alive, ...fromHex('ffff000000000000')))) {
        seen.push(frame.payloadType)
      }
    },
    (error) => error instanceof DoipHeaderError && error.nackCode === 0,
  )
  assert.deepEqual(seen, [7])
})

test('does not change a payload it has given out when more arrives', () => {
  const framer = new DoipFramer(100)
  const [first] = [...framer.push(diagnostic.subarray(0, 10)), ...framer.push(diagnostic.subarray(10))]
  const given = first && 'payload' in first ? first.payload : undefined
  frames(framer, fromHex('02fd 8001 00000007 ffff'), fromHex('ffffffffff'))
  assert.equal(given && toHex(given), '0e001234000102')
})

test('a payload keeps its bytes until it is given back; then the next one of its length may take its memory', () => {
  const framer = new DoipFramer(100)
  const payloadOf = (data: string) => {
    const message = fromHex(`02fd 8001 00000007 0e00 1234 ${data}`)
    const [frame] = [message.subarray(0, 10), message.subarray(10)].flatMap((chunk) => [...framer.push(chunk)])
    assert(frame && 'payload' in frame)
    return frame.payload
  }
  const first = payloadOf('000102')
  const second = payloadOf('aabbcc')
  assert.equal(toHex(first), '0e001234000102')
  framer.recycle(second)
  const third = payloadOf('030405')
  assert.equal(third, second)
  assert.equal(toHex(third), '0e001234030405')
  assert.equal(toHex(payloadOf('060708')), '0e001234060708')
  assert.equal(toHex(third), '0e001234030405')
})
