import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { CircuitBreaker } from './circuit-breaker.ts'

function setUp() {
  const clock = new FakeClock()
  const breaker = new CircuitBreaker(clock, { maxFailures: 3, openMs: 2000 })
  const fail = (times: number) => {
    for (let count = 0; count < times; count++) breaker.failed()
  }
  return { clock, breaker, fail }
}

test('opens after failures in a row, and tells how long it stays open', async () => {
  const { clock, breaker, fail } = setUp()
  fail(2)
  assert.equal(breaker.admit(), 0)
  fail(1)
  assert.equal(breaker.admit(), 2000)
  await clock.advance(500)
  assert.equal(breaker.admit(), 1500)
})

test('a success between failures starts the count anew', () => {
  const { breaker, fail } = setUp()
  fail(2)
  breaker.succeeded()
  fail(2)
  assert.equal(breaker.admit(), 0)
})

test('lets a single probe through when its time is over', async () => {
  const { clock, breaker, fail } = setUp()
  fail(3)
  await clock.advance(2000)
  assert.equal(breaker.admit(), 0)
  assert.ok(breaker.admit() > 0)
})

test('closes when the probe succeeds', async () => {
  const { clock, breaker, fail } = setUp()
  fail(3)
  await clock.advance(2000)
  breaker.admit()
  breaker.succeeded()
  assert.equal(breaker.admit(), 0)
  assert.equal(breaker.admit(), 0)
})

test('opens again when the probe fails', async () => {
  const { clock, breaker, fail } = setUp()
  fail(3)
  await clock.advance(2000)
  breaker.admit()
  fail(1)
  assert.equal(breaker.admit(), 2000)
})

test('lets another probe through when one came to no verdict', async () => {
  const { clock, breaker, fail } = setUp()
  fail(3)
  await clock.advance(2000)
  breaker.admit()
  breaker.undecided()
  assert.equal(breaker.admit(), 0)
})

test('lets another probe through when one is never heard of again', async () => {
  const { clock, breaker, fail } = setUp()
  fail(3)
  await clock.advance(2000)
  breaker.admit()
  await clock.advance(2000)
  assert.equal(breaker.admit(), 0)
})

test('late failures do not prolong the time it is open', async () => {
  const { clock, breaker, fail } = setUp()
  fail(3)
  await clock.advance(1500)
  fail(10)
  assert.equal(breaker.admit(), 500)
})
