import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LockTarget } from '../locks/lock.ts'
import { Roles } from './roles.ts'

const BMS: LockTarget = { kind: 'component', id: 'bms' }
const vehicle = (): LockTarget => ({ kind: 'vehicle' })

test('a viewer reads, and does nothing else', () => {
  const may = new Roles().permits({ roles: ['viewer'] }, vehicle)
  for (const permission of ['data:read', 'faults:read', 'discovery:read', 'observe:read']) assert.ok(may(permission))
  for (const permission of ['data:write', 'faults:clear', 'locks:write', 'operations:execute', 'modes:write'])
    assert.equal(may(permission), false)
})

test('only an administrator reads memory, switches features, and breaks the locks of others', () => {
  const roles = new Roles()
  const reserved = ['admin:read', 'admin:write', 'locks:break', 'uds:raw', 'uds:flash', 'uds:write', 'scripts:write']
  for (const permission of [...reserved, 'updates:execute', 'auth:anything']) {
    assert.ok(roles.permits({ roles: ['admin'] }, vehicle)(permission))
    for (const role of ['viewer', 'tester']) assert.equal(roles.permits({ roles: [role] }, vehicle)(permission), false)
  }
  assert.equal(roles.permits({ roles: ['viewer'] }, vehicle)('uds:read'), false)
})

test('without a role, or with one that does not exist, nothing is permitted', () => {
  const roles = new Roles()
  assert.equal(roles.permits({ roles: [] }, vehicle)('discovery:read'), false)
  assert.equal(roles.permits({ roles: ['constructor', '__proto__', 'root'] }, vehicle)('discovery:read'), false)
})

test('any role that permits something is enough', () => {
  const roles = new Roles([{ name: 'locker', permissions: ['locks:*'] }])
  const may = roles.permits({ roles: ['viewer', 'locker'] }, vehicle)
  assert.ok(may('data:read') && may('locks:break'))
  assert.equal(may('data:write'), false)
})

test('a role of one name takes the place of the built-in one', () => {
  const roles = new Roles([{ name: 'admin', permissions: ['admin:read'] }])
  assert.equal(roles.permits({ roles: ['admin'] }, vehicle)('data:read'), false)
})

test('scopes restrict roles and never extend them', () => {
  const roles = new Roles()
  const may = roles.permits({ roles: ['tester'], scopes: ['openid', 'data:*', 'uds:flash'] }, vehicle)
  assert.ok(may('data:read') && may('data:write'))
  assert.equal(may('faults:read'), false)
  assert.equal(may('uds:flash'), false)
})

test('scopes that are about something else restrict nothing', () => {
  assert.ok(new Roles().permits({ roles: ['tester'], scopes: ['openid', 'email'] }, vehicle)('faults:clear'))
})

test('a role for some components permits nothing about others, groups of them or the vehicle', () => {
  const roles = new Roles([{ name: 'battery', permissions: ['*'], components: ['bms'] }])
  const may = (target: LockTarget, permission = 'data:write') =>
    roles.permits({ roles: ['battery'] }, () => target)(permission)
  assert.ok(may(BMS))
  assert.equal(may({ kind: 'component', id: 'climate' }), false)
  assert.equal(may({ kind: 'app', id: 'bms' }), false)
  assert.equal(may({ kind: 'group', id: 'bms' }), false)
  assert.equal(may(vehicle()), false)
  assert.equal(may(BMS, 'locks:break'), false)
})
