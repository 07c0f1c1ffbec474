import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { UnreachableError } from '../uds/tool.ts'
import type { FlashState } from './flash-job.ts'
import { follow } from './follow.ts'

const RUNNING: FlashState = { status: 'running', progress: 40 }
const DONE: FlashState = { status: 'completed', verification: 'verified' }
const silence = new UnreachableError('nobody is there')

/** Follows a programming that is in these states, one after the other; the last one stays. */
function setUp(states: readonly (FlashState | Error)[], stop: () => Promise<void> = async () => {}) {
  const clock = new FakeClock()
  const interruption = new AbortController()
  const shown: (number | undefined)[] = []
  let asked = 0
  const job = {
    state: async () => {
      const state = states[Math.min(asked++, states.length - 1)] ?? DONE
      if (state instanceof Error) throw state
      return state
    },
    stop,
  }
  const following = follow(job, clock, (percent) => shown.push(percent), interruption.signal)
  following.catch(() => {})
  return { clock, interruption, shown, following, asked: () => asked }
}

test('a programming is followed to its end', async () => {
  const { clock, shown, following } = setUp([RUNNING, RUNNING, DONE])
  await clock.advance(1000)
  assert.deepEqual(await following, DONE)
  assert.deepEqual(shown, [40, 40])
})

test('silence for a while does not end it, and silence for long does', async () => {
  const short = setUp([RUNNING, silence, silence, DONE])
  await short.clock.advance(1000)
  assert.deepEqual(await short.following, DONE)
  const long = setUp([RUNNING, silence])
  await long.clock.advance(60_000)
  await assert.rejects(long.following, silence)
  assert.ok(long.asked() > 10 && long.asked() < 100)
})

test('a refusal ends it at once', async () => {
  const refusal = new AppError('refused', 'no such execution')
  const { following } = setUp([refusal])
  await assert.rejects(following, refusal)
})

test('an interruption stops it, and the last state tells how it ended', async () => {
  let stops = 0
  const { clock, interruption, following } = setUp([RUNNING, { status: 'stopped' }], async () => void stops++)
  await clock.advance(10)
  interruption.abort(new DOMException('interrupted', 'AbortError'))
  assert.deepEqual(await following, { status: 'stopped' })
  assert.equal(stops, 1)
})

test('one that was over before it could be stopped is not taken for stopped', async () => {
  const { clock, interruption, following } = setUp([RUNNING, DONE], async () => {
    throw new AppError('refused', 'it is over')
  })
  await clock.advance(10)
  interruption.abort(new DOMException('interrupted', 'AbortError'))
  assert.deepEqual(await following, DONE)
})
