import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Alarm } from './alarm.ts'
import { FakeClock } from './testing/index.ts'

function setUp() {
  const clock = new FakeClock()
  const rung: number[] = []
  const alarm = new Alarm(clock, () => rung.push(clock.monotonic()))
  return { clock, rung, alarm }
}

test('rings once, at the time it was set to last', async () => {
  const { clock, rung, alarm } = setUp()
  alarm.set(100)
  await clock.advance(60)
  alarm.set(150)
  alarm.set(130)
  await clock.advance(1000)
  assert.deepEqual(rung, [130])
  assert.equal(clock.pending, 0)
})

test('rings earlier when it is set to an earlier time', async () => {
  const { clock, rung, alarm } = setUp()
  alarm.set(100)
  alarm.set(20)
  await clock.advance(1000)
  assert.deepEqual(rung, [20])
})

test('moves with one timer, however often it is moved', async () => {
  const { clock, rung, alarm } = setUp()
  for (let at = 0; at < 50; at++) {
    alarm.set(clock.monotonic() + 100)
    assert.equal(clock.pending, 1)
    await clock.advance(10)
  }
  assert.deepEqual(rung, [])
  await clock.advance(1000)
  assert.deepEqual(rung, [590])
})

test('does not ring once it is cleared, and can be set again', async () => {
  const { clock, rung, alarm } = setUp()
  alarm.set(100)
  alarm.clear()
  await clock.advance(50)
  alarm.set(300)
  await clock.advance(1000)
  assert.deepEqual(rung, [300])
})

test('keeps no timer once it is disposed', () => {
  const { clock, alarm } = setUp()
  alarm.set(100)
  alarm[Symbol.dispose]()
  assert.equal(clock.pending, 0)
})

test('can be set from within its ring', async () => {
  const clock = new FakeClock()
  const rung: number[] = []
  const alarm = new Alarm(clock, () => {
    rung.push(clock.monotonic())
    if (rung.length < 3) alarm.set(clock.monotonic() + 10)
  })
  alarm.set(10)
  await clock.advance(100)
  assert.deepEqual(rung, [10, 20, 30])
})
