import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { Entity, Facets } from '../entities/entity.ts'
import { facetOf } from '../entities/facet-of.ts'
import type { LogFacet } from '../facets/logs.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { openDiagnostics } from '../open-diagnostics.ts'

const context = { signal: new AbortController().signal }

function component(facets: Facets = {}, more: Partial<Entity> = {}): Entity {
  return { kind: 'component', id: 'bms', name: 'bms', connectionState: 'connected', facets, ...more }
}

function open(...entities: Entity[]) {
  const clock = new FakeClock()
  const backend = new MemoryBackend('m', entities)
  let next = 0
  const diagnostics = openDiagnostics({
    clock,
    log: silentLogger,
    createId: () => `id${++next}`,
    backends: [backend],
    faults: { rules: [] },
  })
  const read = async () => {
    const entries = await facetOf(diagnostics.tree.get('component', 'bms'), 'logs').entries({}, context)
    return entries.map(({ severity, message }) => `${severity}: ${message}`)
  }
  return { diagnostics, clock, backend, read, [Symbol.asyncDispose]: () => diagnostics[Symbol.asyncDispose]() }
}

test('an entity has a log from the beginning, and a group has none', async () => {
  await using at = open(component(), component({}, { kind: 'group', id: 'g' }))
  assert.deepEqual(await at.read(), [])
  assert.equal(at.diagnostics.tree.get('group', 'g').facets.logs, undefined)
})

test('tells that an entity was lost and found', async () => {
  await using at = open(component())
  at.backend.replace([component({}, { connectionState: 'error' })])
  at.backend.replace([component({}, { connectionState: 'error', name: 'Battery' })])
  at.backend.replace([component()])
  assert.deepEqual(await at.read(), ['warn: is error', 'info: is connected'])
})

test('tells of reported faults as they come, change and go, and of no repetition', async () => {
  await using at = open(component())
  const record = { componentId: 'bms', faultId: 'f1', source: 'monitor', severity: 'Error' } as const
  at.diagnostics.faults.report({ ...record, stage: 'PreFailed' })
  at.diagnostics.faults.report({ ...record, stage: 'Failed' })
  await at.clock.advance(60_000)
  at.diagnostics.faults.report({ ...record, stage: 'Failed' })
  at.diagnostics.faults.report({ ...record, stage: 'Passed' })
  assert.deepEqual(await at.read(), [
    "error: fault 'f1' is pending",
    "error: fault 'f1' is active",
    "info: fault 'f1' is gone: passed",
  ])
})

test('tells of an operation that failed and of none that did not', async () => {
  const states = [{ status: 'completed' }, { status: 'failed', error: 'cell 3 is open' }] as const
  let next = 0
  const operations: Facets['operations'] = {
    list: async () => [{ id: 'self-test', name: 'Self test' }],
    start: async () => ({ id: 'x', state: states[next++] ?? { status: 'running' } }),
    state: async () => ({ status: 'running' }),
  }
  await using at = open(component({ operations }))
  const entity = at.diagnostics.tree.get('component', 'bms')
  await at.diagnostics.executions.start(entity, 'self-test', {}, context)
  await at.diagnostics.executions.start(entity, 'self-test', {}, context)
  assert.deepEqual(await at.read(), ["error: operation 'self-test' failed: cell 3 is open"])
})

test('tells whose lock was broken by whom', async () => {
  await using at = open(component())
  const target = { kind: 'component', id: 'bms' } as const
  at.diagnostics.locks.acquire(target, { subject: 'ann' })
  at.diagnostics.locks.acquire(target, { subject: 'bob' }, { breakOthers: true })
  assert.deepEqual(await at.read(), ["warn: the lock of 'ann' was broken by 'bob'"])
})

test('puts the log of the source and its own in the order of time', async () => {
  const logs: LogFacet = {
    entries: async () => [
      { timestamp: '2025-12-31T23:59:59Z', severity: 'info', source: 'ecu', message: 'booting' },
      { timestamp: '2026-01-01T00:00:05Z', severity: 'info', source: 'ecu', message: 'ready' },
      { timestamp: '2026-01-01T00:00:06Z', severity: 'debug', source: 'ecu', message: 'not severe enough' },
    ],
  }
  await using at = open(component({ logs }))
  at.diagnostics.logs.write({ kind: 'component', id: 'bms' }, { severity: 'warn', source: 'gw', message: 'between' })
  assert.deepEqual(await at.read(), ['info: booting', 'warn: between', 'info: ready'])
})

test('is there without the log of a source that cannot be read, and says so', async () => {
  const logs: LogFacet = { entries: () => Promise.reject(new SovdError('bad-gateway', 'connection refused')) }
  await using at = open(component({ logs }))
  at.diagnostics.logs.write({ kind: 'component', id: 'bms' }, { severity: 'warn', source: 'gw', message: 'is error' })
  assert.deepEqual((await at.read()).toSorted(), ['warn: is error', 'warn: its own log is missing: connection refused'])
})
