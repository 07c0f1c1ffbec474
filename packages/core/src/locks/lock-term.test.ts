import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lockTermMs } from './lock-term.ts'

const now = Date.UTC(2026, 0, 31, 8)
const limits = { defaultSeconds: 300, maxSeconds: 3600 }
const term = (value: Parameters<typeof lockTermMs>[0]) => lockTermMs(value, limits, now)

test('a lock that does not say how long lasts as long as locks do', () => {
  assert.equal(term({}), 300_000)
})

test('a term is a duration, or a time in any notation of RFC 3339', () => {
  assert.equal(term({ durationSeconds: 12 }), 12_000)
  assert.equal(term({ durationSeconds: 0.5 }), 500)
  for (const expires of [
    '2026-01-31T08:01:00Z',
    '2026-01-31t08:01:00z',
    '2026-01-31T08:01:00.000000Z',
    '2026-01-31T10:31:00+02:30',
    '2026-01-30T23:01:00-09:00',
  ]) {
    assert.equal(term({ expires }), 60_000, expires)
  }
  assert.equal(term({ expires: '2026-01-31T08:00:00.25Z' }), 250)
})

test('what is no time of RFC 3339 is refused', () => {
  for (const expires of [
    '',
    'soon',
    '1769846460',
    '2026-01-31',
    '2026-01-31T08:01:00',
    '2026-01-31 08:01:00Z',
    '2026-01-31T08:01Z',
    '2026-02-30T08:01:00Z',
    '2026-13-01T08:01:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T08:60:00Z',
    '2026-01-31T08:01:00+99:00',
    'Sat, 31 Jan 2026 08:01:00 GMT',
    '2026-01-31T08:01:00Z, or later',
  ]) {
    assert.throws(() => term({ expires }), { code: 'invalid-request', target: 'expires' }, expires)
  }
})

test('a term is neither over already nor longer than allowed', () => {
  assert.equal(term({ durationSeconds: 3600 }), 3_600_000)
  assert.equal(term({ expires: '2026-01-31T09:00:00Z' }), 3_600_000)
  for (const durationSeconds of [0, -1, 3600.001, 1e300, Number.POSITIVE_INFINITY]) {
    assert.throws(() => term({ durationSeconds }), { code: 'invalid-request', target: 'duration' })
  }
  for (const expires of ['2026-01-31T08:00:00Z', '1999-12-31T23:59:59Z', '2026-01-31T09:00:01Z']) {
    assert.throws(() => term({ expires }), { code: 'invalid-request', target: 'expires' })
  }
  assert.throws(() => term({ durationSeconds: 7200 }), { message: 'a lock lasts 3600 s at most, not 7200 s' })
})

test('a lock ends at a time or after a duration, not both', () => {
  assert.throws(() => term({ expires: '2026-01-31T08:01:00Z', durationSeconds: 60 }), { code: 'invalid-request' })
})
