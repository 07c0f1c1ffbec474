import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { NamedCaller } from '../caller.ts'
import { VEHICLE } from './lock.ts'
import { changeMode } from './mode-change.ts'
import { component, group, LockedVehicle } from './testing/locked-vehicle.ts'

const ann: NamedCaller = { subject: 'ann' }
const bob: NamedCaller = { subject: 'bob' }
const a = component('a')
const { signal } = new AbortController()

function change(vehicle: LockedVehicle, caller: NamedCaller | undefined, setting: string, id = 'a'): Promise<unknown> {
  const [groupId = '', value = ''] = setting.split(' ')
  const context = caller ? { signal, caller } : { signal }
  return changeMode(vehicle, vehicle.entity(id), { groupId, value }, context)
}

describe('a mode that was changed under a lock', () => {
  const endings: Record<string, (vehicle: LockedVehicle) => unknown> = {
    released: ({ locks }) => locks.release({ target: a }, ann),
    broken: ({ locks }) => locks.break({ target: a }, bob),
    expired: ({ clock }) => clock.advance(300_000),
    closed: ({ locks }) => locks[Symbol.asyncDispose](),
  }

  for (const [how, end] of Object.entries(endings)) {
    test(`is back at its default when the lock is ${how}`, async () => {
      const vehicle = new LockedVehicle()
      vehicle.locks.acquire(a, ann)
      await change(vehicle, ann, 'session extended')
      await change(vehicle, ann, 'dtcsetting off')
      await change(vehicle, ann, 'session programming')
      const { asked, current } = vehicle.modesOf('a')
      assert.equal(current.get('session'), 'programming')
      await end(vehicle)
      await settle()
      assert.deepEqual(asked.slice(3), ['dtcsetting on', 'session default'], 'the last change is undone first')
      assert.equal(vehicle.clock.pending, 0)
    })
  }

  test('goes back to what it was where no default is known', async () => {
    const vehicle = new LockedVehicle()
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'x-light bright')
    await change(vehicle, ann, 'x-light off')
    vehicle.locks.release({ target: a }, ann)
    await settle()
    assert.deepEqual(vehicle.modesOf('a').asked, ['x-light bright', 'x-light off', 'x-light dim'])
  })

  test('ends what was unlocked by ending the session', async () => {
    const vehicle = new LockedVehicle()
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'security Level_5')
    await change(vehicle, ann, 'commctrl disableRxAndTx')
    vehicle.locks.release({ target: a }, ann)
    await settle()
    assert.deepEqual(vehicle.modesOf('a').asked.slice(2), ['commctrl enableRxAndEnableTx', 'session default'])
  })

  test('stays as long as another lock of the same owner is about it', async () => {
    const vehicle = new LockedVehicle()
    const { locks } = vehicle
    locks.acquire(VEHICLE, ann, { scopes: ['data'] })
    locks.acquire(group('ab'), ann)
    locks.acquire(a, ann, { scopes: ['modes'] })
    const { id } = locks.acquire(a, ann, { scopes: ['faults'] })
    await change(vehicle, ann, 'session extended')
    locks.release({ target: a, id: locks.list(a)[0]?.id ?? '' }, ann)
    locks.release({ target: a, id }, ann)
    await settle()
    assert.equal(vehicle.modesOf('a').current.get('session'), 'extended')
    locks.release({ target: group('ab') }, ann)
    await settle()
    assert.equal(vehicle.modesOf('a').current.get('session'), 'default')
  })

  test('is undone although the change comes about only after the lock has ended', async () => {
    const vehicle = new LockedVehicle()
    const modes = vehicle.modesOf('a')
    const gate = Promise.withResolvers<void>()
    vehicle.locks.acquire(a, ann)
    modes.gate = gate.promise
    const changed = change(vehicle, ann, 'session extended')
    await settle()
    vehicle.locks.release({ target: a }, ann)
    await settle()
    assert.deepEqual(modes.asked, ['session extended'])
    modes.gate = Promise.resolve()
    gate.resolve()
    await changed
    await settle()
    assert.deepEqual(modes.asked, ['session extended', 'session default'])
    assert.equal(modes.current.get('session'), 'default')
  })

  test('is undone although nobody knows whether the change came about', async () => {
    const vehicle = new LockedVehicle()
    vehicle.locks.acquire(a, ann)
    vehicle.modesOf('a').failures = 1
    await assert.rejects(change(vehicle, ann, 'session extended'), { code: 'bad-gateway' })
    vehicle.locks.release({ target: a }, ann)
    await settle()
    assert.deepEqual(vehicle.modesOf('a').asked, ['session extended', 'session default'])
  })
})

test('a mode that was refused under a lock is not set back', async () => {
  const vehicle = new LockedVehicle()
  vehicle.locks.acquire(a, ann)
  const setting = { groupId: 'session', value: 'extended', parameters: { key: 'c0ffee' } }
  const changed = changeMode(vehicle, vehicle.entity('a'), setting, { signal, caller: ann })
  await assert.rejects(changed, { code: 'invalid-request' })
  vehicle.locks.release({ target: a }, ann)
  await settle()
  assert.deepEqual(vehicle.modesOf('a').asked, [])
})

test('a mode that was changed without a lock stays', async () => {
  const vehicle = new LockedVehicle()
  await change(vehicle, undefined, 'session extended')
  vehicle.locks.acquire(a, ann)
  vehicle.locks.acquire(component('b'), bob)
  await change(vehicle, ann, 'session extended', 'c')
  vehicle.locks.release({ target: a }, ann)
  await settle()
  assert.deepEqual(vehicle.modesOf('a').asked, ['session extended'])
  assert.deepEqual(vehicle.modesOf('c').asked, ['session extended'])
})

test('modes of an entity that has none are not implemented', async () => {
  const vehicle = new LockedVehicle()
  const app = vehicle.tree.get('app', 'x')
  await assert.rejects(changeMode(vehicle, app, { groupId: 'session', value: 'extended' }, { signal }), {
    code: 'not-implemented',
  })
})

describe('undoing', () => {
  test('does not keep anybody from releasing or locking, and is tried again', async () => {
    const vehicle = new LockedVehicle()
    const modes = vehicle.modesOf('a')
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'session extended')
    modes.failures = 2
    vehicle.locks.release({ target: a }, ann)
    assert.equal(vehicle.locks.acquire(a, bob).owner, 'bob')
    await vehicle.clock.advance(4000)
    assert.equal(modes.current.get('session'), 'default')
    assert.deepEqual(
      vehicle.logged.map(({ level, fields }) => [level, fields?.attempt, fields?.error]),
      [
        ['warn', 1, 'not now'],
        ['warn', 2, 'not now'],
      ],
    )
  })

  test('is given up at last, and that is logged as an error', async () => {
    const vehicle = new LockedVehicle()
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'session extended')
    await change(vehicle, ann, 'dtcsetting off')
    vehicle.modesOf('a').failures = 10
    vehicle.locks.release({ target: a }, ann)
    await vehicle.clock.advance(60_000)
    assert.equal(vehicle.modesOf('a').asked.length, 2 + 2 * 5)
    assert.deepEqual(
      vehicle.logged.filter(({ level }) => level === 'error').map(({ message, fields }) => [message, fields]),
      ['modes/dtcsetting', 'modes/session'].map((name) => [
        'what was done under a lock could not be undone',
        { entity: 'component/a', change: name, attempt: 5, error: 'not now' },
      ]),
    )
    assert.equal(vehicle.clock.pending, 0)
  })

  test('of something that never answers does not hold up other entities, and ends', async () => {
    const vehicle = new LockedVehicle()
    const { locks, clock } = vehicle
    locks.acquire(group('ab'), ann)
    await change(vehicle, ann, 'session extended', 'a')
    await change(vehicle, ann, 'session extended', 'b')
    vehicle.modesOf('a').gate = new Promise(() => {})
    locks.release({ target: group('ab') }, ann)
    await settle()
    assert.equal(vehicle.modesOf('b').current.get('session'), 'default')
    await clock.advance(120_000)
    assert.equal(clock.pending, 0)
    assert.equal(vehicle.logged.at(-1)?.level, 'error')
  })

  test('does not undo what somebody changed since', async () => {
    const vehicle = new LockedVehicle()
    const modes = vehicle.modesOf('a')
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'session extended')
    await change(vehicle, ann, 'dtcsetting off')
    modes.failures = 2
    vehicle.locks.release({ target: a }, ann)
    await settle()
    vehicle.locks.acquire(a, bob)
    await change(vehicle, bob, 'session programming')
    await vehicle.clock.advance(10_000)
    assert.equal(modes.current.get('session'), 'programming')
    assert.equal(modes.current.get('dtcsetting'), 'on')
  })

  test('that is under way is over before the next change', async () => {
    const vehicle = new LockedVehicle()
    const modes = vehicle.modesOf('a')
    const gate = Promise.withResolvers<void>()
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'session extended')
    modes.gate = gate.promise
    vehicle.locks.release({ target: a }, ann)
    await settle()
    vehicle.locks.acquire(a, bob)
    const changed = change(vehicle, bob, 'session programming')
    await settle()
    assert.deepEqual(modes.asked, ['session extended', 'session default'])
    gate.resolve()
    await changed
    assert.equal(modes.current.get('session'), 'programming')
  })

  test('under way keeps a change waiting no longer than its request', async () => {
    const vehicle = new LockedVehicle()
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'session extended')
    vehicle.modesOf('a').gate = new Promise(() => {})
    vehicle.locks.release({ target: a }, ann)
    await settle()
    const request = new AbortController()
    const setting = { groupId: 'session', value: 'programming' }
    const changed = changeMode(vehicle, vehicle.entity('a'), setting, { signal: request.signal, caller: bob })
    request.abort(new SovdError('gateway-timeout', 'too long'))
    await assert.rejects(changed, { code: 'gateway-timeout' })
  })

  test('is tried once more when the server closes, and then it is enough', async () => {
    const vehicle = new LockedVehicle()
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'session extended')
    vehicle.modesOf('a').failures = 2
    vehicle.locks.release({ target: a }, ann)
    await settle()
    await vehicle.locks[Symbol.asyncDispose]()
    assert.deepEqual(vehicle.modesOf('a').asked, ['session extended', 'session default', 'session default'])
    assert.equal(vehicle.clock.pending, 0)
  })

  test('does not hold up the closing of the server', async () => {
    const vehicle = new LockedVehicle()
    vehicle.locks.acquire(a, ann)
    await change(vehicle, ann, 'session extended')
    vehicle.modesOf('a').gate = new Promise(() => {})
    const closed = vehicle.locks[Symbol.asyncDispose]()
    await vehicle.clock.advance(1000)
    await closed
    assert.equal(vehicle.clock.pending, 0)
    assert.equal(vehicle.logged.at(-1)?.level, 'error')
  })
})
