import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import type { EventDefinition } from './event-definition.ts'
import { ProvidedEvent } from './provided-event.ts'

const EVENT: EventDefinition = {
  eventId: 0x8778,
  eventgroupIds: [0x4465],
  kind: 'event',
  reliability: 'unknown',
  cycleMs: 0,
  changeResetsCycle: false,
  updateOnChange: true,
}

function provide(definition: Partial<EventDefinition>) {
  const clock = new FakeClock()
  const sent: string[] = []
  const event = new ProvidedEvent({ ...EVENT, ...definition }, clock, (_event, payload) => {
    sent.push(`${clock.monotonic()} ${toHex(payload)}`)
  })
  event.start()
  return { clock, sent, event, set: (hex: string, force?: boolean) => event.set(fromHex(hex), force) }
}

test('notifies of every value of an event, and remembers none', () => {
  const { event, sent, set } = provide({})
  set('01')
  set('01')
  assert.deepEqual(sent, ['0 01', '0 01'])
  assert.equal(event.initialValue, undefined)
})

test('notifies of a field only when its value changes, unless forced', () => {
  const { event, sent, set } = provide({ kind: 'field' })
  assert.equal(event.initialValue, undefined)
  set('01')
  set('01')
  set('02')
  set('02', true)
  assert.deepEqual(sent, ['0 01', '0 02', '0 02'])
  assert.deepEqual(event.initialValue, fromHex('02'))
})

test('keeps the value of a field whatever becomes of the bytes it was set from', () => {
  const { event } = provide({ kind: 'field' })
  const bytes = fromHex('0102')
  event.set(bytes)
  bytes.fill(0xff)
  assert.deepEqual(event.initialValue, fromHex('0102'))
})

test('repeats the value in each cycle from the first value on', async () => {
  const { clock, sent, set } = provide({ cycleMs: 100 })
  await clock.advance(250)
  set('01')
  await clock.advance(50)
  set('02')
  await clock.advance(150)
  assert.deepEqual(sent, ['250 01', '300 02', '350 02', '450 02'])
})

test('lets a change start the cycle anew where that is wanted', async () => {
  const { clock, sent, set } = provide({ cycleMs: 100, changeResetsCycle: true })
  set('01')
  await clock.advance(50)
  set('02')
  await clock.advance(100)
  assert.deepEqual(sent, ['0 01', '50 02', '150 02'])
})

test('sends only with the cycle where a change is no reason to', async () => {
  const { clock, sent, set } = provide({ cycleMs: 100, updateOnChange: false })
  set('01')
  set('02')
  await clock.advance(100)
  assert.deepEqual(sent, ['100 02'])
})

test('compares with the last value it notified of where the event has an epsilon', () => {
  const { sent, set } = provide({
    kind: 'field',
    isChange: (previous, next) => Math.abs((previous[0] ?? 0) - (next[0] ?? 0)) >= 5,
  })
  for (const value of ['0a', '0d', '0f', '11']) set(value)
  assert.deepEqual(sent, ['0 0a', '0 0f'])
})

test('ends the cycle when the event is no longer offered and resumes it when it is offered again', async () => {
  const { clock, event, sent, set } = provide({ cycleMs: 100 })
  set('01')
  event.stop()
  await clock.advance(200)
  event.start()
  await clock.advance(100)
  assert.deepEqual(sent, ['0 01', '300 01'])
  event[Symbol.dispose]()
  assert.equal(clock.pending, 0)
})

test('has no value after it was unset', () => {
  const { event, set, sent } = provide({ kind: 'field' })
  set('01')
  event.unset()
  assert.equal(event.initialValue, undefined)
  set('01')
  assert.equal(sent.length, 2)
})

test('counts sessions from 1 to 0xffff and never uses 0 [PRS_SOMEIP_00533]', () => {
  const { event } = provide({})
  const sessions = Array.from({ length: 0x10000 }, () => event.nextSessionId())
  assert.equal(sessions[0], 1)
  assert.deepEqual(sessions.slice(-2), [0xffff, 1])
})
