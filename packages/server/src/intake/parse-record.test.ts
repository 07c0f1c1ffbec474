import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JsonObject, parseJson } from '@opensovd/base'
import { parseFaultRecord } from './parse-record.ts'

const least: JsonObject = {
  component_id: 'hvac',
  fault_id: 'blower.mismatch',
  source: 'hvac-app',
  severity: 'Warn',
  stage: 'Failed',
}

test('reads a record with the least members and one with all', () => {
  const read = {
    componentId: 'hvac',
    faultId: 'blower.mismatch',
    source: 'hvac-app',
    severity: 'Warn',
    stage: 'Failed',
  }
  assert.deepEqual(parseFaultRecord(least), read)
  const all = {
    ...least,
    description: 'runs too slow',
    environment_data: parseJson('{"rpm":12345678901234567890}'),
    time: '2026-01-01T01:00:00.5+01:00',
    not_known: 'ignored',
  }
  assert.deepEqual(parseFaultRecord(all), {
    ...read,
    description: 'runs too slow',
    environment: '{"rpm":12345678901234567890}',
    seenAtMs: Date.UTC(2026, 0, 1, 0, 0, 0, 500),
  })
})

const rows: readonly (readonly [name: string, value: JsonObject, reason: RegExp])[] = [
  ['no component', { ...least, component_id: undefined }, /^component_id: expected 1 to 128 .*, got nothing$/],
  ['a component that is no path segment', { ...least, component_id: 'a/b' }, /^component_id: .* got "a\/b"$/],
  ['a component that leads elsewhere', { ...least, component_id: '..' }, /^component_id: /],
  ['a number for a fault', { ...least, fault_id: 7 }, /^fault_id: .* got 7$/],
  ['a fault id that is too long', { ...least, fault_id: 'x'.repeat(129) }, /^fault_id: .* got "x{59}…$/],
  ['an empty source', { ...least, source: '' }, /^source: /],
  ['a source that is too long', { ...least, source: 'x'.repeat(129) }, /^source: /],
  [
    'an unknown severity',
    { ...least, severity: 'high' },
    /^severity: expected one of Fatal, Error, Warn, Info, Debug, got "high"$/,
  ],
  ['a severity that every object has', { ...least, severity: 'constructor' }, /^severity: /],
  [
    'an unknown stage',
    { ...least, stage: 'failed' },
    /^stage: expected one of Failed, PreFailed, Passed, PrePassed, NotTested, got "failed"$/,
  ],
  ['a description that is none', { ...least, description: null }, /^description: .* got null$/],
  ['a description that is too long', { ...least, description: 'x'.repeat(1025) }, /^description: /],
  ['too much environment data', { ...least, environment_data: 'x'.repeat(17_000) }, /^environment_data: .* got 17002$/],
  ['a time that is none', { ...least, time: 'yesterday' }, /^time: expected an RFC 3339 time, got "yesterday"$/],
  ['a time that does not exist', { ...least, time: '2026-13-01T00:00:00Z' }, /^time: /],
  ['a day that does not exist', { ...least, time: '2026-02-31T00:00:00Z' }, /^time: /],
  ['a time before all years', { ...least, time: '0000-01-01T00:00:00+10:00' }, /^time: /],
  ['a number for a time', { ...least, time: 5 }, /^time: /],
]

for (const [name, value, reason] of rows) {
  test(`says what is wrong with ${name}`, () => {
    const unfit = parseFaultRecord(value)
    assert.ok('reason' in unfit)
    assert.match(unfit.reason, reason)
  })
}

test('says what a record is where there is something else', () => {
  for (const value of [null, 1, 'text', [], [least]]) {
    const unfit = parseFaultRecord(value)
    assert.ok('reason' in unfit && unfit.reason.startsWith('expected an object with component_id'))
  }
})
