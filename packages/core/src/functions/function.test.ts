import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import { readMany, writeMany } from '../data/bulk.ts'
import type { DeclaredEntity } from '../entities/declared-entity.ts'
import type { Entity } from '../entities/entity.ts'
import { EntityTree } from '../entities/tree.ts'
import type { DataFacet } from '../facets/data.ts'
import { Locks } from '../locks/locks.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { openDiagnostics } from '../open-diagnostics.ts'
import { memoryFacets } from '../testing/memory-facets.ts'
import { SAMPLE_COMPONENT } from '../testing/sample-component.ts'

const context = { signal: new AbortController().signal }
const RANGE: DeclaredEntity = {
  kind: 'function',
  id: 'range',
  name: 'Range',
  members: ['inverter'],
  data: [
    { id: 'charge', componentId: 'bms', itemId: 'soc', name: 'Charge' },
    { id: 'limit', componentId: 'bms', itemId: 'charge-limit' },
    { id: 'note', componentId: 'inverter', itemId: 'note' },
    { id: 'lost', componentId: 'gone', itemId: 'x' },
  ],
  operations: [{ id: 'check', componentId: 'bms', operationId: 'self-test', name: 'Check' }],
}

function component(id: string, more: Partial<Entity> = {}): Entity {
  return {
    kind: 'component',
    id,
    name: id,
    connectionState: 'connected',
    facets: memoryFacets(SAMPLE_COMPONENT),
    ...more,
  }
}

function treeOf(entities: readonly Entity[], ...declared: DeclaredEntity[]): EntityTree {
  return new EntityTree([new MemoryBackend('memory', entities)], silentLogger, { declared })
}

function rangeOf(entities: readonly Entity[] = [component('bms'), component('inverter')]) {
  const tree = treeOf(entities, RANGE)
  const entity = tree.get('function', 'range')
  const { data, operations, faults } = entity.facets
  assert.ok(data?.write && operations && faults?.listPartly && faults.clear && faults.clearAll)
  return {
    tree,
    entity,
    data: { ...data, write: data.write },
    operations,
    faults: { ...faults, listPartly: faults.listPartly },
  }
}

const failing: DataFacet = {
  list: () => Promise.reject(new SovdError('gateway-timeout', 'silent')),
  read: () => Promise.reject(new SovdError('gateway-timeout', 'silent')),
}

test('a function acts on its members and on those that its items are of', () => {
  const { entity } = rangeOf()
  assert.deepEqual(entity.members, ['inverter', 'bms', 'gone'])
  assert.equal(entity.connectionState, 'connected')
  assert.deepEqual(Object.keys(entity.facets).sort(), ['data', 'faults', 'operations'])
})

test('the data of a function are those of components under ids of its own', async () => {
  const { data } = rangeOf()
  assert.deepEqual(
    (await data.list(context)).map(({ id, name, unit }) => [id, name, unit]),
    [
      ['charge', 'Charge', '%'],
      ['limit', 'Charge Limit', '%'],
      ['note', 'Note', undefined],
      ['lost', 'lost', undefined],
    ],
  )
  assert.deepEqual(await data.read('charge', context), { id: 'charge', value: 78.5 })
  await assert.rejects(data.read('soc', context), { code: 'not-found' })
  await assert.rejects(data.read('lost', context), { code: 'unavailable' })
})

test('what is written to a function is written to the component', async () => {
  const bms = component('bms')
  const { data } = rangeOf([bms, component('inverter')])
  await data.write('limit', 60, context)
  assert.equal((await bms.facets.data?.read('charge-limit', context))?.value, 60)
  await assert.rejects(data.write('charge', 1, context), { code: 'forbidden' })
  await assert.rejects(data.write('none', 1, context), { code: 'not-found' })
})

test('a component that does not answer keeps nothing from the items of others', async () => {
  const { data } = rangeOf([component('bms'), component('inverter', { facets: { data: failing } })])
  assert.equal((await data.list(context)).length, 4)
  assert.deepEqual(await readMany(data, ['note', 'charge', 'none', 'lost'], context), [
    { id: 'note', error: 'silent' },
    { id: 'charge', value: 78.5 },
    { id: 'none', error: 'not found' },
    { id: 'lost', error: "component 'gone', which this is a part of, is not there" },
  ])
  assert.deepEqual(
    await writeMany(
      data,
      [
        { id: 'limit', value: 7 },
        { id: 'note', value: 'x' },
      ],
      context,
    ),
    [{ id: 'limit' }, { id: 'note', error: "component 'inverter' does not support writing data" }],
  )
})

test('components are read at the same time', async () => {
  const gate = Promise.withResolvers<void>()
  let waiting = 0
  const slow: DataFacet = {
    list: async () => [],
    read: async (id) => {
      waiting++
      await gate.promise
      return { id, value: 1 }
    },
  }
  const { data } = rangeOf([
    component('bms', { facets: { data: slow, faults: { list: async () => [] } } }),
    component('inverter', { facets: { data: slow } }),
  ])
  const reading = readMany(data, ['charge', 'note'], context)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(waiting, 2)
  gate.resolve()
  assert.deepEqual(await reading, [
    { id: 'charge', value: 1 },
    { id: 'note', value: 1 },
  ])
})

test('values are told of by whom they are, where all sources tell', async () => {
  const telling = (value: number): DataFacet => ({
    ...failing,
    watch: async (ids, listener) => {
      for (const id of ids) listener({ id, value })
    },
  })
  const bms = component('bms', { facets: { data: telling(1) } })
  const tree = treeOf([bms, component('inverter', { facets: { data: telling(2) } })], {
    ...RANGE,
    data: RANGE.data?.slice(0, 3) ?? [],
  })
  const told: unknown[] = []
  await tree.get('function', 'range').facets.data?.watch?.(['charge', 'note'], (value) => told.push(value), context)
  assert.deepEqual(told, [
    { id: 'charge', value: 1 },
    { id: 'note', value: 2 },
  ])
  assert.equal(rangeOf().entity.facets.data?.watch, undefined)
})

test('the faults of a function are those of its members, with the member as their scope', async () => {
  const { faults } = rangeOf()
  const listed = await faults.list(context)
  assert.deepEqual(
    listed.map(({ id, scope }) => [id, scope]),
    [
      ['inverter.P0A80', 'module-3'],
      ['inverter.P0A0D', 'inverter'],
      ['bms.P0A80', 'module-3'],
      ['bms.P0A0D', 'bms'],
    ],
  )
  assert.equal((await faults.read?.('bms.P0A0D', context))?.code, 'P0A0D')
  await faults.clear?.('bms.P0A80', context)
  await assert.rejects(Promise.resolve(faults.clear?.('P0A80', context)), { code: 'not-found' })
  assert.equal((await faults.list(context)).length, 3)
  await faults.clearAll?.(context)
  assert.deepEqual(await faults.list(context), [])
})

test('one fault that programs report of two members is two faults, each in the scope of its member', async () => {
  const clock = new FakeClock()
  await using diagnostics = openDiagnostics({
    clock,
    log: silentLogger,
    createId: () => '1',
    backends: [new MemoryBackend('memory', [component('bms'), component('inverter')])],
    entities: { declared: [RANGE] },
  })
  for (const componentId of ['bms', 'inverter']) {
    diagnostics.faults.report({ componentId, faultId: 'hot', source: 'app', severity: 'Warn', stage: 'Failed' })
  }
  const { faults } = diagnostics.tree.get('function', 'range').facets
  const hot = (await faults?.list(context))?.filter(({ code }) => code === 'hot')
  assert.deepEqual(
    hot?.map(({ id, scope }) => [id, scope]),
    [
      ['inverter.hot', 'inverter'],
      ['bms.hot', 'bms'],
    ],
  )
})

test('faults of members that answer are told beside who does not', async () => {
  const silent = { list: () => Promise.reject(new SovdError('gateway-timeout', 'silent')) }
  const { faults } = rangeOf([component('bms'), component('inverter', { facets: { faults: silent } })])
  const { faults: known, partial } = await faults.listPartly(context)
  assert.equal(known.length, 2)
  assert.deepEqual(partial, [{ backend: 'inverter', code: 'gateway-timeout', message: 'silent' }])
  const alone = rangeOf([component('bms', { facets: { faults: silent } })])
  await assert.rejects(alone.faults.listPartly(context), { code: 'gateway-timeout' })
})

test('an operation of a function is one of a component', async () => {
  const { operations } = rangeOf()
  assert.deepEqual(await operations.list(context), [{ id: 'check', name: 'Check', running: false }])
  const { id } = await operations.start('check', { depth: 1 }, context)
  assert.equal((await operations.state('check', id ?? '', context)).status, 'running')
  await operations.stop?.('check', id ?? '', context)
  assert.equal((await operations.state('check', id ?? '', context)).status, 'stopped')
  await assert.rejects(operations.start('self-test', undefined, context), { code: 'not-found' })
})

test('an operation whose component does not describe it needs a proof of proximity, for all that is known', async () => {
  const { operations } = rangeOf([component('inverter')])
  assert.deepEqual(await operations.list(context), [{ id: 'check', name: 'Check', proximityProofRequired: true }])
})

test('an app may be a component under another name, with just some of its data', async () => {
  const tree = treeOf(
    [component('bms', { connectionState: 'disconnected' })],
    { kind: 'app', id: 'alias', source: 'bms', hostId: 'bms' },
    { kind: 'app', id: 'some', source: 'bms', data: [{ id: 'charge', componentId: 'bms', itemId: 'soc' }] },
    { kind: 'app', id: 'plain', hostId: 'bms' },
  )
  const alias = tree.get('app', 'alias')
  assert.equal(alias.connectionState, 'disconnected')
  assert.deepEqual(alias.facets, tree.get('component', 'bms').facets)
  assert.deepEqual(
    (await tree.get('app', 'some').facets.data?.list(context))?.map(({ id }) => id),
    ['charge'],
  )
  assert.deepEqual(tree.get('app', 'plain').facets, {})
  assert.deepEqual(
    tree.relations.hosts('bms').map(({ id }) => id),
    ['alias', 'plain'],
  )
})

test('a declaration adds to the entity that a backend has', async () => {
  const app: Entity = { ...component('x'), kind: 'app', members: ['bms'] }
  const tree = treeOf(
    [component('bms'), app, { ...component('g'), kind: 'group', members: ['bms'], facets: {} }],
    { kind: 'component', id: 'bms', tags: ['hv'], parentId: 'pack', translationId: 't1' },
    { kind: 'component', id: 'none', name: 'None' },
    { kind: 'app', id: 'x', name: 'X', data: [{ id: 'charge', componentId: 'bms', itemId: 'soc' }] },
    { kind: 'group', id: 'g', members: ['other', 'bms'] },
  )
  const bms = tree.get('component', 'bms')
  assert.deepEqual([bms.name, bms.tags, bms.parentId, bms.translationId], ['bms', ['hv'], 'pack', 't1'])
  assert.equal(tree.find('component', 'none'), undefined)
  const x = tree.get('app', 'x')
  assert.equal(x.name, 'X')
  assert.equal((await x.facets.data?.list(context))?.length, 1 + SAMPLE_COMPONENT.data.length)
  assert.equal((await x.facets.data?.read('soc', context))?.value, 78.5)
  assert.deepEqual(tree.get('group', 'g').members, ['bms', 'other'])
})

test('a kind that is disabled is not there', () => {
  const tree = new EntityTree([new MemoryBackend('memory', [{ ...component('x'), kind: 'app' }])], silentLogger, {
    disabled: ['app'],
    declared: [{ kind: 'app', id: 'y' }],
  })
  assert.deepEqual(tree.list('app'), [])
  assert.throws(() => tree.get('app', 'x'), {
    code: 'not-found',
    message: "Entity type 'app' is not available in this OEM profile",
  })
})

test('a lock on a component is a lock on the functions and apps that act on it, and the other way round', async () => {
  const { tree } = rangeOf()
  await using locks = new Locks({ clock: new FakeClock(), log: silentLogger, createId: () => 'l', tree })
  const range = { kind: 'function', id: 'range' } as const
  const bms = { kind: 'component', id: 'bms' } as const
  const ann = { subject: 'ann' }
  const bob = { subject: 'bob' }
  locks.acquire(bms, ann)
  assert.throws(() => locks.requireUnlocked(range, 'data', bob), { code: 'conflict' })
  locks.requireUnlocked(range, 'data', ann)
  locks.release({ target: bms }, ann)
  locks.acquire(range, ann)
  assert.throws(() => locks.requireUnlocked(bms, 'data', bob), { code: 'conflict' })
  locks.requireUnlocked({ kind: 'component', id: 'other' }, 'data', bob)
})
