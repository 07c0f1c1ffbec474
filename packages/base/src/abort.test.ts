import assert from 'node:assert/strict'
import { test } from 'node:test'
import { raceSignal, withTimeout } from './abort.ts'
import { FakeClock } from './testing/index.ts'

const tooSlow = () => new Error('too slow')

test('a task that is in time keeps its result and leaves no timer behind', async () => {
  const clock = new FakeClock()
  assert.equal(await withTimeout(clock, 100, tooSlow, undefined, async () => 'done'), 'done')
  assert.equal(clock.pending, 0)
})

test('a task that is not in time is aborted with the reason', async () => {
  const clock = new FakeClock()
  const result = withTimeout(clock, 100, tooSlow, undefined, (signal) => clock.sleep(1000, signal))
  const failure = assert.rejects(result, { message: 'too slow' })
  await clock.advance(100)
  await failure
})

test('the outer signal ends a task too, also one that aborted before', async () => {
  const clock = new FakeClock()
  const outer = new AbortController()
  const result = withTimeout(clock, 100, tooSlow, outer.signal, (signal) => clock.sleep(1000, signal))
  outer.abort(new Error('gone'))
  await assert.rejects(result, { message: 'gone' })
  await assert.rejects(
    withTimeout(clock, 100, tooSlow, outer.signal, (signal) => clock.sleep(1000, signal)),
    { message: 'gone' },
  )
})

test('racing a signal settles as the promise does, unless the signal is first', async () => {
  const controller = new AbortController()
  assert.equal(await raceSignal(Promise.resolve(1), controller.signal), 1)
  const never = raceSignal(new Promise(() => {}), controller.signal)
  controller.abort(new Error('gone'))
  await assert.rejects(never, { message: 'gone' })
})
