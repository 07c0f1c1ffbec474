import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryOf } from './line-format.ts'

const format = { program: 'pumpd', severity: 'info' } as const
const pattern = /^(?<time>\S+) (?<severity>\w+) (?:(?<program>\w+): )?(?<message>.*)$/

test('a line is a message as a whole unless a pattern says more', () => {
  assert.deepEqual(entryOf('2026-01-01T00:00:00Z WARN slow', format), {
    severity: 'info',
    source: 'pumpd',
    message: '2026-01-01T00:00:00Z WARN slow',
  })
})

test('a pattern finds time, severity, program and message', () => {
  assert.deepEqual(entryOf('2026-01-01T01:00:00+01:00 WARN valve: slow', { ...format, pattern }), {
    severity: 'warn',
    source: 'valve',
    message: 'slow',
    timestamp: '2026-01-01T00:00:00.000Z',
  })
})

test('what a pattern does not find is as it is without', () => {
  assert.deepEqual(entryOf('soon WHATEVER slow', { ...format, pattern }), {
    severity: 'info',
    source: 'pumpd',
    message: 'slow',
  })
  assert.equal(entryOf('one', { ...format, pattern }).message, 'one')
})
