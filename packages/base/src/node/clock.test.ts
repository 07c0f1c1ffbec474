import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './clock.ts'

test('a delay longer than a timer can be is not none', async () => {
  const fired: string[] = []
  const cancels = [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER].map((ms) =>
    systemClock.after(ms, () => fired.push(`${ms}`)),
  )
  await systemClock.sleep(20)
  for (const cancel of cancels) cancel()
  assert.deepEqual(fired, [])
})

test('a cancelled call is not made, and cancelling after it does nothing', async () => {
  const fired: string[] = []
  const cancel = systemClock.after(1, () => fired.push('cancelled'))
  cancel()
  const late = systemClock.after(1, () => fired.push('made'))
  await systemClock.sleep(20)
  late()
  assert.deepEqual(fired, ['made'])
})
