import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { Deadlines } from './deadlines.ts'

function setUp() {
  const clock = new FakeClock()
  const expired: string[] = []
  const deadlines = new Deadlines<string>(clock, (item) => expired.push(`${item} at ${clock.monotonic()}`))
  return { clock, expired, deadlines }
}

test('calls back for each item when its time is over', async () => {
  const { clock, expired, deadlines } = setUp()
  deadlines.set('b', 2000)
  deadlines.set('a', 1000)
  deadlines.set('c', 3000)
  deadlines.delete('c')
  await clock.advance(5000)
  assert.deepEqual(expired, ['a at 1000', 'b at 2000'])
  assert.equal(clock.pending, 0)
})

test('moves the end of an item in both directions', async () => {
  const { clock, expired, deadlines } = setUp()
  deadlines.set('later', 1000)
  deadlines.set('sooner', 9000)
  deadlines.set('never', 1000)
  await clock.advance(500)
  deadlines.set('later', 1000)
  deadlines.set('sooner', 100)
  deadlines.set('never', Number.POSITIVE_INFINITY)
  await clock.advance(10_000)
  assert.deepEqual(expired, ['sooner at 600', 'later at 1500'])
})

test('waits for the longest lifetime a message can give', async () => {
  const { clock, expired, deadlines } = setUp()
  deadlines.set('offer', 0xfffffe * 1000)
  await clock.advance(0xfffffe * 1000 - 1)
  assert.deepEqual(expired, [])
  await clock.advance(1)
  assert.equal(expired.length, 1)
})

test('takes an item that comes back while others expire', async () => {
  const clock = new FakeClock()
  const expired: number[] = []
  const deadlines = new Deadlines<string>(clock, (item) => {
    expired.push(clock.monotonic())
    if (expired.length < 3) deadlines.set(item, 10)
  })
  deadlines.set('again', 10)
  await clock.advance(100)
  assert.deepEqual(expired, [10, 20, 30])
})

test('forgets all items when it is disposed of', async () => {
  const { clock, expired, deadlines } = setUp()
  deadlines.set('a', 1000)
  deadlines[Symbol.dispose]()
  deadlines[Symbol.dispose]()
  await clock.advance(2000)
  assert.deepEqual([expired, clock.pending], [[], 0])
})
