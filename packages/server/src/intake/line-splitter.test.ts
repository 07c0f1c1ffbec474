import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineSplitter } from './line-splitter.ts'

/** The lines of a text that comes in these chunks, as text; null for those that are too long. */
function linesOf(chunks: readonly Buffer[], maxBytes: number): (string | null)[] {
  const splitter = new LineSplitter(maxBytes)
  const lines: (string | null)[] = []
  for (const chunk of chunks) {
    for (const { number, bytes } of splitter.push(chunk)) {
      lines.push(bytes?.toString() ?? null)
      assert.equal(number, lines.length)
    }
  }
  const last = splitter.end()
  if (last) lines.push(last.bytes?.toString() ?? null)
  assert.equal(splitter.end(), undefined)
  return lines
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((position) => Math.min(position, bytes.length)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

test('finds the lines of a text however it is cut into chunks, and marks those that are too long', () => {
  const texts = fc.array(fc.constantFrom('a', 'é', '\n', 'long enough to be too long'), { maxLength: 60 })
  fc.assert(
    fc.property(texts, fc.array(fc.nat(200)), fc.integer({ min: 1, max: 40 }), (parts, cuts, maxBytes) => {
      const text = parts.join('')
      const wanted = text.split('\n').map((line) => (Buffer.byteLength(line) > maxBytes ? null : line))
      if (wanted.at(-1) === '') wanted.pop()
      assert.deepEqual(linesOf(cut(Buffer.from(text), cuts), maxBytes), wanted)
    }),
  )
})

test('goes on after a line without an end for a long time', () => {
  const chunks = [...new Array(1000).fill(Buffer.alloc(1000, 'x')), Buffer.from('\nnext\n')]
  assert.deepEqual(linesOf(chunks, 100), [null, 'next'])
})
