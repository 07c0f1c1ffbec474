import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('without a folder, it is in memory who changed what', () => {
  assert.deepEqual(configuredWell('').config.audit, { maxEntries: 10_000 })
  assert.deepEqual(configuredWell('[audit]\nmax_entries = 5').config.audit, { maxEntries: 5 })
})

test('with one, it is in files of bounded size too', () => {
  const { config } = configuredWell('[storage]\nstate_dir = "/var/lib/sovd"\n[audit]\nmax_mb = 2')
  assert.deepEqual(config.audit, {
    maxEntries: 10_000,
    files: { folder: '/var/lib/sovd/audit', maxBytes: 2_097_152 },
  })
})

test('an audit trail has room for something', () => {
  assert.deepEqual(configured('[audit]\nmax_entries = 0\nmax_mb = 0'), [
    'audit.max_entries: must be at least 1, got 0',
    'audit.max_mb: must be at least 1, got 0',
  ])
})
