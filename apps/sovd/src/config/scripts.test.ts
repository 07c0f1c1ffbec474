import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('nobody may run scripts unless the configuration says so', () => {
  assert.equal(configuredWell('').config.scripts, undefined)
  assert.equal(configuredWell('[scripts]\ndir = "/var/lib/sovd/scripts"').config.scripts, undefined)
})

test('scripts are kept in a folder, and run isolated by namespaces, two at a time, for a minute', () => {
  assert.deepEqual(configuredWell('[scripts]\nenabled = true\ndir = "/s"').config.scripts, {
    path: '/s',
    isolation: 'namespaces',
    maxScripts: 100,
    maxBytes: 256_000,
    memoryBytes: 64_000_000,
    cpuSeconds: 130,
    limits: { maxRunning: 2, timeoutMs: 60_000, proximityProofRequired: false },
  })
})

test('scripts need a folder, and proofs of proximity a key', () => {
  assert.deepEqual(configured('[scripts]\nenabled = true\nproximity_proof = true\nmemory_mb = 1'), [
    'scripts.memory_mb: must be at least 16, got 1',
    'scripts.proximity_proof: needs a key in [proximity]: nobody could start a script',
    'scripts.dir: is required with scripts.enabled',
  ])
})
