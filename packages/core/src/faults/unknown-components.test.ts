import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Logger, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { openDiagnostics } from '../open-diagnostics.ts'
import { record } from './testing/records.ts'

test('tells once of each component that has faults and no backend', async () => {
  const told: unknown[] = []
  const log: Logger = { ...silentLogger, info: (_message, fields) => told.push(fields) }
  const backend = new MemoryBackend('memory', [
    { kind: 'component', id: 'bms', name: 'BMS', connectionState: 'connected', facets: {} },
  ])
  await using diagnostics = openDiagnostics({
    clock: new FakeClock(),
    log,
    createId: () => 'id',
    backends: [backend],
  })
  const { faults, tree } = diagnostics
  for (const componentId of ['bms', 'bsm', 'bsm']) {
    faults.report(record('Failed', { componentId }))
    faults.report(record('Passed', { componentId }))
  }
  assert.deepEqual(told, [{ componentId: 'bsm' }])
  assert.deepEqual(Object.keys(tree.get('component', 'bms').facets), ['faults', 'logs'])
})

test('tells of no more than a hundred', async () => {
  let told = 0
  const log: Logger = { ...silentLogger, info: () => told++ }
  await using diagnostics = openDiagnostics({ clock: new FakeClock(), log, createId: () => 'id', backends: [] })
  for (let n = 0; n < 200; n++) diagnostics.faults.report(record('Failed', { componentId: `c${n}` }))
  assert.equal(told, 100)
})
