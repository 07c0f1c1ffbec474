import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('locks last five minutes, and an hour at most', () => {
  assert.deepEqual(configuredWell('').config.locks, { defaultSeconds: 300, maxSeconds: 3600 })
})

test('how long locks last can be set', () => {
  const { config } = configuredWell('[locks]\ndefault_secs = 2.5\nmax_secs = 60', { SOVD__LOCKS__MAX_SECS: '90' })
  assert.deepEqual(config.locks, { defaultSeconds: 2.5, maxSeconds: 90 })
})

test('a lock that says nothing lasts no longer than any may', () => {
  assert.deepEqual(configured('[locks]\nmax_secs = 60'), [
    'locks.default_secs: must not be above locks.max_secs, which is 60, got 300',
  ])
})

test('locks have an end', () => {
  assert.deepEqual(configured('[locks]\ndefault_secs = 0\nmax_secs = 1e9'), [
    'locks.default_secs: must be above 0, got 0',
    'locks.max_secs: must be at most 604800, got 1000000000',
  ])
})
