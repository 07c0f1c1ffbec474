import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { FaultStage } from '../faults/fault-record.ts'
import { openDiagnostics } from '../open-diagnostics.ts'
import type { PastFaultQuery } from './fault-history.ts'
import { MemoryFaultHistory } from './memory-fault-history.ts'

const START = Date.UTC(2026, 0, 1)

function open(maxRecords?: number) {
  const clock = new FakeClock()
  const history = new MemoryFaultHistory(maxRecords)
  const diagnostics = openDiagnostics({
    clock,
    log: silentLogger,
    createId: () => 'x',
    backends: [],
    faultHistory: history,
  })
  const report = (componentId: string, stage: FaultStage) => {
    const more = { faultId: 'f1', source: 'monitor', severity: 'Error', environment: '{"km":1}' } as const
    diagnostics.faults.report({ componentId, stage, ...more })
  }
  const read = async (query: PastFaultQuery = {}) => {
    const all: unknown[][] = []
    for await (const { atMs, event, reason, fault } of history.read(query, new AbortController().signal)) {
      assert.ok('componentId' in fault)
      all.push([atMs - START, fault.componentId, event, reason, fault.phase])
    }
    return all
  }
  return { clock, diagnostics, history, report, read }
}

test('records what happens to reported faults, and when', async () => {
  const { clock, report, read } = open()
  report('bms', 'PreFailed')
  await clock.advance(1000)
  report('bms', 'Failed')
  report('climate', 'Failed')
  await clock.advance(1000)
  report('bms', 'Passed')
  assert.deepEqual(await read(), [
    [0, 'bms', 'raised', undefined, 'pending'],
    [1000, 'bms', 'changed', undefined, 'active'],
    [1000, 'climate', 'raised', undefined, 'active'],
    [2000, 'bms', 'cleared', 'passed', 'active'],
  ])
  assert.deepEqual(
    (await read({ componentId: 'bms', fromMs: START + 1000, toMs: START + 1000 })).map(([, , event]) => event),
    ['changed'],
  )
  assert.equal((await read({ fromMs: START + 2001 })).length, 0)
})

test('records nothing while the feature is off', async () => {
  const { diagnostics, report, read } = open()
  diagnostics.features.set('history', false, {})
  report('bms', 'Failed')
  diagnostics.features.set('history', true, {})
  report('bms', 'Passed')
  assert.deepEqual(
    (await read()).map(([, , event]) => event),
    ['cleared'],
  )
})

test('keeps no environment data, and of too many records the latest', async () => {
  const { clock, history, report, read } = open(3)
  for (let n = 0; n < 10; n++) {
    report(`c${n}`, 'Failed')
    await clock.advance(1)
  }
  assert.deepEqual(
    (await read()).map(([, componentId]) => componentId),
    ['c7', 'c8', 'c9'],
  )
  for await (const { fault } of history.read({}, new AbortController().signal))
    assert.equal('environment' in fault, false)
})
