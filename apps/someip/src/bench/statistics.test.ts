import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatResult, percentiles } from './statistics.ts'

test('gives percentiles in microseconds', () => {
  const times = Array.from({ length: 100 }, (_, index) => (100 - index) / 1000)
  assert.deepEqual(percentiles(times), { p50: 51, p90: 91, p99: 100 })
  assert.deepEqual(percentiles([0.5]), { p50: 500, p90: 500, p99: 500 })
  assert.deepEqual(percentiles([]), {})
})

test('prints rate, volume, times and losses', () => {
  const result = { kind: 'lat', transport: 'udp', count: 1000, bytes: 125, received: 999, lost: 1, seconds: 0.5 }
  assert.equal(
    formatResult({ ...result, perSecond: 2000, p50: 1, p90: 2, p99: 3 }),
    'lat udp: 1000 of 125 bytes in 0.500 s  2000 calls/s  2.0 Mbit/s  p50 1 us  p90 2 us  p99 3 us  lost 1',
  )
})
