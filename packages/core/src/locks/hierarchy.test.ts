import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hierarchy } from './hierarchy.ts'
import { component, group, LockedVehicle } from './testing/locked-vehicle.ts'

test('a component is in its groups and in the vehicle', () => {
  const { tree } = new LockedVehicle()
  const hierarchy = new Hierarchy(tree)
  assert.deepEqual(hierarchy.near(component('a')), ['component/a', 'group/ab', 'vehicle'])
  assert.deepEqual(hierarchy.near(component('b')), ['component/b', 'group/ab', 'group/bc', 'vehicle'])
  assert.deepEqual(hierarchy.near({ kind: 'app', id: 'x' }), ['app/x', 'vehicle'])
  assert.deepEqual(hierarchy.near(component('unheard-of')), ['component/unheard-of', 'vehicle'])
})

test('a group shares its components with other groups', () => {
  const { tree } = new LockedVehicle()
  const near = new Hierarchy(tree).near(group('ab'))
  assert.equal(near[0], 'group/ab')
  assert.deepEqual([...near].sort(), ['component/a', 'component/b', 'group/ab', 'group/bc', 'vehicle'])
})

test('components change their groups', () => {
  const vehicle = new LockedVehicle()
  const hierarchy = new Hierarchy(vehicle.tree)
  assert.ok(hierarchy.near(component('a')).includes('group/ab'))
  vehicle.regroup({ bc: ['a'] })
  assert.deepEqual(hierarchy.near(component('a')), ['component/a', 'group/bc', 'vehicle'])
  assert.deepEqual(hierarchy.near(component('b')), ['component/b', 'vehicle'])
})
