import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@opensovd/base/node'
import { streamOfLines } from './stream.ts'

const untimed = { startTime() {}, stopTime() {} }
const line = { text: 'x'.repeat(1000) }
const LINE_BYTES = JSON.stringify(line).length + 1

test('makes lines only as they are read', async () => {
  let made = 0
  const stream = streamOfLines(
    (async function* () {
      for (; made < 200_000; made++) yield line
    })(),
    untimed,
  )
  let taken = 0
  for await (const chunk of stream) {
    taken += Buffer.byteLength(chunk)
    assert.ok(made * LINE_BYTES - taken <= 64 * 1024, `${made} lines made, ${taken} bytes taken`)
  }
  assert.equal(taken, 200_000 * LINE_BYTES)
})

test('ends the lines when it is destroyed', async () => {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const stream = streamOfLines(
    (async function* () {
      try {
        for (;;) yield line
      } finally {
        resolve()
      }
    })(),
    untimed,
  )
  stream.once('data', () => stream.destroy())
  await ended
})

test('counts the time in which a line is made, and not that in which nobody reads', async () => {
  let isCounting = false
  const seen: boolean[] = []
  const timer = {
    startTime() {
      isCounting = true
    },
    stopTime() {
      isCounting = false
    },
  }
  const stream = streamOfLines(
    (async function* () {
      for (let at = 0; at < 100; at++) {
        seen.push(isCounting)
        yield line
      }
    })(),
    timer,
  )
  stream.read(0)
  await systemClock.sleep(5)
  assert.ok(seen.length > 0 && seen.length < 100)
  assert.equal(isCounting, false)
  stream.resume()
  for await (const _ of stream);
  assert.ok(seen.every(Boolean))
  assert.equal(isCounting, false)
})
