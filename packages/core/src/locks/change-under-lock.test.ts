import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { NamedCaller } from '../caller.ts'
import { changeUnderLock } from './change-under-lock.ts'
import { leaveSession } from './mode-change.ts'
import { component, LockedVehicle } from './testing/locked-vehicle.ts'

const ann: NamedCaller = { subject: 'ann' }
const a = component('a')
const { signal } = new AbortController()

/** Takes an output over, and notes what is done to it. */
function takeOver(vehicle: LockedVehicle, done: string[], change: () => Promise<void> = async () => {}) {
  const entity = vehicle.entity('a')
  return changeUnderLock(
    vehicle,
    {
      entity,
      collection: 'operations',
      name: 'io/fan',
      change: async () => {
        done.push('taken')
        await change()
      },
      undo: async () => done.push('given back'),
    },
    { signal, caller: ann },
  )
}

test('what was changed under a lock is undone once, when the lock ends', async () => {
  const vehicle = new LockedVehicle()
  const done: string[] = []
  vehicle.locks.acquire(a, ann)
  await takeOver(vehicle, done)
  await takeOver(vehicle, done)
  vehicle.locks.release({ target: a }, ann)
  await settle()
  assert.deepEqual(done, ['taken', 'taken', 'given back'])
})

test('what was changed without a lock stays', async () => {
  const vehicle = new LockedVehicle()
  const done: string[] = []
  await takeOver(vehicle, done)
  vehicle.locks.acquire(a, ann)
  vehicle.locks.release({ target: a }, ann)
  await settle()
  assert.deepEqual(done, ['taken'])
})

const REFUSALS: readonly SovdError[] = [
  new SovdError('conflict', 'the session is another'),
  new SovdError('not-implemented', 'it has none'),
  new SovdError('bad-gateway', 'refused', { parameters: { service: 0x2f, nrc: 0x31 } }),
]
for (const refusal of REFUSALS) {
  test(`what was refused with ${refusal.code} is not undone`, async () => {
    const vehicle = new LockedVehicle()
    const done: string[] = []
    vehicle.locks.acquire(a, ann)
    await assert.rejects(
      takeOver(vehicle, done, () => Promise.reject(refusal)),
      refusal,
    )
    vehicle.locks.release({ target: a }, ann)
    await settle()
    assert.deepEqual(done, ['taken'])
  })
}

test('what may have had its effect is undone', async () => {
  const vehicle = new LockedVehicle()
  const done: string[] = []
  vehicle.locks.acquire(a, ann)
  const silent = new SovdError('gateway-timeout', 'no answer')
  await assert.rejects(
    takeOver(vehicle, done, () => Promise.reject(silent)),
    silent,
  )
  vehicle.locks.release({ target: a }, ann)
  await settle()
  assert.deepEqual(done, ['taken', 'given back'])
})

test('what takes effect only after the lock has ended is undone then', async () => {
  const vehicle = new LockedVehicle()
  const done: string[] = []
  const slow = Promise.withResolvers<void>()
  vehicle.locks.acquire(a, ann)
  const taking = takeOver(vehicle, done, () => slow.promise)
  await settle()
  vehicle.locks.release({ target: a }, ann)
  await settle()
  assert.deepEqual(done, ['taken'])
  slow.resolve()
  await taking
  await settle()
  assert.deepEqual(done, ['taken', 'given back'])
})

test('leaving the session of an entity sets its default session', async () => {
  const vehicle = new LockedVehicle()
  await leaveSession(vehicle.entity('a'), { signal })
  assert.deepEqual(vehicle.modesOf('a').asked, ['session default'])
})
