import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { Alarm } from './alarm.ts'

function setUp() {
  const clock = new FakeClock()
  const alarm = new Alarm()
  const stop = new AbortController()
  const pause = () => {
    const state = { over: false }
    const ended = alarm.pause(clock, 200, 5000, stop.signal).then(() => {
      state.over = true
    })
    return { state, ended }
  }
  return { clock, alarm, stop, pause }
}

test('a pause ends when its time is over', async () => {
  const { clock, pause } = setUp()
  const { state } = pause()
  await clock.advance(4999)
  assert.equal(state.over, false)
  await clock.advance(1)
  assert.equal(state.over, true)
  assert.equal(clock.pending, 0)
})

test('a pause ends when the alarm rings', async () => {
  const { clock, alarm, pause } = setUp()
  const { state } = pause()
  await clock.advance(1000)
  alarm.ring()
  await clock.advance(0)
  assert.equal(state.over, true)
  assert.equal(clock.pending, 0)
})

test('but not before its shortest time', async () => {
  const { clock, alarm, pause } = setUp()
  alarm.ring()
  const { state } = pause()
  alarm.ring()
  await clock.advance(199)
  assert.equal(state.over, false)
  await clock.advance(1)
  assert.equal(state.over, true)
})

test('an alarm is over with the pause it ended', async () => {
  const { clock, alarm, pause } = setUp()
  alarm.ring()
  pause()
  await clock.advance(200)
  const { state } = pause()
  await clock.advance(1000)
  assert.equal(state.over, false)
})

for (const afterMs of [100, 1000]) {
  test(`a pause that is aborted after ${afterMs} ms rejects and leaves no timer`, async () => {
    const { clock, stop, pause } = setUp()
    const rejected = assert.rejects(pause().ended, { name: 'AbortError' })
    await clock.advance(afterMs)
    stop.abort()
    await rejected
    assert.equal(clock.pending, 0)
  })
}
