import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantOf } from './instant.ts'

test('a time is read in any notation of RFC 3339 [RFC 3339 5.8]', () => {
  for (const [text, utc] of [
    ['1985-04-12T23:20:50.52Z', '1985-04-12T23:20:50.520Z'],
    ['1996-12-19T16:39:57-08:00', '1996-12-20T00:39:57.000Z'],
    ['1937-01-01T12:00:27.87+00:20', '1937-01-01T11:40:27.870Z'],
    ['2024-02-29t00:00:00z', '2024-02-29T00:00:00.000Z'],
    ['2026-01-01T00:00:00.123456789Z', '2026-01-01T00:00:00.123Z'],
  ] as const) {
    assert.equal(new Date(instantOf(text)).toISOString(), utc)
  }
})

test('what is no time is none', () => {
  for (const text of [
    '',
    'now',
    '1767225600000',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-02-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00+25:00',
    '0000-01-01T00:00:00+10:00',
    '9999-12-31T23:59:59-10:00',
    '+002026-01-01T00:00:00Z',
  ]) {
    assert.ok(Number.isNaN(instantOf(text)), text)
  }
})
