import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Logger, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { type AuditRecord, AuditTrail, FeatureFlags } from '@opensovd/core'
import { FileAuditStore, type FileAuditStoreOptions } from './file-audit-store.ts'

const { signal } = new AbortController()
const sha256 = (text: string) => hash('sha256', text, 'hex')

const change: AuditRecord = {
  caller: 'ann',
  action: 'writeData',
  target: 'component/bms',
  resource: 'data/soc',
  method: 'PUT',
  outcome: 'success',
}

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const clock = new FakeClock()
  const told: string[] = []
  const log: Logger = { ...silentLogger, warn: (message) => told.push(message), error: (message) => told.push(message) }
  /** A gateway's life, from start to end. */
  const live = async <T>(
    use: (trail: AuditTrail, store: FileAuditStore) => Promise<T> | T,
    options: Partial<FileAuditStoreOptions> = {},
  ): Promise<T> => {
    await using store = await FileAuditStore.open({ folder, clock, log, ...options })
    return await use(new AuditTrail(clock, new FeatureFlags(silentLogger), { sha256, store }), store)
  }
  const record = (count: number, options?: Partial<FileAuditStoreOptions>) =>
    live((trail) => {
      for (let each = 0; each < count; each++) trail.record(change)
    }, options)
  const verify = (options?: Partial<FileAuditStoreOptions>) => live((trail) => trail.verify(signal), options)
  const segments = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .toSorted()
      .map((name) => join(folder, name))
  const onlySegment = () => {
    const [path, ...more] = segments()
    assert.ok(path !== undefined && more.length === 0)
    return path
  }
  return { folder, clock, told, live, record, verify, segments, onlySegment }
}

test('the chain goes on after a restart', async (t) => {
  const { record, live } = setUp(t)
  await record(3)
  await record(2)
  await live(async (trail) => {
    assert.deepEqual(
      trail.entries().map(({ seq }) => seq),
      [1, 2, 3, 4, 5],
    )
    trail.record(change)
    assert.deepEqual(await trail.verify(signal), { status: 'ok', verified: 6 })
  })
})

test('entries are written together, within a fraction of a second', async (t) => {
  const { clock, live, onlySegment } = setUp(t)
  await live(async (trail, store) => {
    trail.record(change)
    trail.record(change)
    await clock.advance(250)
    await store.flush()
    assert.equal(readFileSync(onlySegment(), 'utf8').split('\n').length, 3)
  })
})

test('finds entries of a time beyond those in memory', async (t) => {
  const { clock, live, record } = setUp(t)
  await record(3)
  await clock.advance(1000)
  const fromMs = clock.now()
  await record(5)
  const found = await live(
    async (trail) => {
      assert.equal(trail.size, 2)
      return trail.between({ fromMs }, {}, 4, signal)
    },
    { maxRestored: 2 },
  )
  assert.deepEqual(
    found.map(({ seq }) => seq),
    [4, 5, 6, 7],
  )
})

test('a torn entry is cut off and reported, and the chain goes on', async (t) => {
  const { record, verify, told, onlySegment } = setUp(t)
  await record(3)
  appendFileSync(onlySegment(), '{"seq":4,"timestamp":"2026')
  await record(1)
  assert.deepEqual(told, ['the audit trail ended in a torn entry, which was cut off'])
  assert.deepEqual(await verify(), { status: 'ok', verified: 4 })
})

test('entries that a crash left without a word of their being the last are kept', async (t) => {
  const { folder, record, verify } = setUp(t)
  await record(2)
  const ends = readFileSync(join(folder, 'chain.json'))
  await record(2)
  writeFileSync(join(folder, 'chain.json'), ends)
  assert.deepEqual(await verify(), { status: 'ok', verified: 4 })
})

test('files are bounded together, and what is left of the chain is whole', async (t) => {
  const { record, verify, segments } = setUp(t)
  const maxBytes = 32 * 1024
  for (let round = 0; round < 30; round++) await record(10, { maxBytes })
  const bytes = segments().reduce((sum, path) => sum + statSync(path).size, 0)
  assert.ok(bytes <= maxBytes && bytes > maxBytes / 2, `${bytes}`)
  const result = await verify({ maxBytes })
  assert.equal(result.status, 'ok')
  assert.ok(result.status === 'ok' && result.verified < 300)
})

test('a file that was about to be removed in a crash is removed, and the chain is whole', async (t) => {
  const { record, verify, segments } = setUp(t)
  const maxBytes = 32 * 1024
  for (let round = 0; round < 10; round++) await record(10, { maxBytes })
  const [oldest = ''] = segments()
  const content = readFileSync(oldest)
  for (let round = 0; round < 10 && segments().includes(oldest); round++) await record(10, { maxBytes })
  assert.ok(!segments().includes(oldest))
  writeFileSync(oldest, content)
  assert.equal((await verify({ maxBytes })).status, 'ok')
  assert.ok(!segments().includes(oldest))
})

const TAMPERING: Readonly<Record<string, (lines: string[]) => string[]>> = {
  'a changed text': (lines) => lines.map((line, at) => (at === 2 ? line.replace('ann', 'bob') : line)),
  'another outcome': (lines) => lines.map((line, at) => (at === 4 ? line.replace('success', 'denied') : line)),
  'an entry that is gone': (lines) => lines.toSpliced(2, 1),
  'a first entry that is gone': (lines) => lines.slice(1),
  'a last entry that is gone': (lines) => lines.slice(0, -1),
  'all entries gone': () => [],
  'an entry that is there twice': (lines) => lines.toSpliced(2, 0, lines[2] ?? ''),
  'entries that changed places': (lines) => [lines[1] ?? '', lines[0] ?? '', ...lines.slice(2)],
  'an entry that is no longer one': (lines) => lines.with(2, '{}'),
}

for (const [name, tamper] of Object.entries(TAMPERING)) {
  test(`${name} is found, also after more was recorded`, async (t) => {
    const { record, verify, onlySegment } = setUp(t)
    await record(5)
    assert.equal((await verify()).status, 'ok')
    const lines = readFileSync(onlySegment(), 'utf8').trimEnd().split('\n')
    assert.equal(lines.length, 5)
    writeFileSync(
      onlySegment(),
      tamper(lines)
        .map((line) => `${line}\n`)
        .join(''),
    )
    assert.equal((await verify()).status, 'broken')
    await record(2)
    assert.equal((await verify()).status, 'broken')
  })
}

test('a file that is gone is found', async (t) => {
  const { record, verify, segments } = setUp(t)
  const maxBytes = 64 * 1024
  for (let round = 0; round < 6; round++) await record(10, { maxBytes })
  const all = segments()
  assert.ok(all.length >= 2)
  rmSync(all[0] ?? '')
  assert.equal((await verify({ maxBytes })).status, 'broken')
})

test('what cannot be written is written once it can be', async (t) => {
  const { clock, folder, live, told } = setUp(t)
  await live(async (trail, store) => {
    rmSync(folder, { recursive: true })
    trail.record(change)
    await store.flush()
    assert.deepEqual(told, ['the audit trail cannot be written'])
    assert.equal((await trail.verify(signal)).status, 'ok')
    mkdirSync(folder)
    await clock.advance(5000)
    await store.flush()
    assert.deepEqual(await trail.verify(signal), { status: 'ok', verified: 1 })
  })
})

test('a damaged file of ends is refused rather than begun anew', async (t) => {
  const { folder, record, verify } = setUp(t)
  await record(1)
  writeFileSync(join(folder, 'chain.json'), '{"anchor":1}')
  await assert.rejects(verify(), { message: /chain\.json does not hold the ends of a chain/ })
})
