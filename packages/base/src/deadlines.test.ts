import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deadlines } from './deadlines.ts'
import { FakeClock } from './testing/index.ts'

test('expires what is not ended in time, each at its own time, with one timer', async () => {
  const clock = new FakeClock()
  const deadlines = new Deadlines(clock, 100)
  const expired: string[] = []
  const begin = (name: string) => {
    return deadlines.begin(() => void expired.push(`${name} at ${clock.monotonic()}`))
  }
  begin('a')
  const ended = begin('b')
  await clock.advance(40)
  begin('c')
  assert.equal(clock.pending, 1)
  deadlines.end(ended)
  await clock.advance(60)
  assert.deepEqual(expired, ['a at 100'])
  await clock.advance(40)
  assert.deepEqual(expired, ['a at 100', 'c at 140'])
  assert.equal(clock.pending, 0)
  begin('d')
  await clock.advance(100)
  assert.equal(expired.at(-1), 'd at 240')
})

test('forgets what ended, in whatever order, and ending twice is ending once', async () => {
  const clock = new FakeClock()
  const deadlines = new Deadlines(clock, 100)
  const expired: number[] = []
  const begun = Array.from({ length: 6 }, (_, at) => deadlines.begin(() => void expired.push(at)))
  for (const at of [2, 0, 5, 2, 0]) {
    const deadline = begun[at]
    if (deadline) deadlines.end(deadline)
  }
  begun.push(deadlines.begin(() => void expired.push(6)))
  await clock.advance(100)
  assert.deepEqual(expired, [1, 3, 4, 6])
})
