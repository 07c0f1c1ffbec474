import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from './fake-clock.ts'

test('fires what is due in the order of time, also what was added on the way', async () => {
  const clock = new FakeClock({ epochMs: 1000 })
  const log: string[] = []
  clock.after(20, () => log.push(`b at ${clock.now()}`))
  clock.after(10, () => {
    log.push(`a at ${clock.now()}`)
    clock.after(5, () => log.push(`c at ${clock.now()}`))
  })
  const cancel = clock.after(12, () => log.push('cancelled'))
  cancel()
  await clock.advance(19)
  assert.deepEqual(log, ['a at 1010', 'c at 1015'])
  await clock.advance(1)
  assert.deepEqual(log, ['a at 1010', 'c at 1015', 'b at 1020'])
  assert.equal(clock.monotonic(), 20)
})

test('a sleep that is aborted rejects with the reason and leaves no timer', async () => {
  const clock = new FakeClock()
  const controller = new AbortController()
  const sleeping = clock.sleep(1000, controller.signal)
  controller.abort(new Error('woken'))
  await assert.rejects(sleeping, { message: 'woken' })
  assert.equal(clock.pending, 0)
  await assert.rejects(clock.sleep(1, controller.signal), { message: 'woken' })
})

test('chance repeats with its seed', () => {
  const draw = (seed: number) => {
    const clock = new FakeClock({ seed })
    return Array.from({ length: 5 }, () => clock.random())
  }
  assert.deepEqual(draw(7), draw(7))
  assert.notDeepEqual(draw(7), draw(8))
  assert.ok(draw(7).every((value) => value >= 0 && value < 1))
})
