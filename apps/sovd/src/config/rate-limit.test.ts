import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('requests are limited only where that is asked for', () => {
  assert.equal(configuredWell('[rate_limit]\nmax_requests = 5').config.rateLimit, undefined)
  assert.deepEqual(configuredWell('[rate_limit]\nenabled = true').config.rateLimit, {
    maxRequests: 100,
    windowMs: 60_000,
  })
  const { config } = configuredWell('[rate_limit]\nenabled = true\nmax_requests = 5\nwindow_secs = 0.5')
  assert.deepEqual(config.rateLimit, { maxRequests: 5, windowMs: 500 })
})

test('a limit that lets nobody in is refused', () => {
  assert.deepEqual(configured('[rate_limit]\nmax_requests = 0\nwindow_secs = 0'), [
    'rate_limit.max_requests: must be at least 1, got 0',
    'rate_limit.window_secs: must be above 0, got 0',
  ])
})
