import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DTC_STATUS, type DtcStatusBit, dtcStatusBits } from '@opensovd/uds'
import { DtcMemory } from './dtc-memory.ts'

const DTC = 0x012345

/** A memory with one DTC; snapshots hold the number of the capture. */
function memoryOf(more: { confirmAfterCycles?: number; ageAfterCycles?: number; warningIndicator?: boolean } = {}) {
  let captures = 0
  const description = {
    dtc: DTC,
    text: 'x',
    confirmAfterCycles: 1,
    ageAfterCycles: 40,
    warningIndicator: false,
    ...more,
  }
  const memory = new DtcMemory([description], () => new Map([[1, Uint8Array.of(++captures)]]))
  const bits = () => dtcStatusBits(memory.find(DTC)?.status ?? 0)
  const run = (...results: readonly ('passed' | 'failed' | 'none')[]) => {
    for (const result of results) {
      if (result !== 'none') memory.report(DTC, result)
      memory.startCycle()
    }
  }
  return { memory, bits, run, counters: () => memory.find(DTC)?.counters }
}

const FAILED: readonly DtcStatusBit[] = [
  'testFailed',
  'testFailedThisOperationCycle',
  'pendingDtc',
  'confirmedDtc',
  'testFailedSinceLastClear',
]

test('a DTC that was never tested says so', () => {
  assert.deepEqual(memoryOf().bits(), ['testNotCompletedSinceLastClear', 'testNotCompletedThisOperationCycle'])
})

test('a passed test leaves no bit', () => {
  const { memory, bits } = memoryOf()
  memory.report(DTC, 'passed')
  assert.deepEqual(bits(), [])
})

test('a failed test sets its bits, and passing takes only testFailed back', () => {
  const { memory, bits } = memoryOf()
  memory.report(DTC, 'failed')
  assert.deepEqual(bits(), FAILED)
  memory.report(DTC, 'passed')
  assert.deepEqual(bits(), FAILED.slice(1))
})

test('pending lasts until the end of the first operation cycle in which the test only passed', () => {
  const { memory, bits } = memoryOf({ confirmAfterCycles: 2 })
  memory.report(DTC, 'failed')
  memory.startCycle()
  assert.ok(bits().includes('pendingDtc'))
  memory.report(DTC, 'passed')
  assert.ok(bits().includes('pendingDtc'))
  memory.startCycle()
  assert.deepEqual(bits(), ['testFailedSinceLastClear', 'testNotCompletedThisOperationCycle'])
})

test('cycles without a completed test neither confirm nor heal', () => {
  const { bits, run } = memoryOf({ confirmAfterCycles: 2 })
  run('failed', 'none', 'none')
  assert.ok(bits().includes('pendingDtc'))
  run('failed')
  assert.ok(bits().includes('confirmedDtc'))
})

test('a cycle that passes makes the failed cycles be counted anew', () => {
  const { bits, run } = memoryOf({ confirmAfterCycles: 2 })
  run('failed', 'passed', 'failed')
  assert.ok(!bits().includes('confirmedDtc'))
  run('failed')
  assert.ok(bits().includes('confirmedDtc'))
})

test('a confirmed DTC is forgotten after its cycles without failure, and its snapshot with it', () => {
  const { memory, bits, run, counters } = memoryOf({ ageAfterCycles: 3 })
  run('failed', 'passed', 'passed')
  assert.equal(counters()?.agingCounter, 2)
  assert.equal(memory.find(DTC)?.snapshots.size, 1)
  run('passed')
  assert.ok(!bits().includes('confirmedDtc'))
  assert.equal(memory.find(DTC)?.snapshots.size, 0)
})

test('the warning lamp goes out after three cycles without failure', () => {
  const { bits, run } = memoryOf({ warningIndicator: true })
  run('failed', 'passed', 'passed')
  assert.ok(bits().includes('warningIndicatorRequested'))
  run('passed')
  assert.ok(!bits().includes('warningIndicatorRequested'))
  assert.ok(bits().includes('confirmedDtc'))
})

test('occurrences are counted, not repeated results, and the first snapshot is kept', () => {
  const { memory, counters } = memoryOf()
  for (const result of ['failed', 'failed', 'passed', 'failed'] as const) memory.report(DTC, result)
  assert.deepEqual(counters(), { occurrenceCounter: 2, agingCounter: 0, failedCycles: 1, cyclesSinceLastFailed: 0 })
  assert.deepEqual(memory.find(DTC)?.snapshots.get(1), Uint8Array.of(1))
})

test('nothing is recorded while the setting is off', () => {
  const { memory, bits } = memoryOf()
  memory.isRecording = false
  memory.report(DTC, 'failed')
  assert.ok(!bits().includes('testFailed'))
})

test('clearing takes everything back, and an unknown DTC cannot be cleared', () => {
  const { memory, counters } = memoryOf()
  memory.report(DTC, 'failed')
  assert.equal(memory.clear(0x000001), false)
  assert.equal(memory.clear(0xffffff), true)
  const { testNotCompletedSinceLastClear, testNotCompletedThisOperationCycle } = DTC_STATUS
  assert.equal(memory.find(DTC)?.status, testNotCompletedSinceLastClear | testNotCompletedThisOperationCycle)
  assert.equal(memory.find(DTC)?.snapshots.size, 0)
  assert.equal(counters()?.occurrenceCounter, 0)
})
