import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import type { Entity } from '../entities/entity.ts'
import { EntityTree } from '../entities/tree.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { declaredComponents } from './declared-components.ts'
import { withReportedFaults } from './reporting-backend.ts'
import { openManager, record } from './testing/records.ts'

const context = { signal: new AbortController().signal }

function component(id: string): Entity {
  return { kind: 'component', id, name: id, connectionState: 'connected', facets: {} }
}

async function faultsOf(tree: EntityTree, id: string): Promise<readonly string[] | undefined> {
  const faults = await tree.find('component', id)?.facets.faults?.list(context)
  return faults?.map(({ id }) => id)
}

test('a component without a fault memory gets one with its first report, and keeps it when there is no fault left', async () => {
  const { manager } = openManager()
  const backend = withReportedFaults(new MemoryBackend('memory', [component('hvac'), component('bms')]), manager)
  const tree = new EntityTree([backend], silentLogger)
  assert.equal(await faultsOf(tree, 'hvac'), undefined)
  manager.report(record('Failed'))
  assert.deepEqual(await faultsOf(tree, 'hvac'), ['overheated'])
  assert.equal(await faultsOf(tree, 'bms'), undefined)
  manager.report(record('Passed'))
  assert.deepEqual(await faultsOf(tree, 'hvac'), [])
})

test('reports for a component that is not there yet are shown once it is', async () => {
  const { manager } = openManager()
  const source = new MemoryBackend('memory')
  const tree = new EntityTree([withReportedFaults(source, manager)], silentLogger)
  assert.equal(manager.report(record('Failed')), undefined)
  assert.equal(tree.find('component', 'hvac'), undefined)
  source.replace([component('hvac')])
  assert.deepEqual(await faultsOf(tree, 'hvac'), ['overheated'])
})

test('components that are declared are there without a backend, without faults at first', async () => {
  const { manager } = openManager()
  const tree = new EntityTree([withReportedFaults(declaredComponents('declared', ['hvac']), manager)], silentLogger)
  assert.deepEqual(await faultsOf(tree, 'hvac'), [])
  manager.report(record('Failed'))
  assert.deepEqual(await faultsOf(tree, 'hvac'), ['overheated'])
  await tree.get('component', 'hvac').facets.faults?.clearAll?.(context)
  assert.deepEqual(await faultsOf(tree, 'hvac'), [])
})

test('the snapshot stays the same as long as nothing changes, and other kinds of entities are as they were', () => {
  const { manager } = openManager()
  const app: Entity = { ...component('hvac'), kind: 'app' }
  const backend = withReportedFaults(new MemoryBackend('memory', [component('hvac'), app]), manager)
  assert.equal(backend.snapshot, backend.snapshot)
  let changes = 0
  const end = backend.onChange(() => changes++)
  manager.report(record('Failed'))
  manager.report(record('Failed', { faultId: 'second' }))
  assert.equal(changes, 1)
  assert.equal(backend.snapshot.entities[1], app)
  end()
  manager.report(record('Failed', { componentId: 'bms' }))
  assert.equal(changes, 1)
})
