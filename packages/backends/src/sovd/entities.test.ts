import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@opensovd/base'
import { silentLogger } from '@opensovd/base'
import type { Entity, EntityKind } from '@opensovd/core'
import { EntityTree } from '@opensovd/core'
import type { DoubleAnswer, DoubleHandler } from './testing/http-double.ts'
import { advanceUntil, Running, until } from './testing/running.ts'

const context = () => ({ signal: new AbortController().signal })

/** A server with these answers to GET, by path below the base. */
function serverOf(base: string, answers: Record<string, JsonObject>): DoubleHandler {
  return ({ method, url }): DoubleAnswer => {
    const [path = ''] = url.split('?')
    const body = method === 'GET' ? answers[path.slice(base.length)] : undefined
    if (body) return { status: 200, body }
    if (method === 'POST') return { status: 202, body: { executionId: 'x1', id: 'x1', status: 'running' } }
    return { status: 404, body: {} }
  }
}

function entityOf(at: Running, kind: EntityKind, id: string): Entity {
  const found = at.backend.snapshot.entities.find((entity) => entity.kind === kind && entity.id === id)
  assert.ok(found, `${kind} ${id}`)
  return found
}

const value = (...all: JsonObject[]) => ({ value: all })
const items = (...all: JsonObject[]) => ({ items: all })

const NATIVE: Record<string, JsonObject> = {
  '/components': value({ id: 'bms', name: 'Battery', connectionState: 'connected' }),
  '/components/bms/capabilities': { supportedCategories: ['data', 'modes'] },
  '/groups': value({ id: 'hv', name: 'HV', componentIds: ['bms'] }),
  '/areas': value({ id: 'rear', name: 'Rear', description: 'back', componentIds: ['bms'] }, { name: 'nameless' }),
  '/apps': value(
    { id: 'planner', name: 'Planner', version: '2.1', status: 'running' },
    { id: 'idle', name: 'Idle', version: '', status: 'stopped' },
    { id: 'ill', name: 'Ill', version: '1', status: 'error' },
  ),
  '/apps/planner/capabilities': { supportedCategories: ['data', 'operations', 'modes'] },
  '/apps/planner/data/route': { id: 'route', value: 'home' },
  '/funcs': value(
    { id: 'energy', name: 'Energy', sourceComponents: ['bms'] },
    { id: 'comfort', name: 'Comfort', sourceComponents: [] },
  ),
  '/funcs/comfort/capabilities': { supportedCategories: ['operations', 'faults'] },
  '/funcs/energy/data': value({ id: 'charge', name: 'Charge', access: 'readOnly', dataType: 'float' }),
}

test('areas, apps, functions and groups of a native server are found, with what they can do', async () => {
  await using at = await new Running(serverOf('/sovd/v1', NATIVE)).open()
  at.run()
  await until(() => at.phase === 'up')
  const { facets: _, ...rear } = entityOf(at, 'area', 'rear')
  assert.deepEqual(rear, {
    kind: 'area',
    id: 'rear',
    name: 'Rear',
    description: 'back',
    members: ['bms'],
    connectionState: 'connected',
  })
  assert.deepEqual(entityOf(at, 'group', 'hv').members, ['bms'])
  const planner = entityOf(at, 'app', 'planner')
  assert.equal(planner.softwareVersion, '2.1')
  assert.equal(planner.isRunning, true)
  assert.equal(entityOf(at, 'app', 'idle').isRunning, false)
  assert.equal(entityOf(at, 'app', 'idle').softwareVersion, undefined)
  assert.equal(entityOf(at, 'app', 'ill').connectionState, 'error')
  assert.deepEqual(Object.keys(planner.facets).sort(), ['data', 'operations'])
  assert.equal((await planner.facets.data?.read('route', context()))?.value, 'home')
  await planner.facets.operations?.start('go', undefined, context())
  assert.equal(at.server.requests.at(-1)?.url, '/sovd/v1/apps/planner/operations/go')
  const energy = entityOf(at, 'function', 'energy')
  assert.deepEqual(energy.members, ['bms'])
  assert.deepEqual(Object.keys(energy.facets), ['data'])
  assert.deepEqual(Object.keys(entityOf(at, 'function', 'comfort').facets), ['operations'])
  assert.equal((await energy.facets.data?.list(context()))?.[0]?.id, 'charge')
})

for (const dialect of ['native', 'auto'] as const) {
  test(`a list of apps is enough for a server (${dialect})`, async () => {
    const apps = value({ id: 'planner', name: 'Planner', version: '1', status: 'running' })
    await using at = await new Running(serverOf('/sovd/v1', { '/apps': apps })).open({ dialect })
    at.run()
    await until(() => at.phase === 'up')
    assert.deepEqual(
      at.backend.snapshot.entities.map(({ kind, id }) => `${kind} ${id}`),
      ['app planner'],
    )
  })
}

test('a server that has none of the lists is down', async () => {
  await using at = await new Running(serverOf('/sovd/v1', {})).open({ dialect: 'native' })
  at.run()
  await until(() => at.phase === 'down')
})

test('entities of a server that is down stay, and say so', async () => {
  await using at = await new Running(serverOf('/sovd/v1', NATIVE)).open()
  at.run()
  await until(() => at.phase === 'up')
  await at.server.stop()
  await advanceUntil(at.clock, () => at.phase === 'down')
  for (const [kind, id] of [
    ['app', 'planner'],
    ['area', 'rear'],
    ['function', 'energy'],
  ] as const) {
    assert.equal(entityOf(at, kind, id).connectionState, 'disconnected')
  }
})

const ISO_BASE = '/vehicle/v1'
const uri = (path: string) => `http://10.0.0.1${ISO_BASE}${path}`

const ISO: Record<string, JsonObject> = {
  '/components': items(
    { id: 'hpc', name: 'HPC', href: uri('/components/hpc'), tags: ['central'], translation_id: 't' },
    { id: 'bms', name: 'BMS', href: uri('/components/bms') },
    { id: 'cell', name: 'Cell', href: uri('/components/cell') },
  ),
  '/components/hpc': { id: 'hpc', name: 'HPC', data: uri('/components/hpc/data'), hosts: uri('/components/hpc/hosts') },
  '/components/hpc/hosts': items({ id: 'planner', name: 'Planner', href: uri('/apps/planner') }),
  '/components/bms': {
    id: 'bms',
    name: 'BMS',
    'belongs-to': uri('/areas/rear%2Dend/'),
    subcomponents: uri('/components/bms/subcomponents'),
    'depends-on': uri('/components/bms/depends-on'),
  },
  '/components/bms/subcomponents': items({ id: 'cell', name: 'Cell', href: uri('/components/cell') }),
  '/components/bms/depends-on': items({ id: 'hpc', name: 'HPC', href: uri('/components/hpc') }),
  '/components/cell': { id: 'cell', name: 'Cell' },
  '/areas': items(
    { id: 'vehicle', name: 'V', href: uri('/areas/vehicle') },
    { id: 'rear-end', name: 'R', href: uri('/areas/rear-end') },
  ),
  '/areas/vehicle': { id: 'vehicle', name: 'V', subareas: uri('/x'), 'related-components': uri('/y') },
  '/areas/vehicle/subareas': items({ id: 'rear-end', name: 'R', href: uri('/areas/rear-end') }),
  '/areas/vehicle/related-components': items({ id: 'hpc', name: 'HPC', href: uri('/components/hpc') }),
  '/areas/rear-end': { id: 'rear-end', name: 'R' },
  '/apps': items(
    { id: 'planner', name: 'P', href: uri('/apps/planner') },
    { id: 'maps', name: 'M', href: uri('/apps/maps') },
  ),
  '/apps/planner': { id: 'planner', name: 'P', 'depends-on': uri('/apps/planner/depends-on'), data: uri('/z') },
  '/apps/planner/depends-on': items({ id: 'maps', name: 'M', href: uri('/apps/maps') }),
  '/apps/planner/data/route': { id: 'route', data: 'home' },
  '/apps/maps': { id: 'maps', name: 'M', 'is-located-on': uri('/components/hpc') },
  '/functions': items({ id: 'energy', name: 'E', href: uri('/functions/energy') }),
  '/functions/energy': { id: 'energy', name: 'E', operations: uri('/functions/energy/operations') },
}

test('entities of a server of the standard are found with their relations, from whichever side they are told', async () => {
  await using at = await new Running(serverOf(ISO_BASE, ISO)).open({ apiPrefix: ISO_BASE })
  at.run()
  await until(() => at.phase === 'up')
  const { relations } = treeOf(at)
  const ids = (entities: readonly Entity[]) => entities.map(({ id }) => id)
  assert.deepEqual(ids(relations.hosts('hpc')), ['planner', 'maps'])
  assert.deepEqual(ids(relations.contains('rear-end')), ['bms'])
  assert.deepEqual(ids(relations.contains('vehicle')), ['hpc'])
  assert.deepEqual(ids(relations.subareas('vehicle')), ['rear-end'])
  assert.deepEqual(ids(relations.subcomponents('bms')), ['cell'])
  assert.deepEqual(ids(relations.dependsOn(entityOf(at, 'component', 'bms'))), ['hpc'])
  assert.deepEqual(ids(relations.dependsOn(entityOf(at, 'app', 'planner'))), ['maps'])
  const hpc = entityOf(at, 'component', 'hpc')
  assert.deepEqual([hpc.tags, hpc.translationId], [['central'], 't'])
  const planner = entityOf(at, 'app', 'planner')
  assert.deepEqual(Object.keys(planner.facets), ['data'])
  assert.equal((await planner.facets.data?.read('route', context()))?.value, 'home')
  assert.deepEqual(Object.keys(entityOf(at, 'function', 'energy').facets), ['operations'])
})

test('relations are asked for once while the server is there', async () => {
  await using at = await new Running(serverOf(ISO_BASE, ISO)).open({ apiPrefix: ISO_BASE, refreshMs: 1000 })
  at.run()
  await until(() => at.phase === 'up')
  const before = at.server.requests.length
  await advanceUntil(at.clock, () => at.server.requests.length >= before + 8)
  assert.deepEqual([...new Set(at.server.requests.slice(before).map(({ segments }) => segments.length))], [3])
})

function treeOf(at: Running): EntityTree {
  return new EntityTree([at.backend], silentLogger)
}
