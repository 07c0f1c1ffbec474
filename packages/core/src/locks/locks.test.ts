import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Caller, NamedCaller } from '../caller.ts'
import { VEHICLE } from './lock.ts'
import type { LockRequest } from './locks.ts'
import { component, group, LockedVehicle } from './testing/locked-vehicle.ts'

const ann: NamedCaller = { subject: 'ann' }
const bob: NamedCaller = { subject: 'bob' }
const nobody: Caller = {}
const a = component('a')
const b = component('b')

const seconds = (durationSeconds: number): LockRequest => ({ term: { durationSeconds } })

describe('a lock', () => {
  test('keeps others from changing what it is on, and nobody from changing the rest', () => {
    const { locks } = new LockedVehicle()
    const lock = locks.acquire(a, ann, seconds(60))
    assert.deepEqual(lock, {
      id: 'lock-1',
      target: a,
      owner: 'ann',
      scopes: [],
      lockedAt: '2026-01-01T00:00:00.000Z',
      expires: '2026-01-01T00:01:00.000Z',
    })
    const refusal = { code: 'conflict', message: "Component 'a' is locked by 'ann'", retryAfterSeconds: 60 }
    assert.throws(() => locks.requireUnlocked(a, 'data', bob), refusal)
    assert.throws(() => locks.requireUnlocked(a, 'modes', nobody), refusal)
    locks.requireUnlocked(a, 'data', ann)
    locks.requireUnlocked(b, 'data', bob)
    locks.requireUnlocked({ kind: 'app', id: 'a' }, 'data', bob)
  })

  test('of some collections leaves the others to everybody', () => {
    const { locks } = new LockedVehicle()
    locks.acquire(a, ann, { scopes: ['data', 'faults', 'data'] })
    assert.throws(() => locks.requireUnlocked(a, 'faults', bob), { code: 'conflict' })
    locks.requireUnlocked(a, 'modes', bob)
    assert.throws(() => locks.acquire(a, bob), { code: 'conflict' })
    assert.throws(() => locks.acquire(a, bob, { scopes: ['modes', 'data'] }), { code: 'conflict' })
    locks.acquire(a, bob, { scopes: ['modes'] })
    assert.deepEqual(
      locks.list(a).map(({ owner, scopes }) => [owner, scopes]),
      [
        ['ann', ['data', 'faults']],
        ['bob', ['modes']],
      ],
    )
  })

  test('is of collections that exist, on an entity that exists', () => {
    const { locks } = new LockedVehicle()
    assert.throws(() => locks.acquire(a, ann, { scopes: ['dreams'] }), { code: 'invalid-request', target: 'scopes' })
    assert.throws(() => locks.acquire(component('z'), ann), { code: 'not-found' })
    assert.throws(() => locks.acquire(group('a'), ann), { code: 'not-found' })
    assert.deepEqual(locks.list(component('z')), [])
  })

  test('ends at the moment of its expiry', async () => {
    const { locks, clock } = new LockedVehicle()
    locks.acquire(a, ann, seconds(60))
    await clock.advance(59_999)
    assert.throws(() => locks.requireUnlocked(a, 'data', bob), { retryAfterSeconds: 1 })
    await clock.advance(1)
    locks.requireUnlocked(a, 'data', bob)
    assert.throws(() => locks.get({ target: a }), { code: 'not-found', message: "No lock on component 'a'" })
    assert.equal(clock.pending, 0)
  })

  test('that is over is in nobody’s way even before its timer is heard', () => {
    const { locks, clock } = new LockedVehicle()
    let lateMs = 0
    clock.monotonic = () => lateMs
    locks.acquire(a, ann, seconds(60))
    lateMs = 60_000
    locks.requireUnlocked(a, 'data', bob)
    locks.acquire(a, ann, seconds(60))
    lateMs = 120_000
    assert.equal(locks.acquire(a, bob).owner, 'bob')
    lateMs = 420_000
    assert.deepEqual(locks.list(a), [])
    assert.equal(clock.pending, 0)
  })

  test('is released by its owner only', () => {
    const { locks, clock } = new LockedVehicle()
    locks.acquire(a, ann)
    const message = "Lock owned by 'ann', cannot release as 'bob'"
    assert.throws(() => locks.release({ target: a }, bob), { code: 'conflict', message })
    assert.throws(() => locks.release({ target: a }, nobody), { code: 'conflict' })
    locks.release({ target: a }, ann)
    locks.requireUnlocked(a, 'data', bob)
    assert.throws(() => locks.release({ target: a }, ann), { code: 'not-found' })
    assert.equal(clock.pending, 0)
  })

  test('is renewed by its owner: its term starts anew', async () => {
    const { locks, clock } = new LockedVehicle()
    const first = locks.acquire(a, ann, seconds(60))
    await clock.advance(50_000)
    const renewed = locks.renew({ target: a }, ann, { expires: '2026-01-01T00:01:10Z' })
    assert.deepEqual(renewed, { ...first, expires: '2026-01-01T00:01:10.000Z' })
    await clock.advance(19_999)
    assert.deepEqual(locks.get({ target: a }), renewed)
    assert.throws(() => locks.renew({ target: a }, bob, {}), { code: 'conflict' })
    assert.throws(() => locks.renew({ target: a }, ann, { durationSeconds: 3601 }), { code: 'invalid-request' })
    await clock.advance(1)
    assert.throws(() => locks.renew({ target: a }, ann, {}), { code: 'not-found' })
  })

  test('acquired again by its owner is the same lock with a new term', async () => {
    const { locks, clock } = new LockedVehicle()
    const first = locks.acquire(a, ann, { scopes: ['data', 'modes'], term: { durationSeconds: 60 } })
    await clock.advance(50_000)
    const again = locks.acquire(a, ann, { scopes: ['modes', 'data'], term: { durationSeconds: 60 } })
    assert.deepEqual(again, { ...first, expires: '2026-01-01T00:01:50.000Z' })
    const other = locks.acquire(a, ann)
    assert.notEqual(other.id, first.id)
    assert.deepEqual(
      locks.list(a).map(({ id }) => id),
      [first.id, other.id],
    )
    assert.equal(locks.get({ target: a }).id, other.id)
    assert.equal(locks.get({ target: a, id: first.id }).id, first.id)
    assert.throws(() => locks.get({ target: b, id: first.id }), { code: 'not-found' })
  })

  test('ends when it was asked to end, however time goes on meanwhile', () => {
    const { locks, clock } = new LockedVehicle()
    let nowMs = Date.UTC(2026, 0, 1)
    clock.now = () => nowMs++
    const expires = '2026-01-01T00:01:00.000Z'
    assert.equal(locks.acquire(a, ann, { term: { expires } }).expires, expires)
    assert.equal(locks.renew({ target: a }, ann, { expires }).expires, expires)
    const { lockedAt, ...lock } = locks.acquire(b, ann, seconds(60))
    assert.equal(Date.parse(lock.expires) - Date.parse(lockedAt), 60_000)
  })

  test('is one of so many', () => {
    const { locks } = new LockedVehicle({ maxLocks: 2 })
    locks.acquire(a, ann)
    locks.acquire(b, ann)
    assert.throws(() => locks.acquire(component('c'), ann), { code: 'too-many-requests' })
    locks.acquire(a, ann)
    locks.release({ target: b }, ann)
    locks.acquire(component('c'), ann)
  })

  test('ends with the server', async () => {
    const { locks, clock } = new LockedVehicle()
    locks.acquire(a, ann)
    locks.acquire(b, bob)
    await locks[Symbol.asyncDispose]()
    await locks[Symbol.asyncDispose]()
    assert.equal(clock.pending, 0)
    assert.deepEqual(locks.list(a), [])
  })
})

describe('the hierarchy of locks', () => {
  test('a group lock keeps others out of every member, of locks on them, and of groups with the same members', () => {
    const { locks } = new LockedVehicle()
    locks.acquire(group('ab'), ann)
    const message = "Group 'ab' is locked by 'ann'"
    assert.throws(() => locks.requireUnlocked(a, 'data', bob), { code: 'conflict', message })
    assert.throws(() => locks.requireUnlocked(b, 'data', bob), { code: 'conflict', message })
    locks.requireUnlocked(component('c'), 'data', bob)
    for (const target of [a, group('ab'), group('bc'), VEHICLE]) {
      assert.throws(() => locks.acquire(target, bob), { message: "Group 'ab' already locked by 'ann'" })
    }
    locks.acquire(component('c'), bob)
    locks.acquire(a, ann)
    locks.acquire({ kind: 'app', id: 'x' }, bob)
  })

  test('the vehicle lock keeps others out of everything', () => {
    const { locks } = new LockedVehicle()
    locks.acquire(VEHICLE, ann)
    for (const target of [a, group('ab'), VEHICLE, { kind: 'app', id: 'x' } as const]) {
      assert.throws(() => locks.requireUnlocked(target, 'data', bob), { message: "The vehicle is locked by 'ann'" })
      assert.throws(() => locks.acquire(target, bob), { message: "The vehicle already locked by 'ann'" })
      locks.requireUnlocked(target, 'data', ann)
    }
  })

  test('a lock on a part keeps others from locking or changing the whole', () => {
    const { locks } = new LockedVehicle()
    locks.acquire(b, ann)
    for (const target of [group('ab'), group('bc'), VEHICLE]) {
      assert.throws(() => locks.acquire(target, bob), { message: "Component 'b' already locked by 'ann'" })
      assert.throws(() => locks.requireUnlocked(target, 'updates', bob), { code: 'conflict' })
      locks.requireUnlocked(target, 'updates', ann)
    }
    locks.acquire(VEHICLE, ann)
  })

  test('groups count as they are now', () => {
    const vehicle = new LockedVehicle()
    const { locks } = vehicle
    locks.acquire(group('ab'), ann)
    locks.acquire(component('c'), bob)
    vehicle.regroup({ ab: ['a', 'c'] })
    locks.requireUnlocked(b, 'data', bob)
    assert.throws(() => locks.requireUnlocked(component('c'), 'data', ann), { message: /locked by 'bob'/ })
    assert.throws(() => locks.requireUnlocked(component('c'), 'data', bob), { message: /locked by 'ann'/ })
    vehicle.regroup({})
    locks.requireUnlocked(a, 'data', bob)
  })

  test('of several locks in the way, the last to end says when to try again', () => {
    const { locks } = new LockedVehicle()
    locks.acquire(a, ann, seconds(10))
    locks.acquire(b, ann, seconds(30))
    locks.acquire(component('c'), ann, seconds(20))
    assert.throws(() => locks.acquire(VEHICLE, bob), { retryAfterSeconds: 30 })
  })
})

describe('breaking a lock', () => {
  const detail = (id: string) => {
    const message = "the lock of 'ann' on component 'a' was broken"
    return { code: 'conflict', message, details: [{ code: 'lock-broken', message, target: id }] }
  }

  test('ends it, is logged, and is told its owner once', () => {
    const { locks, logged } = new LockedVehicle()
    const { id } = locks.acquire(a, ann)
    locks.break({ target: a }, bob)
    assert.equal(logged.length, 1)
    assert.equal(logged[0]?.message, 'a lock was broken')
    assert.deepEqual(logged[0]?.fields, {
      lock: id,
      on: 'component/a',
      owner: 'ann',
      expires: '2026-01-01T00:05:00.000Z',
      by: 'bob',
    })
    locks.requireUnlocked(a, 'data', bob)
    locks.requireUnlocked(b, 'data', ann)
    assert.throws(() => locks.requireUnlocked(a, 'data', ann), detail(id))
    locks.requireUnlocked(a, 'data', ann)
  })

  test('is told whatever use its owner makes of it', () => {
    const uses: ((vehicle: LockedVehicle) => void)[] = [
      ({ locks }) => locks.renew({ target: a }, ann, {}),
      ({ locks }) => locks.release({ target: a }, ann),
      ({ locks }) => locks.acquire(a, ann),
      ({ locks }) => locks.requireUnlocked(a, 'modes', ann),
      ({ locks }) => locks.requireUnlocked(group('ab'), 'modes', ann),
      ({ locks }) => locks.requireUnlocked(VEHICLE, 'modes', ann),
    ]
    for (const use of uses) {
      const vehicle = new LockedVehicle()
      const { id } = vehicle.locks.acquire(a, ann)
      vehicle.locks.break({ target: a, id }, bob)
      assert.throws(() => use(vehicle), detail(id), String(use))
    }
  })

  test('is told for a lock of the vehicle whatever its owner changes', () => {
    for (const target of [a, group('bc'), VEHICLE]) {
      const { locks } = new LockedVehicle()
      locks.acquire(VEHICLE, ann)
      locks.break({ target: VEHICLE }, bob)
      const message = "the lock of 'ann' on the vehicle was broken"
      assert.throws(() => locks.requireUnlocked(target, 'data', ann), { code: 'conflict', message })
      locks.requireUnlocked(target, 'data', ann)
    }
  })

  test('is told by the id of the lock as well, and not for what the lock was not about', () => {
    const { locks } = new LockedVehicle()
    const { id } = locks.acquire(a, ann, { scopes: ['data'] })
    locks.break({ target: a, id }, bob)
    locks.requireUnlocked(a, 'modes', ann)
    locks.acquire(a, ann, { scopes: ['modes'] })
    assert.throws(() => locks.release({ target: a, id }, ann), detail(id))
    assert.throws(() => locks.release({ target: a, id }, ann), { code: 'not-found' })
  })

  test('is not told when the lock would be over anyway', async () => {
    const { locks, clock } = new LockedVehicle()
    locks.acquire(a, ann, seconds(60))
    locks.break({ target: a }, bob)
    await clock.advance(60_000)
    locks.requireUnlocked(a, 'data', ann)
  })

  test('happens on the way to a lock of one’s own', () => {
    const { locks } = new LockedVehicle()
    locks.acquire(a, ann)
    locks.acquire(b, ann, { scopes: ['data'] })
    locks.acquire(component('c'), bob)
    assert.equal(locks.acquire(VEHICLE, bob, { breakOthers: true }).owner, 'bob')
    assert.deepEqual([...locks.list(a), ...locks.list(b)], [])
    assert.equal(locks.list(component('c')).length, 1)
  })

  test('needs the permission where callers are authenticated', () => {
    const { locks } = new LockedVehicle()
    const may = (permission: string): NamedCaller => ({ subject: 'eve', permits: (wanted) => wanted === permission })
    locks.acquire(a, ann)
    const refusal = { code: 'forbidden', message: "'eve' lacks the permission locks:break" }
    assert.throws(() => locks.break({ target: a }, may('locks:write')), refusal)
    assert.throws(() => locks.acquire(a, may('locks:write'), { breakOthers: true }), refusal)
    assert.equal(locks.get({ target: a }).owner, 'ann')
    locks.break({ target: a }, may('locks:break'))
    locks.acquire(a, may('locks:write'))
    locks.break({ target: a }, may('locks:write'))
    assert.deepEqual(locks.list(a), [])
  })

  test('needs a lock', () => {
    const { locks } = new LockedVehicle()
    assert.throws(() => locks.break({ target: a }, bob), { code: 'not-found' })
    assert.throws(() => locks.break({ target: VEHICLE }, bob), { message: 'No lock on the vehicle' })
    assert.throws(() => locks.break({ target: a, id: 'l' }, bob), { message: "No lock 'l' on component 'a'" })
  })

  test('is remembered for so many locks', () => {
    const { locks } = new LockedVehicle({ maxLocks: 1 })
    for (const target of [a, b]) {
      locks.acquire(target, ann)
      locks.break({ target }, bob)
    }
    locks.requireUnlocked(a, 'data', ann)
    assert.throws(() => locks.requireUnlocked(b, 'data', ann), {
      message: "the lock of 'ann' on component 'b' was broken",
    })
  })
})
