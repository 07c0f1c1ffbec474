import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('changes are looked for every second, and intervals are those that others have', () => {
  const { limits, streams } = configuredWell('').config.events
  assert.equal(limits.dataPollMs, 1000)
  assert.equal(limits.faultPollMs, 1000)
  assert.deepEqual(limits.intervalsMs, { fast: 50, normal: 200, slow: 500 })
  assert.deepEqual(streams, { beatMs: 15_000, stallMs: 60_000 })
})

test('how changes are told can be set', () => {
  const text = '[events]\ndata_poll_secs = 0.1\nslow_ms = 2000\nring_kb = 2\nmax_readers = 7\nheartbeat_secs = 5'
  const { limits, streams } = configuredWell(text, { SOVD__EVENTS__MAX_TRIGGERS: '9' }).config.events
  assert.equal(limits.dataPollMs, 100)
  assert.equal(limits.intervalsMs.slow, 2000)
  assert.equal(limits.ring.maxBytes, 2048)
  assert.equal(limits.maxReaders, 7)
  assert.equal(limits.maxTriggers, 9)
  assert.equal(streams.beatMs, 5000)
})

test('fast is not slower than normal, nor normal than slow', () => {
  assert.deepEqual(configured('[events]\nfast_ms = 300\nnormal_ms = 250\nslow_ms = 240'), [
    'events.fast_ms: must not be above events.normal_ms, which is 250, got 300',
    'events.normal_ms: must not be above events.slow_ms, which is 240, got 250',
  ])
})

test('nothing is looked at without a pause', () => {
  assert.deepEqual(configured('[events]\ndata_poll_secs = 0\nfast_ms = 1'), [
    'events.data_poll_secs: must be above 0, got 0',
    'events.fast_ms: must be at least 10, got 1',
  ])
})
