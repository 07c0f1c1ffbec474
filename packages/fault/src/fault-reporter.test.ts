import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import type { FaultRecord } from './fault-record.ts'
import { FaultReporter, type ReporterDebounce } from './fault-reporter.ts'

function open(debounce?: ReporterDebounce) {
  const clock = new FakeClock()
  const published: FaultRecord[] = []
  const reporter = new FaultReporter({
    sink: { publish: (record) => published.push(record) },
    clock,
    componentId: 'hvac',
    faultId: 'blower.mismatch',
    source: 'hvac-app',
    severity: 'Warn',
    description: 'the blower is too slow',
    ...(debounce === undefined ? {} : { debounce }),
  })
  return { clock, published, reporter, stages: () => published.map(({ stage }) => stage) }
}

test('publishes a record in the shape of the fault library', () => {
  const { reporter, published } = open()
  reporter.failed({ rpm: 900 })
  assert.deepEqual(published, [
    {
      component_id: 'hvac',
      fault_id: 'blower.mismatch',
      source: 'hvac-app',
      severity: 'Warn',
      stage: 'Failed',
      description: 'the blower is too slow',
      environment_data: { rpm: 900 },
      time: '2026-01-01T00:00:00.000Z',
    },
  ])
})

test('publishes only what changes', () => {
  const { reporter, stages } = open()
  for (let round = 0; round < 3; round++) reporter.passed()
  for (let round = 0; round < 3; round++) reporter.failed()
  reporter.notTested()
  reporter.notTested()
  reporter.passed()
  assert.deepEqual(stages(), ['Passed', 'Failed', 'NotTested', 'Passed'])
})

test('waits for enough failures within the window', async () => {
  const { reporter, stages, clock } = open({ failures: 3, windowMs: 1000 })
  reporter.failed()
  await clock.advance(600)
  reporter.failed()
  await clock.advance(600)
  reporter.failed()
  assert.deepEqual(stages(), [])
  await clock.advance(399)
  reporter.failed()
  assert.deepEqual(stages(), ['Failed'])
})

test('begins to count failures anew after a pass, and passes after a failure', () => {
  const { reporter, stages } = open({ failures: 2, passes: 2 })
  reporter.failed()
  reporter.passed()
  reporter.failed()
  assert.deepEqual(stages(), [])
  reporter.failed()
  assert.deepEqual(stages(), ['Failed'])
  reporter.passed()
  reporter.failed()
  reporter.passed()
  assert.deepEqual(stages(), ['Failed'])
  reporter.passed()
  assert.deepEqual(stages(), ['Failed', 'Passed'])
})

test('repeats what is still the case as often as it should', async () => {
  const { reporter, stages, clock } = open({ repeatMs: 1000 })
  for (let round = 0; round < 4; round++) {
    reporter.failed()
    await clock.advance(500)
  }
  assert.deepEqual(stages(), ['Failed', 'Failed'])
})
