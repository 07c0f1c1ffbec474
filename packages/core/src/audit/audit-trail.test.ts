import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { FeatureFlags } from '../features/feature-flags.ts'
import type { AuditRecord } from './audit-entry.ts'
import { AuditTrail } from './audit-trail.ts'

const { signal } = new AbortController()
const sha256 = (text: string) => hash('sha256', text, 'hex')

function setUp(maxEntries?: number) {
  const clock = new FakeClock({ epochMs: 0 })
  const features = new FeatureFlags(silentLogger)
  const trail = new AuditTrail(clock, features, { sha256, ...(maxEntries === undefined ? {} : { maxEntries }) })
  const record = (more: Partial<AuditRecord> = {}) =>
    trail.record({
      caller: 'ann',
      action: 'writeData',
      target: 'component/bms',
      resource: 'data/soc',
      method: 'PUT',
      outcome: 'success',
      ...more,
    })
  return { clock, features, trail, record }
}

test('numbers entries from 1 and stamps them with the time', async () => {
  const { clock, trail, record } = setUp()
  record()
  await clock.advance(1500)
  record()
  assert.deepEqual(
    trail.entries().map(({ seq, timestamp }) => [seq, timestamp]),
    [
      [1, '1970-01-01T00:00:00.000Z'],
      [2, '1970-01-01T00:00:01.500Z'],
    ],
  )
})

test('keeps the newest entries, and these are a whole chain', async () => {
  const { trail, record } = setUp(3)
  for (let count = 1; count <= 20; count++) {
    record()
    assert.equal(trail.size, Math.min(count, 3))
    assert.deepEqual(await trail.verify(signal), { status: 'ok', verified: Math.min(count, 3) })
  }
  assert.deepEqual(
    trail.entries().map(({ seq }) => seq),
    [18, 19, 20],
  )
})

test('an empty trail is whole', async () => {
  assert.deepEqual(await setUp().trail.verify(signal), { status: 'ok', verified: 0 })
})

test('finds the newest that are wanted', () => {
  const { trail, record } = setUp()
  record({ caller: 'bob' })
  record({ outcome: 'denied' })
  record({ target: 'component/bms2' })
  record({ action: 'setMode' })
  const seqs = (...query: Parameters<AuditTrail['newest']>) => trail.newest(...query).map(({ seq }) => seq)
  assert.deepEqual(seqs({}, 2), [3, 4])
  assert.deepEqual(seqs({ caller: 'ann' }, 10), [2, 3, 4])
  assert.deepEqual(seqs({ outcome: 'denied' }, 10), [2])
  assert.deepEqual(seqs({ targetPrefix: 'component/bms2' }, 10), [3])
  assert.deepEqual(seqs({ action: 'setMode', caller: 'bob' }, 10), [])
})

test('finds the oldest of a time, both ends included', async () => {
  const { clock, trail, record } = setUp()
  for (let count = 0; count < 5; count++) {
    record()
    await clock.advance(1000)
  }
  const seqs = async (fromMs: number, toMs: number, limit: number) =>
    (await trail.between({ fromMs, toMs }, {}, limit, signal)).map(({ seq }) => seq)
  assert.deepEqual(await seqs(1000, 3000, 10), [2, 3, 4])
  assert.deepEqual(await seqs(1000, 3000, 2), [2, 3])
  assert.deepEqual(await seqs(5000, 9000, 2), [])
})

test('cuts texts that clients made long', () => {
  const { trail, record } = setUp()
  record({ resource: 'x'.repeat(16_000), detail: 'y'.repeat(16_000) })
  const [entry] = trail.entries()
  assert.equal(entry?.resource.length, 256)
  assert.equal(entry?.detail?.length, 256)
})

test('is a feature that can be switched off', () => {
  const { features, trail } = setUp()
  assert.equal(trail.isOn, true)
  features.set('audit', false, {})
  assert.equal(trail.isOn, false)
})
