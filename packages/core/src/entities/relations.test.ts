import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import fc from 'fast-check'
import { MemoryBackend } from '../memory/memory-backend.ts'
import type { Entity, EntityKind } from './entity.ts'
import { EntityTree } from './tree.ts'

function entity(kind: EntityKind, id: string, more: Partial<Entity> = {}): Entity {
  return { kind, id, name: id, connectionState: 'connected', facets: {}, ...more }
}

function treeOf(...entities: Entity[]): EntityTree {
  return new EntityTree([new MemoryBackend('memory', entities)], silentLogger)
}

const ids = (entities: readonly Entity[]) => entities.map(({ id }) => id)

test('areas have subareas and components, components have subcomponents and apps [17978-3 7.6]', () => {
  const { relations } = treeOf(
    entity('area', 'vehicle'),
    entity('area', 'front', { parentId: 'vehicle', members: ['door', 'gone'] }),
    entity('component', 'door'),
    entity('component', 'latch', { parentId: 'door' }),
    entity('app', 'ajar', { hostId: 'door' }),
  )
  assert.deepEqual(ids(relations.subareas('vehicle')), ['front'])
  assert.deepEqual(ids(relations.contains('front')), ['door'])
  assert.equal(relations.areaOf('door')?.id, 'front')
  assert.deepEqual(ids(relations.subcomponents('door')), ['latch'])
  assert.deepEqual(ids(relations.hosts('door')), ['ajar'])
  assert.equal(relations.hostOf(entity('app', 'ajar', { hostId: 'door' }))?.id, 'door')
  assert.deepEqual(relations.contains('none'), [])
})

test('an app depends on apps, or else on components, and nothing depends on itself', () => {
  const { relations } = treeOf(
    entity('component', 'bms'),
    entity('component', 'x'),
    entity('app', 'x'),
    entity('app', 'y'),
  )
  const kinds = (of: Entity) => relations.dependsOn(of).map(({ kind, id }) => `${kind} ${id}`)
  assert.deepEqual(kinds(entity('app', 'y', { dependsOn: ['x', 'bms', 'bms', 'gone'] })), ['app x', 'component bms'])
  assert.deepEqual(kinds(entity('app', 'x', { dependsOn: ['x'] })), ['component x'])
  assert.deepEqual(kinds(entity('component', 'x', { dependsOn: ['x', 'bms'] })), ['component bms'])
})

test('what is done to one entity may be done to those that share its components', () => {
  const { relations } = treeOf(
    entity('component', 'a'),
    entity('component', 'b'),
    entity('function', 'f', { members: ['a', 'b'] }),
    entity('app', 'x', { members: ['b', 'b'] }),
    entity('area', 'rear', { members: ['a'] }),
  )
  const affected = (kind: EntityKind, id: string) =>
    relations.affected(kind, id).map((other) => `${other.kind} ${other.id}`)
  assert.deepEqual(affected('component', 'a'), ['function f'])
  assert.deepEqual(affected('component', 'b'), ['function f', 'app x'])
  assert.deepEqual(affected('app', 'x').toSorted(), ['component b', 'function f'])
  assert.deepEqual(affected('function', 'f').toSorted(), ['app x', 'component a', 'component b'])
  assert.deepEqual(affected('area', 'rear'), [])
})

test('relations follow the entities as they change', () => {
  const backend = new MemoryBackend('memory', [entity('component', 'a')])
  const tree = new EntityTree([backend], silentLogger)
  assert.deepEqual(tree.relations.hosts('a'), [])
  assert.equal(tree.relations, tree.relations)
  backend.replace([entity('component', 'a'), entity('app', 'x', { hostId: 'a' })])
  assert.deepEqual(ids(tree.relations.hosts('a')), ['x'])
})

test('whatever entities say of each other, both directions of a relation agree', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const someIds = fc.uniqueArray(id)
  const areas = fc.array(fc.tuple(id, fc.array(id), fc.option(id)))
  fc.assert(
    fc.property(areas, someIds, fc.array(fc.tuple(id, fc.option(id))), (areaSpecs, components, apps) => {
      const tree = treeOf(
        ...areaSpecs.map(([own, members, parent]) =>
          entity('area', own, { members, ...(parent ? { parentId: parent } : {}) }),
        ),
        ...components.map((each) => entity('component', each)),
        ...apps.map(([own, host]) => entity('app', own, host ? { hostId: host } : {})),
      )
      const { relations } = tree
      const containedPairs = tree
        .list('area')
        .flatMap((area) => relations.contains(area.id).map((each) => [each.id, area.id]))
      const belongsPairs = tree.list('component').flatMap((each) => {
        const area = relations.areaOf(each.id)
        return area ? [[each.id, area.id]] : []
      })
      assert.deepEqual(containedPairs.toSorted(), belongsPairs.toSorted())
      const hostedPairs = tree
        .list('component')
        .flatMap((each) => relations.hosts(each.id).map((app) => [app.id, each.id]))
      const locatedPairs = tree.list('app').flatMap((app) => {
        const host = relations.hostOf(app)
        return host ? [[app.id, host.id]] : []
      })
      assert.deepEqual(hostedPairs.toSorted(), locatedPairs.toSorted())
    }),
  )
})
