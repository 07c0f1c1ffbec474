import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import type { DeclaredEntity } from '../entities/declared-entity.ts'
import type { Entity, EntityKind } from '../entities/entity.ts'
import { EntityTree } from '../entities/tree.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import type { Backend } from '../ports/backend.ts'
import { memoryFacets } from '../testing/memory-facets.ts'
import { SAMPLE_COMPONENT } from '../testing/sample-component.ts'
import type { Tenant } from './tenant.ts'
import { backendFor, declaredFor } from './tenant-entities.ts'

const LAB: Tenant = { id: 'lab', isolation: 'strict', components: new Set(['a', 'b']) }
const context = { signal: new AbortController().signal }

function entity(kind: EntityKind, id: string, more: Partial<Entity> = {}): Entity {
  return { kind, id, name: id, connectionState: 'connected', facets: memoryFacets(SAMPLE_COMPONENT), ...more }
}

function treeFor(entities: readonly Entity[], declared: readonly DeclaredEntity[] = [], tenant = LAB): EntityTree {
  const backend = backendFor(new MemoryBackend('memory', entities), tenant)
  return new EntityTree([backend], silentLogger, { declared: declared.flatMap((each) => declaredFor(each, tenant)) })
}

function idsOf(tree: EntityTree, kind: EntityKind): readonly string[] {
  return tree.list(kind).map(({ id }) => id)
}

const COMPONENTS = ['a', 'b', 'c'].map((id) => entity('component', id))

test('a tenant without a list of components has all there is, unchanged', () => {
  const backend = new MemoryBackend('memory', COMPONENTS)
  assert.equal(backendFor(backend, { id: 'x', isolation: 'strict' }), backend)
})

test('components that are not of a tenant are not there for it, nor what they are to others', () => {
  const tree = treeFor([
    entity('component', 'a', { parentId: 'c', dependsOn: ['b', 'c'] }),
    entity('component', 'b', { parentId: 'a' }),
    entity('component', 'c', { parentId: 'a' }),
    entity('component', 'd', { dependsOn: ['a'] }),
  ])
  assert.deepEqual(idsOf(tree, 'component'), ['a', 'b'])
  assert.throws(() => tree.get('component', 'c'), { code: 'not-found' })
  const a = tree.get('component', 'a')
  assert.equal(a.parentId, undefined)
  assert.deepEqual(a.dependsOn, ['b'])
  assert.deepEqual(
    tree.relations.subcomponents('a').map(({ id }) => id),
    ['b'],
  )
  assert.deepEqual(
    tree.relations.dependsOn(a).map(({ id }) => id),
    ['b'],
  )
})

test('groups and areas are there as far as they are made of its components', () => {
  for (const kind of ['group', 'area'] as const) {
    const tree = treeFor([
      ...COMPONENTS,
      entity(kind, 'mixed', { members: ['c', 'a'] }),
      entity(kind, 'foreign', { members: ['c'] }),
      entity(kind, 'empty'),
    ])
    assert.deepEqual(idsOf(tree, kind), ['mixed'])
    assert.deepEqual(tree.get(kind, 'mixed').members, ['a'])
  }
})

test('functions and apps of sources are there if they are made of nothing else', () => {
  for (const kind of ['function', 'app'] as const) {
    const tree = treeFor([
      ...COMPONENTS,
      entity(kind, 'own', { members: ['a', 'b'] }),
      entity(kind, 'mixed', { members: ['a', 'c'] }),
      entity(kind, 'foreign', { members: ['c'] }),
      entity(kind, 'unknown'),
    ])
    assert.deepEqual(idsOf(tree, kind), ['own'])
  }
})

test('an app is where its component is', () => {
  const tree = treeFor([...COMPONENTS, entity('app', 'here', { hostId: 'a' }), entity('app', 'there', { hostId: 'c' })])
  assert.deepEqual(idsOf(tree, 'app'), ['here'])
  assert.deepEqual(
    tree.relations.hosts('a').map(({ id }) => id),
    ['here'],
  )
})

const BINDINGS: DeclaredEntity = {
  kind: 'function',
  id: 'f',
  members: ['c', 'b'],
  data: [
    { id: 'own-soc', componentId: 'a', itemId: 'soc' },
    { id: 'their-soc', componentId: 'c', itemId: 'soc' },
  ],
  operations: [
    { id: 'own-test', componentId: 'a', operationId: 'self-test' },
    { id: 'their-test', componentId: 'c', operationId: 'self-test' },
  ],
}

test('of a declared function it has what is bound to its components, and the faults of these', async () => {
  const tree = treeFor(COMPONENTS, [BINDINGS])
  const f = tree.get('function', 'f')
  assert.deepEqual(f.members, ['b', 'a'])
  assert.deepEqual(
    (await f.facets.data?.list(context))?.map(({ id }) => id),
    ['own-soc'],
  )
  assert.deepEqual(
    (await f.facets.operations?.list(context))?.map(({ id }) => id),
    ['own-test'],
  )
  await assert.rejects(async () => f.facets.data?.read('their-soc', context), { code: 'not-found' })
  await assert.rejects(async () => f.facets.operations?.start('their-test', undefined, context), { code: 'not-found' })
  const scopes = (await f.facets.faults?.list(context))?.map(({ id }) => id.split('.')[0])
  assert.deepEqual([...new Set(scopes)], ['b', 'a'])
})

test('a declaration of nothing but others is not there', () => {
  const declared: readonly DeclaredEntity[] = [
    { kind: 'function', id: 'f', source: 'c' },
    { kind: 'app', id: 'hosted', hostId: 'c', source: 'a' },
    { kind: 'app', id: 'free' },
    { kind: 'group', id: 'g', members: ['c'] },
    { kind: 'area', id: 'named', name: 'A name' },
    { kind: 'component', id: 'c', name: 'Another name' },
  ]
  const tree = treeFor(COMPONENTS, declared)
  for (const kind of ['function', 'app', 'group', 'area'] as const) assert.deepEqual(idsOf(tree, kind), [], kind)
  assert.deepEqual(idsOf(tree, 'component'), ['a', 'b'])
})

test('what a declaration adds of its own components stays', () => {
  const declared: readonly DeclaredEntity[] = [
    { kind: 'component', id: 'a', name: 'Battery', dependsOn: ['c', 'b'] },
    { kind: 'app', id: 'own', hostId: 'a', source: 'b' },
    { kind: 'group', id: 'g', members: ['c', 'b'] },
  ]
  const tree = treeFor(COMPONENTS, declared)
  assert.equal(tree.get('component', 'a').name, 'Battery')
  assert.deepEqual(tree.get('component', 'a').dependsOn, ['b'])
  assert.ok(tree.get('app', 'own').facets.data)
  assert.deepEqual(tree.get('group', 'g').members, ['b'])
})

test('that a source is down is told who has something of it, and who might', () => {
  const failing = (entities: readonly Entity[]): Backend => {
    const memory = new MemoryBackend('far', entities)
    const status = { phase: 'down', code: 'bad-gateway', message: 'c does not answer' } as const
    return {
      name: 'far',
      snapshot: { status, entities },
      onChange: (listener) => memory.onChange(listener),
      run: (signal) => memory.run(signal),
      [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
    }
  }
  const failuresOf = (ids: readonly string[]) =>
    new EntityTree([backendFor(failing(ids.map((id) => entity('component', id))), LAB)], silentLogger).failures()
  assert.deepEqual(failuresOf(['c']), [])
  assert.equal(failuresOf(['c', 'a']).length, 1)
  assert.equal(failuresOf([]).length, 1)
})

test('what a source yields anew is there at once', () => {
  let entities: readonly Entity[] = COMPONENTS.slice(0, 1)
  const listeners: (() => void)[] = []
  const backend: Backend = {
    name: 'memory',
    get snapshot() {
      return { status: { phase: 'up' as const }, entities }
    },
    onChange(listener) {
      listeners.push(listener)
      return () => {}
    },
    run: async () => {},
    async [Symbol.asyncDispose]() {},
  }
  const tree = new EntityTree([backendFor(backend, LAB)], silentLogger)
  assert.deepEqual(idsOf(tree, 'component'), ['a'])
  entities = COMPONENTS
  for (const listener of listeners) listener()
  assert.deepEqual(idsOf(tree, 'component'), ['a', 'b'])
  assert.equal(tree.find('component', 'c'), undefined)
})
