import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FrameError, FrameSplitter } from './frame-splitter.ts'

function split(chunks: readonly string[], maxBytes = 20) {
  const splitter = new FrameSplitter(maxBytes)
  const messages = chunks.flatMap((chunk) => Array.from(splitter.push(Buffer.from(chunk)), String))
  return { messages, last: splitter.end()?.toString(), skipped: splitter.skipped }
}

const cases: readonly [name: string, stream: string, messages: readonly string[], last?: string][] = [
  ['with their length before them', '5 <1>ab7 <2>a\nbc', ['<1>ab', '<2>a\nbc']],
  ['with a newline after them', '<1>ab\n<2>cd\n', ['<1>ab', '<2>cd']],
  ['with a NUL after them', '<1>ab\0<2>cd\0', ['<1>ab', '<2>cd']],
  ['in both ways', '<1>ab\n5 <2>cd<3>ef\0', ['<1>ab', '<2>cd', '<3>ef']],
  ['with empty ones between them', '\n\n<1>ab\n\n', ['<1>ab']],
  ['without an end', '<1>ab\n<2>c', ['<1>ab'], '<2>c'],
  ['with less than their length', '<1>ab\n9 <2>c', ['<1>ab']],
]

describe('a stream of syslog [RFC 6587 3.4]', () => {
  for (const [name, stream, messages, last] of cases) {
    test(`is cut into messages ${name}, wherever its chunks end`, () => {
      for (let size = 1; size <= stream.length; size++) {
        const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, n) =>
          stream.slice(n * size, n * size + size),
        )
        assert.deepEqual(split(chunks), { messages, last, skipped: 0 }, `chunks of ${size}`)
      }
    })
  }

  test('leaves out a message that is too long, and goes on after it', () => {
    assert.deepEqual(split([`${'x'.repeat(50)}`, 'xx\n<1>ab\n']), { messages: ['<1>ab'], last: undefined, skipped: 1 })
    assert.deepEqual(split([`${'x'.repeat(50)}\n<1>ab\n`]), { messages: ['<1>ab'], last: undefined, skipped: 1 })
  })

  for (const stream of ['21 <1>', '5x <1>ab', '1234567', '99999999999 x']) {
    test(`cannot be cut after the length ${JSON.stringify(stream)}`, () => {
      assert.throws(() => split([stream]), FrameError)
    })
  }
})
