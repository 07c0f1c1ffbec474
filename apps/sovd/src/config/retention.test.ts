import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('executions that are over are kept for an hour, and do not survive a restart', () => {
  const { config } = configuredWell('')
  assert.deepEqual(config.executions, { maxFinished: 10_000, maxPerOperation: 1000, maxAgeMs: 3_600_000 })
  assert.equal(config.stateDir, undefined)
})

test('what is kept of executions, and where, can be set', () => {
  const { config } = configuredWell(`
    [retention]
    max_executions = 5
    max_executions_per_operation = 2
    execution_secs = 0.5
    [storage]
    state_dir = "/var/lib/sovd"
  `)
  assert.deepEqual(config.executions, { maxFinished: 5, maxPerOperation: 2, maxAgeMs: 500 })
  assert.equal(config.stateDir, '/var/lib/sovd')
})

test('something is kept, and not for ever', () => {
  assert.deepEqual(configured('[retention]\nmax_executions = 0\nexecution_secs = 0\n[storage]\nstate_dir = ""'), [
    'retention.max_executions: must be at least 1, got 0',
    'retention.execution_secs: must be above 0, got 0',
    'storage.state_dir: must not be empty',
  ])
})
