import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { NamedCaller } from '../caller.ts'
import type { Entity } from '../entities/entity.ts'
import { EntityTree } from '../entities/tree.ts'
import type { LockFacet } from '../facets/locks.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { VEHICLE } from './lock.ts'
import { Locks } from './locks.ts'
import { changeMode } from './mode-change.ts'
import { acquireLock, renewLock } from './source-locks.ts'
import { component, group, TestModes } from './testing/locked-vehicle.ts'

const ann: NamedCaller = { subject: 'ann' }
const bob: NamedCaller = { subject: 'bob' }
const context = { signal: new AbortController().signal }
const minute = { durationSeconds: 60 }

/** The lock of a source, which can be told to refuse. */
class SourceLock implements LockFacet {
  readonly calls: string[] = []
  refusal: SovdError | undefined
  heldSeconds = 0

  async acquire(seconds: number): Promise<void> {
    this.calls.push(`acquire ${seconds}`)
    await settle()
    if (this.refusal) throw this.refusal
    this.heldSeconds = seconds
  }

  async release(): Promise<void> {
    this.calls.push('release')
    this.heldSeconds = 0
  }
}

/** Components a and b with locks of their source, c without, and a group of all. */
class Vehicle {
  readonly clock = new FakeClock()
  readonly a = new SourceLock()
  readonly b = new SourceLock()
  readonly modes = new TestModes()
  readonly backend = new MemoryBackend('memory', [
    entityOf('component', 'a', { locks: this.a, modes: this.modes }),
    entityOf('component', 'b', { locks: this.b }),
    entityOf('component', 'c', {}),
    { ...entityOf('group', 'all', {}), members: ['a', 'b', 'c'] },
  ])
  readonly tree = new EntityTree([this.backend], silentLogger)
  readonly locks: Locks
  #ids = 0

  constructor() {
    const createId = () => `lock-${++this.#ids}`
    this.locks = new Locks({ clock: this.clock, log: silentLogger, createId, tree: this.tree })
  }
}

function entityOf(kind: Entity['kind'], id: string, facets: Entity['facets']): Entity {
  return { kind, id, name: id, connectionState: 'connected', facets }
}

test('the source is locked before the client hears of its lock, and somewhat longer than it lasts', async () => {
  const vehicle = new Vehicle()
  const lock = await acquireLock(vehicle, component('a'), { caller: ann, term: minute }, context)
  assert.equal(lock.owner, 'ann')
  assert.deepEqual(vehicle.a.calls, ['acquire 90'])
  assert.deepEqual(vehicle.b.calls, [])
})

test('the source is released when the lock is', async () => {
  const vehicle = new Vehicle()
  const { id } = await acquireLock(vehicle, component('a'), { caller: ann }, context)
  vehicle.locks.release({ target: component('a'), id }, ann)
  await settle()
  assert.equal(vehicle.a.calls.at(-1), 'release')
})

test('the source is released when the lock expires', async () => {
  const vehicle = new Vehicle()
  await acquireLock(vehicle, component('a'), { caller: ann, term: minute }, context)
  await vehicle.clock.advance(59_999)
  assert.deepEqual(vehicle.a.calls, ['acquire 90'])
  await vehicle.clock.advance(1)
  assert.deepEqual(vehicle.a.calls, ['acquire 90', 'release'])
})

test('the source stays locked until what was done under the lock is undone', async () => {
  const vehicle = new Vehicle()
  const { id } = await acquireLock(vehicle, component('a'), { caller: ann }, context)
  const entity = vehicle.tree.get('component', 'a')
  await changeMode(vehicle, entity, { groupId: 'session', value: 'extended' }, { ...context, caller: ann })
  const gate = Promise.withResolvers<void>()
  vehicle.modes.gate = gate.promise
  vehicle.locks.release({ target: component('a'), id }, ann)
  await settle()
  assert.deepEqual(vehicle.modes.asked, ['session extended', 'session default'])
  assert.notEqual(vehicle.a.calls.at(-1), 'release')
  gate.resolve()
  await settle()
  assert.equal(vehicle.a.calls.at(-1), 'release')
})

test('a refusal of the source is a conflict, and nothing is locked', async () => {
  const vehicle = new Vehicle()
  vehicle.b.refusal = new SovdError('forbidden', 'another tester has it')
  await assert.rejects(acquireLock(vehicle, group('all'), { caller: ann }, context), {
    code: 'conflict',
    message: "group 'all' could not be locked at its source: another tester has it",
  })
  await settle()
  assert.deepEqual(vehicle.locks.list(group('all')), [])
  assert.deepEqual(vehicle.a.calls, ['acquire 330', 'release'])
  assert.equal(vehicle.a.heldSeconds, 0)
  vehicle.b.refusal = undefined
  await acquireLock(vehicle, group('all'), { caller: bob }, context)
})

test('a client that goes away before the source answers has no lock', async () => {
  const vehicle = new Vehicle()
  const gone = new Error('gone')
  vehicle.a.acquire = () => Promise.reject(gone)
  await assert.rejects(acquireLock(vehicle, component('a'), { caller: ann }, context), gone)
  assert.deepEqual(vehicle.locks.list(component('a')), [])
})

test('a lock on the vehicle locks the sources of all components', async () => {
  const vehicle = new Vehicle()
  await acquireLock(vehicle, VEHICLE, { caller: ann, term: minute }, context)
  assert.deepEqual([vehicle.a.heldSeconds, vehicle.b.heldSeconds], [90, 90])
  await vehicle.locks[Symbol.asyncDispose]()
  assert.deepEqual([vehicle.a.heldSeconds, vehicle.b.heldSeconds], [0, 0])
})

test('of two locks that are about one entity, the last one to end releases the source', async () => {
  const vehicle = new Vehicle()
  const data = await acquireLock(vehicle, component('a'), { caller: ann, scopes: ['data'] }, context)
  const modes = await acquireLock(vehicle, component('a'), { caller: bob, scopes: ['modes'] }, context)
  vehicle.locks.release({ target: component('a'), id: data.id }, ann)
  await settle()
  assert.deepEqual(vehicle.a.calls, ['acquire 330', 'acquire 330'])
  vehicle.locks.release({ target: component('a'), id: modes.id }, bob)
  await settle()
  assert.deepEqual(vehicle.a.calls, ['acquire 330', 'acquire 330', 'release'])
})

test('however often an entity is locked under a wider lock, its source is released once', async () => {
  const vehicle = new Vehicle()
  await acquireLock(vehicle, VEHICLE, { caller: ann }, context)
  for (let nth = 0; nth < 5; nth++) {
    await acquireLock(vehicle, component('a'), { caller: ann }, context)
    vehicle.locks.release({ target: component('a') }, ann)
    await settle()
  }
  assert.ok(!vehicle.a.calls.includes('release'))
  vehicle.locks.release({ target: VEHICLE }, ann)
  await settle()
  assert.equal(vehicle.a.calls.filter((call) => call === 'release').length, 1)
})

test('renewing a lock extends that of the source', async () => {
  const vehicle = new Vehicle()
  const { id } = await acquireLock(vehicle, component('a'), { caller: ann, term: minute }, context)
  const place = { target: component('a'), id }
  await vehicle.clock.advance(50_000)
  await renewLock(vehicle, place, { caller: ann, term: { durationSeconds: 100 } }, context)
  assert.deepEqual(vehicle.a.calls, ['acquire 90', 'acquire 130'])
  await assert.rejects(renewLock(vehicle, place, { caller: bob, term: minute }, context), { code: 'conflict' })
  assert.deepEqual(vehicle.a.calls.length, 2)
})

test('a lock that its source gave to another is over when it is renewed', async () => {
  const vehicle = new Vehicle()
  const { id } = await acquireLock(vehicle, component('a'), { caller: ann }, context)
  vehicle.a.refusal = new SovdError('locked', 'somebody else has it now')
  const renewal = renewLock(vehicle, { target: component('a'), id }, { caller: ann, term: minute }, context)
  await assert.rejects(renewal, { code: 'conflict' })
  assert.deepEqual(vehicle.locks.list(component('a')), [])
})

test('a lock whose source does not answer its renewal goes on', async () => {
  const vehicle = new Vehicle()
  const { id } = await acquireLock(vehicle, component('a'), { caller: ann }, context)
  vehicle.a.refusal = new SovdError('gateway-timeout', 'silence')
  const renewal = renewLock(vehicle, { target: component('a'), id }, { caller: ann, term: minute }, context)
  await assert.rejects(renewal, { code: 'gateway-timeout' })
  assert.equal(vehicle.locks.list(component('a')).length, 1)
})
