import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { changeMode } from '../locks/mode-change.ts'
import { LockedVehicle } from '../locks/testing/locked-vehicle.ts'
import { ModeExpirations } from './mode-expirations.ts'

const signal = new AbortController().signal
const ann = { subject: 'ann' }

function setUp() {
  const at = new LockedVehicle()
  const modeExpirations = new ModeExpirations({ clock: at.clock, log: silentLogger })
  const domain = { tree: at.tree, locks: at.locks, modeExpirations }
  const change = (groupId: string, value: string, expiresAfterMs?: number) =>
    changeMode(
      domain,
      at.entity('a'),
      { groupId, value, ...(expiresAfterMs === undefined ? {} : { expiresAfterMs }) },
      { signal, caller: ann },
    )
  return { at, clock: at.clock, modes: at.modesOf('a'), change, modeExpirations }
}

test('a mode goes back to its default when it expires [17978-3 7.16]', async () => {
  const { clock, modes, change } = setUp()
  await change('session', 'extended', 5000)
  await clock.advance(4999)
  assert.equal(modes.current.get('session'), 'extended')
  await clock.advance(1)
  assert.equal(modes.current.get('session'), 'default')
  await change('dtcsetting', 'off', 1000)
  await clock.advance(1000)
  assert.equal(modes.current.get('dtcsetting'), 'on')
})

test('a mode without a known default goes back to what it was', async () => {
  const { clock, modes, change } = setUp()
  await change('x-light', 'bright', 1000)
  await clock.advance(1000)
  assert.equal(modes.current.get('x-light'), 'dim')
})

test('who changes the mode meanwhile decides anew', async () => {
  const { clock, modes, change } = setUp()
  await change('session', 'extended', 5000)
  await clock.advance(4000)
  await change('session', 'programming')
  await clock.advance(60_000)
  assert.equal(modes.current.get('session'), 'programming')
  await change('session', 'extended', 5000)
  await clock.advance(4000)
  await change('session', 'extended', 5000)
  await clock.advance(4000)
  assert.equal(modes.current.get('session'), 'extended')
  await clock.advance(1000)
  assert.equal(modes.current.get('session'), 'default')
})

test('modes of other groups and entities are left alone', async () => {
  const { at, clock, modes, change } = setUp()
  at.modesOf('b').current.set('session', 'extended')
  await change('session', 'extended', 1000)
  await change('x-light', 'bright')
  await clock.advance(1000)
  assert.equal(modes.current.get('x-light'), 'bright')
  assert.equal(at.modesOf('b').current.get('session'), 'extended')
})

test('a mode that the source refused does not expire', async () => {
  const { clock, modes, change } = setUp()
  modes.failures = 1
  await assert.rejects(change('session', 'extended', 1000), { code: 'bad-gateway' })
  await clock.advance(1000)
  assert.deepEqual(modes.asked, ['session extended'])
})

test('going back is tried again when the source fails', async () => {
  const { clock, modes, change } = setUp()
  await change('session', 'extended', 1000)
  modes.failures = 1
  await clock.advance(1000)
  assert.equal(modes.current.get('session'), 'extended')
  await clock.advance(2000)
  assert.equal(modes.current.get('session'), 'default')
})

test('a mode set under a lock goes back by the time it has, or with the lock, whichever is first', async () => {
  const { at, clock, modes, change } = setUp()
  at.locks.acquire({ kind: 'component', id: 'a' }, ann, { term: { durationSeconds: 2 } })
  await change('session', 'extended', 1000)
  await clock.advance(1000)
  assert.equal(modes.current.get('session'), 'default')
  await change('session', 'extended', 10_000)
  await clock.advance(1000)
  assert.equal(modes.current.get('session'), 'default')
})

test('modes go back when the gateway closes, for nobody could see to it later', async () => {
  const { modes, change, modeExpirations } = setUp()
  await change('session', 'extended', 1_000_000)
  await modeExpirations[Symbol.asyncDispose]()
  assert.equal(modes.current.get('session'), 'default')
})

test('a mode cannot expire that nobody knows how to set back', async () => {
  const { modes, change } = setUp()
  await assert.rejects(change('x-unknown', 'on', 1000), { code: 'not-implemented' })
  assert.deepEqual(modes.asked, [])
})
