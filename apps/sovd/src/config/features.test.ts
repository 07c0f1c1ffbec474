import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('all features are on unless some are disabled', () => {
  assert.deepEqual(configuredWell('').config.disabledFeatures, [])
  const { config } = configuredWell('[features]\ndisabled = ["metrics", "history"]')
  assert.deepEqual(config.disabledFeatures, ['metrics', 'history'])
})

test('what is no feature cannot be disabled', () => {
  const problems = configured('[features]\ndisabled = ["turbo"]')
  assert.ok(Array.isArray(problems))
  assert.match(problems[0], /^features\.disabled\[0\]: expected "audit", "auth", .* got "turbo"$/)
})
