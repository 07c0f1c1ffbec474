import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '@opensovd/sovd'
import fc from 'fast-check'
import { FeatureFlags } from '../features/feature-flags.ts'
import type { AuditEntry, AuditRecord } from './audit-entry.ts'
import { AuditTrail } from './audit-trail.ts'
import { type ChainBounds, canonicalText, GENESIS, verifyChain } from './chain.ts'

const sha256 = (text: string) => hash('sha256', text, 'hex')

const record: fc.Arbitrary<AuditRecord> = fc
  .record(
    {
      caller: fc.string(),
      action: fc.constantFrom(...AUDIT_ACTIONS),
      target: fc.string(),
      resource: fc.string({ unit: 'binary' }),
      method: fc.constantFrom('PUT', 'POST', 'DELETE'),
      outcome: fc.constantFrom(...AUDIT_OUTCOMES),
      detail: fc.string(),
      traceId: fc.string(),
    },
    { requiredKeys: ['caller', 'action', 'target', 'resource', 'method', 'outcome'] },
  )
  .map((plain) => ({ ...plain }))

const records = fc.array(record, { minLength: 2, maxLength: 12 })

function chainOf(recorded: readonly AuditRecord[]): { entries: AuditEntry[]; bounds: ChainBounds } {
  const trail = new AuditTrail(new FakeClock(), new FeatureFlags(silentLogger), { sha256 })
  for (const each of recorded) trail.record(each)
  const entries = trail.entries()
  const last = entries.at(-1)
  return { entries, bounds: { anchor: GENESIS, head: last ?? GENESIS } }
}

const statusOf = (entries: readonly AuditEntry[], bounds: ChainBounds) => verifyChain(entries, bounds, sha256).status

test('what was recorded is a whole chain', () => {
  fc.assert(
    fc.property(records, (recorded) => {
      const { entries, bounds } = chainOf(recorded)
      assert.deepEqual(verifyChain(entries, bounds, sha256), { status: 'ok', verified: recorded.length })
    }),
  )
})

test('a changed text of any entry is found', () => {
  const fields = [
    'caller',
    'target',
    'resource',
    'method',
    'timestamp',
    'detail',
    'traceId',
    'hash',
    'prevHash',
  ] as const
  fc.assert(
    fc.property(records, fc.nat(), fc.constantFrom(...fields), (recorded, at, field) => {
      const { entries, bounds } = chainOf(recorded)
      const index = at % entries.length
      const tampered = entries.map((entry, each) =>
        each === index ? { ...entry, [field]: `${entry[field] ?? ''}!` } : entry,
      )
      assert.equal(statusOf(tampered, bounds), 'broken')
    }),
  )
})

test('another outcome, action or number is found', () => {
  fc.assert(
    fc.property(records, fc.nat(), (recorded, at) => {
      const { entries, bounds } = chainOf(recorded)
      const index = at % entries.length
      const changes: ((entry: AuditEntry) => AuditEntry)[] = [
        (entry) => ({ ...entry, outcome: entry.outcome === 'success' ? 'denied' : 'success' }),
        (entry) => ({ ...entry, action: entry.action === 'readData' ? 'writeData' : 'readData' }),
        (entry) => ({ ...entry, seq: entry.seq + 1 }),
      ]
      for (const change of changes) {
        const tampered = entries.map((entry, each) => (each === index ? change(entry) : entry))
        assert.equal(statusOf(tampered, bounds), 'broken')
      }
    }),
  )
})

test('an entry that is missing, twice there or at another place is found', () => {
  fc.assert(
    fc.property(records, fc.nat(), (recorded, at) => {
      const { entries, bounds } = chainOf(recorded)
      const index = at % entries.length
      const entry = entries[index]
      assert.ok(entry)
      assert.equal(statusOf(entries.toSpliced(index, 1), bounds), 'broken', 'missing')
      assert.equal(statusOf(entries.toSpliced(index, 0, entry), bounds), 'broken', 'twice')
      assert.equal(
        statusOf([...entries.toSpliced(index, 1), entry], bounds),
        index === entries.length - 1 ? 'ok' : 'broken',
      )
    }),
  )
})

test('entries cut off at the beginning or the end are found, even all of them', () => {
  fc.assert(
    fc.property(records, fc.nat(), (recorded, at) => {
      const { entries, bounds } = chainOf(recorded)
      const count = 1 + (at % entries.length)
      assert.equal(statusOf(entries.slice(count), bounds), 'broken')
      assert.equal(statusOf(entries.slice(0, -count), bounds), 'broken')
    }),
  )
})

test('a chain made anew from other records is found by its head', () => {
  const one = { caller: 'ann', action: 'writeData', target: 'vehicle', resource: 'x', method: 'PUT' } as const
  const { bounds } = chainOf([{ ...one, outcome: 'denied' }])
  const { entries } = chainOf([{ ...one, outcome: 'success' }])
  assert.deepEqual(verifyChain(entries, bounds, sha256), {
    status: 'broken',
    error: 'Hash mismatch at seq 1: not the last entry',
  })
})

test('what is hashed has its members sorted and no others than the export', () => {
  const { entries } = chainOf([
    {
      caller: 'ann',
      action: 'setMode',
      target: 'component/bms',
      resource: 'modes/m',
      method: 'PUT',
      outcome: 'error',
      detail: 'd"',
      traceId: 't',
    },
  ])
  const [entry] = entries
  assert.ok(entry)
  const text = canonicalText(entry)
  assert.equal(
    text,
    '{"action":"setMode","caller":"ann","detail":"d\\"","method":"PUT","outcome":"error","prev_hash":"genesis",' +
      `"resource":"modes/m","seq":1,"target":"component/bms","timestamp":"${entry.timestamp}","trace_id":"t"}`,
  )
  assert.equal(entry.hash, sha256(text))
})
