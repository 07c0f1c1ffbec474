import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Logger, silentLogger } from '@opensovd/base'
import { FeatureFlags } from './feature-flags.ts'

test('a feature is on once there is a part that has it', () => {
  const flags = new FeatureFlags(silentLogger)
  assert.equal(flags.isOn('metrics'), false)
  flags.provide('metrics')
  assert.deepEqual(flags.get('metrics'), {
    name: 'metrics',
    enabled: true,
    description: 'Prometheus metrics endpoint',
    available: true,
  })
  assert.equal(flags.get('audit').available, false)
})

test('a feature can be off from the beginning', () => {
  const flags = new FeatureFlags(silentLogger, ['metrics'])
  flags.provide('metrics')
  assert.equal(flags.isOn('metrics'), false)
  flags.set('metrics', true, {})
  assert.equal(flags.isOn('metrics'), true)
})

test('each change is told with who made it, and what changes nothing is not', () => {
  const told: unknown[] = []
  const logged: unknown[] = []
  const log: Logger = { ...silentLogger, warn: (_message, fields) => logged.push(fields) }
  const flags = new FeatureFlags(log)
  flags.provide('history')
  flags.onChange(({ feature, enabled, caller }) => told.push([feature, enabled, caller.subject]))
  flags.set('history', false, { subject: 'ann' })
  flags.set('history', false, { subject: 'ann' })
  flags.set('history', true, {})
  assert.deepEqual(told, [
    ['history', false, 'ann'],
    ['history', true, undefined],
  ])
  assert.deepEqual(logged, [
    { feature: 'history', enabled: false, by: 'ann' },
    { feature: 'history', enabled: true, by: 'anonymous' },
  ])
})

test('what the gateway does not have cannot be switched on, and is off without being told', () => {
  const flags = new FeatureFlags(silentLogger)
  assert.throws(() => flags.set('bridge', true, {}), { code: 'not-implemented' })
  assert.equal(flags.set('bridge', false, {}).enabled, false)
})

test('what is no feature is not found', () => {
  const flags = new FeatureFlags(silentLogger)
  for (const name of ['toString', 'Metrics', '']) {
    assert.throws(() => flags.get(name), { code: 'not-found', message: `Unknown feature flag: ${name}` })
    assert.throws(() => flags.set(name, true, {}), { code: 'not-found' })
  }
})
