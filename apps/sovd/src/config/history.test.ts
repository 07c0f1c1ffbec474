import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('without a folder, the history of faults is in memory', () => {
  assert.deepEqual(configuredWell('').config.history, { kind: 'memory', maxRecords: 10_000 })
  assert.deepEqual(configuredWell('[history]\nmax_records = 5').config.history, { kind: 'memory', maxRecords: 5 })
})

test('with one, it is in files of bounded size and age', () => {
  const { config } = configuredWell('[storage]\nstate_dir = "/var/lib/sovd"\n[history]\nmax_mb = 64\nmax_days = 1')
  assert.deepEqual(config.history, {
    kind: 'files',
    folder: '/var/lib/sovd/fault-history',
    maxBytes: 67_108_864,
    maxAgeMs: 86_400_000,
  })
})

test('a history has room for something', () => {
  assert.deepEqual(configured('[history]\nmax_records = 0\nmax_mb = 1\nmax_days = 0'), [
    'history.max_records: must be at least 1, got 0',
    'history.max_mb: must be at least 16, got 1',
    'history.max_days: must be above 0, got 0',
  ])
})
