import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { Agenda } from './agenda.ts'

const DAY = 24 * 60 * 60 * 1000

function open() {
  const clock = new FakeClock()
  const called: string[] = []
  const agenda = new Agenda<string>(clock, (thing) => called.push(`${thing} at ${clock.monotonic()}`))
  return { clock, called, agenda }
}

test('calls back for what is due, with one timer for all', async () => {
  const { clock, called, agenda } = open()
  agenda.set('c', 300)
  agenda.set('a', 100)
  agenda.set('b', 200)
  assert.equal(clock.pending, 1)
  agenda.set('b', undefined)
  agenda.set('c', 400)
  await clock.advance(1000)
  assert.deepEqual(called, ['a at 100', 'c at 400'])
  assert.equal(clock.pending, 0)
})

test('waits for months', async () => {
  const { clock, called, agenda } = open()
  agenda.set('a', 90 * DAY)
  await clock.advance(89 * DAY)
  assert.deepEqual(called, [])
  await clock.advance(DAY)
  assert.deepEqual(called, [`a at ${90 * DAY}`])
})

test('leaves no timer when it is disposed', () => {
  const { clock, agenda } = open()
  agenda.set('a', 100)
  agenda[Symbol.dispose]()
  agenda[Symbol.dispose]()
  assert.equal(clock.pending, 0)
})
