import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { ReporterRates } from './reporter-rates.ts'

function open() {
  const clock = new FakeClock()
  const rates = new ReporterRates({ clock, perSecond: 10, burst: 3, maxReporters: 2 })
  const taken = (reporters: readonly string[]) => reporters.filter((reporter) => rates.take(reporter) === 0).length
  return { clock, rates, taken }
}

test('takes a burst, then the rate', async () => {
  const { clock, rates, taken } = open()
  assert.equal(taken(new Array(10).fill('a')), 3)
  assert.equal(rates.take('a'), 100)
  await clock.advance(1000)
  assert.equal(taken(new Array(10).fill('a')), 3)
  let steady = 0
  for (let tenths = 0; tenths < 100; tenths++) {
    await clock.advance(100)
    steady += taken(['a', 'a'])
  }
  assert.equal(steady, 100)
})

test('reporters beyond those it tells apart share one allowance, until one that is told apart was quiet', async () => {
  const { clock, taken } = open()
  assert.equal(taken(['a', 'b']), 2)
  assert.equal(taken(Array.from({ length: 100 }, (_, n) => `r${n}`)), 3)
  await clock.advance(1000)
  assert.equal(taken(['x', 'x', 'x', 'y', 'y', 'y']), 6)
})
