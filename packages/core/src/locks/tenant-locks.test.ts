import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NamedCaller } from '../caller.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { VEHICLE } from './lock.ts'
import { isOwn } from './lock-owner.ts'
import { changeMode } from './mode-change.ts'
import { component, group, LockedVehicle } from './testing/locked-vehicle.ts'

const RED: Tenant = { id: 'red', isolation: 'namespace' }
const BLUE: Tenant = { id: 'blue', isolation: 'namespace' }
const OPEN: Tenant = { id: 'open', isolation: 'none' }
const LAB: Tenant = { id: 'lab', isolation: 'strict', components: new Set(['a']) }

const a = component('a')
const of = (tenant: Tenant | undefined, subject = 'ann'): NamedCaller => ({ subject, ...(tenant && { tenant }) })
const context = { signal: new AbortController().signal }

test('clients of one name in two tenants are two clients', async () => {
  const vehicle = new LockedVehicle()
  const { locks } = vehicle
  const lock = locks.acquire(a, of(RED))
  assert.deepEqual([isOwn(lock, of(RED)), isOwn(lock, of(BLUE)), isOwn(lock, of(undefined))], [true, false, false])
  assert.throws(() => locks.acquire(a, of(BLUE)), {
    code: 'conflict',
    message: "Component 'a' already locked by another tenant",
  })
  assert.throws(() => locks.requireUnlocked(a, 'data', of(BLUE)), {
    code: 'conflict',
    message: "Component 'a' is locked by another tenant",
  })
  assert.throws(() => locks.renew({ target: a }, of(BLUE), {}), {
    code: 'conflict',
    message: "Lock owned by another tenant, cannot renew as 'ann'",
  })
  assert.throws(() => locks.release({ target: a }, of(BLUE)), { code: 'conflict' })
  locks.requireUnlocked(a, 'data', of(RED))
  assert.equal(locks.isUnderLock(a, 'modes', of(RED)), true)
  assert.equal(locks.isUnderLock(a, 'modes', of(BLUE)), false)
  locks.release({ target: a }, of(RED))
})

test('clients of tenants that are not kept apart are one client if their names are one', async () => {
  const vehicle = new LockedVehicle()
  const { locks } = vehicle
  const lock = locks.acquire(a, of(OPEN))
  assert.equal(lock.tenant, undefined)
  assert.equal(locks.acquire(a, of(undefined)).id, lock.id)
  assert.throws(() => locks.acquire(a, of(OPEN, 'bob')), { message: "Component 'a' already locked by 'ann'" })
})

test('a name with the tenant of another in it is nobody else', async () => {
  const vehicle = new LockedVehicle()
  vehicle.locks.acquire(a, of(RED))
  assert.throws(() => vehicle.locks.requireUnlocked(a, 'data', of(undefined, 'red/ann')), { code: 'conflict' })
})

test('the name of the holder is for its tenant, and for who is not kept apart', async () => {
  const vehicle = new LockedVehicle()
  const { locks } = vehicle
  locks.acquire(a, of(RED))
  const owners = [RED, BLUE, OPEN, undefined].map((tenant) => locks.get({ target: a }, of(tenant)).owner)
  assert.deepEqual(owners, ['ann', 'another tenant', 'ann', 'ann'])
  assert.deepEqual(
    locks.list(a, of(BLUE)).map(({ owner }) => owner),
    ['another tenant'],
  )
})

test('a lock of another tenant is broken by who may be of any, and its owner is told', async () => {
  const broken: unknown[] = []
  const vehicle = new LockedVehicle({
    onBroken: (lock, breaker) => broken.push([lock.tenant, breaker.tenant?.id]),
  })
  const { locks } = vehicle
  locks.acquire(a, of(RED))
  const may = (...permissions: string[]) => ({
    ...of(BLUE, 'bob'),
    permits: (permission: string) => permissions.includes(permission),
  })
  for (const caller of [of(BLUE, 'bob'), may('locks:break'), may('tenants:any'), may()]) {
    assert.throws(() => locks.break({ target: a }, caller), { code: 'forbidden' })
    assert.throws(() => locks.acquire(a, caller, { breakOthers: true }), { code: 'forbidden' })
  }
  locks.break({ target: a }, may('locks:break', 'tenants:any'))
  assert.deepEqual(broken, [['red', 'blue']])
  locks.requireUnlocked(a, 'data', of(BLUE))
  assert.throws(() => locks.requireUnlocked(a, 'data', of(RED)), {
    code: 'conflict',
    message: /the lock of 'ann' .* was broken/,
  })
  locks.requireUnlocked(a, 'data', of(RED))
})

test('what a client does is undone with its own lock, and not with that of its namesake', async () => {
  const vehicle = new LockedVehicle()
  const { locks, tree } = vehicle
  const entity = tree.get('component', 'a')
  locks.acquire(a, of(RED), { scopes: ['modes'] })
  await changeMode({ tree, locks }, entity, { groupId: 'session', value: 'extended' }, { ...context, caller: of(RED) })
  locks.acquire(a, of(BLUE), { scopes: ['data'] })
  locks.release({ target: a, id: locks.list(a)[1]?.id ?? '' }, of(BLUE))
  assert.equal(vehicle.modes.get('a')?.current.get('session'), 'extended')
  locks.release({ target: a, id: locks.list(a)[0]?.id ?? '' }, of(RED))
  await new Promise(setImmediate)
  assert.equal(vehicle.modes.get('a')?.current.get('session'), 'default')
})

test('a tenant of some components locks these, and nothing that others are part of', async () => {
  const vehicle = new LockedVehicle()
  const { locks } = vehicle
  for (const target of [VEHICLE, group('ab')]) {
    assert.throws(() => locks.acquire(target, of(LAB)), { code: 'forbidden', message: /tenant 'lab' cannot lock/ })
  }
  assert.equal(locks.acquire(a, of(LAB)).tenant, 'lab')
})

test('a tenant of some components is not told what else there is that another has locked', () => {
  const { locks } = new LockedVehicle()
  locks.acquire(group('ab'), of(RED))
  const message = 'This is locked by another tenant'
  assert.throws(() => locks.requireUnlocked(a, 'data', of(LAB)), { code: 'conflict', message })
})

test('one tenant cannot take the locks that another may have', async () => {
  const vehicle = new LockedVehicle({ maxLocks: 1 })
  const { locks } = vehicle
  locks.acquire(a, of(RED))
  assert.throws(() => locks.acquire(component('b'), of(RED)), { code: 'too-many-requests' })
  locks.acquire(component('b'), of(BLUE))
})
