import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FaultGovernor } from './fault-governor.ts'

/** A test of the condition, so long after the one before. */
const tests = fc.array(fc.record({ afterMs: fc.nat(400), fails: fc.boolean() }), { maxLength: 60 })

/** The times of the failures since the test last passed, at each failure. */
function* failuresSoFar(outcomes: readonly { afterMs: number; fails: boolean }[]) {
  let nowMs = 0
  let since: number[] = []
  for (const { afterMs, fails } of outcomes) {
    nowMs += afterMs
    since = fails ? [...since, nowMs] : []
    yield { nowMs, fails, since }
  }
}

test('without debouncing, every failure is confirmed and nothing matures', () => {
  const governor = new FaultGovernor({ kind: 'none' })
  assert.equal(governor.fail(0), true)
  assert.equal(governor.dueMs, undefined)
})

test('confirms the failure that completes the count within the window, and those that follow it there', () => {
  fc.assert(
    fc.property(
      tests,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 1500 }),
      (outcomes, failures, windowMs) => {
        const governor = new FaultGovernor({ kind: 'count', failures, windowMs })
        for (const { nowMs, fails, since } of failuresSoFar(outcomes)) {
          if (!fails) governor.reset()
          else {
            const recent = since.filter((atMs) => nowMs - atMs < windowMs)
            assert.equal(governor.fail(nowMs), recent.length >= failures)
            assert.equal(governor.dueMs, nowMs + windowMs)
          }
        }
      },
    ),
  )
})

test('a failure that is as old as the window is long does not count any more', () => {
  const governor = new FaultGovernor({ kind: 'count', failures: 2, windowMs: 1000 })
  assert.deepEqual(
    [0, 1000, 1999].map((nowMs) => governor.fail(nowMs)),
    [false, false, true],
  )
})

test('confirms failures that nothing took back for as long as they have to hold', () => {
  fc.assert(
    fc.property(tests, fc.integer({ min: 1, max: 1500 }), (outcomes, holdMs) => {
      const governor = new FaultGovernor({ kind: 'hold', holdMs })
      for (const { nowMs, fails, since } of failuresSoFar(outcomes)) {
        if (!fails) {
          governor.reset()
          assert.equal(governor.dueMs, undefined)
        } else {
          const [first = nowMs] = since
          assert.equal(governor.fail(nowMs), nowMs - first >= holdMs)
          assert.equal(governor.dueMs, first + holdMs)
        }
      }
    }),
  )
})

test('forgets failures that are too few, and confirms those it holds', () => {
  assert.equal(new FaultGovernor({ kind: 'count', failures: 3, windowMs: 10 }).becomes, 'forgotten')
  assert.equal(new FaultGovernor({ kind: 'hold', holdMs: 10 }).becomes, 'confirmed')
})
