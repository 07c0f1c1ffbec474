import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { DTC_SETTING, SESSION } from '@opensovd/core'
import { DiagnosticModes, IDLE_LIMIT_MS } from './diagnostic-modes.ts'
import { sovdError } from './testing/tester.ts'

const EPOCH = Date.UTC(2026, 0, 1)

function setUp() {
  const clock = new FakeClock({ epochMs: EPOCH })
  return { clock, modes: new DiagnosticModes('bms', clock) }
}

test('the sessions have the numbers of UDS', async () => {
  const { modes } = setUp()
  const [session, dtcSetting] = await modes.list()
  assert.equal(session?.id, SESSION)
  assert.equal(session.value, 'default')
  assert.deepEqual(
    session.values.map(({ value, udsSession }) => [value, udsSession]),
    [
      ['default', 1],
      ['extended', 3],
      ['programming', 2],
    ],
  )
  assert.equal(dtcSetting?.id, DTC_SETTING)
  assert.equal(dtcSetting.value, 'on')
  assert.deepEqual(
    dtcSetting.values.map(({ value }) => value),
    ['on', 'off'],
  )
})

test('a change shows with the time since when it holds, and repeating it does not restart that time', async () => {
  const { clock, modes } = setUp()
  await clock.advance(1000)
  await modes.set(SESSION, 'extended')
  await clock.advance(1000)
  await modes.set(SESSION, 'extended')
  const [session] = await modes.list()
  assert.equal(session?.value, 'extended')
  assert.equal(session.activeSince, '2026-01-01T00:00:01.000Z')
})

test('an unknown mode is refused with the modes there are, an unknown group is not found', async () => {
  const { modes } = setUp()
  await assert.rejects(
    modes.set(SESSION, 'turbo'),
    sovdError('invalid-request', /'turbo'.*'default', 'extended', 'programming'/),
  )
  await assert.rejects(modes.set(DTC_SETTING, 'maybe'), sovdError('invalid-request', /'maybe'.*'on', 'off'/))
  await assert.rejects(modes.set('weather', 'fair'), sovdError('not-found', /'weather'/))
  assert.equal(modes.session, 'default')
})

test('after the idle limit without a request the default modes are back', async () => {
  const { clock, modes } = setUp()
  await modes.set(SESSION, 'extended')
  await modes.set(DTC_SETTING, 'off')
  await clock.advance(IDLE_LIMIT_MS - 1)
  assert.equal(modes.session, 'extended')
  assert.equal(modes.storesFaults, false)
  await clock.advance(1)
  assert.equal(modes.session, 'default')
  assert.equal(modes.storesFaults, true)
  const [session] = await modes.list()
  assert.equal(session?.activeSince, new Date(EPOCH + IDLE_LIMIT_MS).toISOString())
  assert.equal(clock.pending, 0)
})

test('a DTC setting that is off falls back in the default session too', async () => {
  const { clock, modes } = setUp()
  await modes.set(DTC_SETTING, 'off')
  await clock.advance(IDLE_LIMIT_MS)
  assert.equal(modes.storesFaults, true)
})

test('each request gives the session the full idle limit again', async () => {
  const { clock, modes } = setUp()
  await modes.set(SESSION, 'extended')
  for (let minute = 0; minute < 20; minute++) {
    await clock.advance(60_000)
    modes.noteRequest()
  }
  await clock.advance(IDLE_LIMIT_MS - 1)
  assert.equal(modes.session, 'extended')
  await clock.advance(1)
  assert.equal(modes.session, 'default')
})

test('entering the default session turns the DTC setting on, as in UDS', async () => {
  const { modes } = setUp()
  await modes.set(SESSION, 'extended')
  await modes.set(DTC_SETTING, 'off')
  await modes.set(SESSION, 'default')
  assert.equal(modes.storesFaults, true)
})

test('what needs another session is refused with the sessions it needs', () => {
  const { modes } = setUp()
  modes.requireSession(['default', 'extended'], 'breathing')
  assert.throws(
    () => modes.requireSession(['extended'], 'flying'),
    sovdError('conflict', /^flying needs mode 'extended'; 'bms' is in 'default'$/),
  )
  assert.throws(
    () => modes.requireSession(['extended', 'programming'], 'flying'),
    sovdError('conflict', /needs mode 'extended' or 'programming'/),
  )
})

test('a disposed ECU leaves no timer behind', async () => {
  const { clock, modes } = setUp()
  await modes.set(SESSION, 'extended')
  modes[Symbol.dispose]()
  modes[Symbol.dispose]()
  assert.equal(clock.pending, 0)
})
