import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { EcuLog, MAX_ENTRIES } from './ecu-log.ts'

test('the oldest entries go when there are too many', async () => {
  const log = new EcuLog('ecu', new FakeClock({ epochMs: 0 }))
  for (let count = 0; count <= MAX_ENTRIES; count++) log.add('info', `entry ${count}`)
  const entries = await log.entries({})
  assert.equal(entries.length, MAX_ENTRIES)
  assert.deepEqual(entries[0], {
    timestamp: '1970-01-01T00:00:00.000Z',
    severity: 'info',
    source: 'ecu',
    message: 'entry 1',
    context: { type: 'RFC5424', host: 'ecu', process: 'firmware' },
  })
})
