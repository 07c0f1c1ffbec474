import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogEntry, LogQuery } from '../facets/logs.ts'
import { selectLogs } from './select-logs.ts'

const ENTRIES: readonly LogEntry[] = [
  { timestamp: '2026-01-01T00:00:00Z', severity: 'fatal', source: 's', message: 'Pump stuck' },
  { timestamp: '2026-01-01T01:00:01+01:00', severity: 'warn', source: 's', message: 'pump slow' },
  { timestamp: '2026-01-01T00:00:02Z', severity: 'debug', source: 's', message: 'tick' },
]
const START = Date.UTC(2026, 0, 1)

const cases: readonly [name: string, query: LogQuery, at: readonly number[]][] = [
  ['all', {}, [0, 1, 2]],
  ['warnings and worse', { severity: 'warn' }, [0, 1]],
  ['only what is fatal', { severity: 'fatal' }, [0]],
  ['from a time on, that time included', { fromMs: START + 1000 }, [1, 2]],
  ['up to a time, that time included', { toMs: START + 1000 }, [0, 1]],
  ['what contains a text in any case', { text: 'PUMP' }, [0, 1]],
  ['the last ones of too many', { limit: 2 }, [1, 2]],
  ['all of it together', { severity: 'warn', text: 'pump', fromMs: START, limit: 1 }, [1]],
]
for (const [name, query, at] of cases) {
  test(`a reader may want ${name}`, () => {
    assert.deepEqual(
      selectLogs(ENTRIES, query),
      at.map((index) => ENTRIES[index]),
    )
  })
}
