import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import type { PastFault, PastFaultQuery, PastReportedFault, PastSourceFault } from '@opensovd/core'
import { FileFaultHistory, type FileFaultHistoryOptions } from './file-fault-history.ts'

const { signal } = new AbortController()
/** The times of records here are milliseconds after this. */
const BASE = systemClock.now()

function past(atMs: number, more: Partial<PastReportedFault['fault']> = {}): PastReportedFault {
  return {
    atMs: BASE + atMs,
    event: 'raised',
    fault: {
      componentId: 'bms',
      faultId: 'f1',
      source: 'monitor',
      severity: 'Error',
      phase: 'active',
      confirmed: true,
      healed: false,
      passes: 0,
      occurrences: 1,
      agedCycles: 0,
      failedThisCycle: true,
      testedThisCycle: true,
      ...more,
    },
  }
}

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'history-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const clock = new FakeClock({ epochMs: BASE })
  const open = (options: Partial<FileFaultHistoryOptions> = {}) =>
    FileFaultHistory.open({ folder: join(folder, 'faults'), clock, log: silentLogger, ...options })
  const files = () => readdirSync(join(folder, 'faults')).map((name) => join(folder, 'faults', name))
  return { folder, clock, open, files }
}

function absolute({ fromMs, toMs, ...rest }: PastFaultQuery): PastFaultQuery {
  return {
    ...rest,
    ...(fromMs === undefined ? {} : { fromMs: BASE + fromMs }),
    ...(toMs === undefined ? {} : { toMs: BASE + toMs }),
  }
}

async function recordsOf(history: FileFaultHistory, query: PastFaultQuery = {}): Promise<PastFault[]> {
  const records: PastFault[] = []
  for await (const past of history.read(absolute(query), signal)) records.push(past)
  return records
}

async function timesOf(history: FileFaultHistory, query?: PastFaultQuery): Promise<number[]> {
  return (await recordsOf(history, query)).map(({ atMs }) => atMs - BASE)
}

test('what was recorded is there again after a restart', async (t) => {
  const { open } = setUp(t)
  const first = await open()
  for (const atMs of [1, 2, 3]) first.append(past(atMs))
  await first[Symbol.asyncDispose]()
  await using second = await open()
  second.append(past(4, { componentId: 'climate' }))
  assert.deepEqual(await timesOf(second), [1, 2, 3, 4])
  assert.deepEqual(await timesOf(second, { componentId: 'climate' }), [4])
  assert.deepEqual(await timesOf(second, { fromMs: 2, toMs: 3 }), [2, 3])
})

test('faults cleared at a source are there again as they were', async (t) => {
  const { open } = setUp(t)
  const cleared: PastSourceFault = {
    atMs: BASE + 1,
    event: 'cleared',
    reason: 'cleared',
    by: { subject: 'ann', tenant: 'red' },
    entity: { kind: 'app', id: 'nav', components: ['hpc'] },
    fault: {
      id: 'P0A80-2',
      code: 'P0A80',
      displayCode: 'P0A80',
      name: 'Imbalance',
      scope: 'module-3',
      severity: 3,
      status: { testFailed: '0', confirmedDTC: '1' },
      correlatedSignals: ['soc'],
    },
  }
  const first = await open()
  first.append(cleared)
  await first[Symbol.asyncDispose]()
  await using second = await open()
  assert.deepEqual(await recordsOf(second), [cleared])
  assert.deepEqual(await recordsOf(second, { componentId: 'nav' }), [])
})

test('lines of files without faults of sources are read', async (t) => {
  const { open, files } = setUp(t)
  const first = await open()
  first.append(past(1))
  await first[Symbol.asyncDispose]()
  const line =
    '"event":"cleared","reason":"cleared","fault":{"componentId":"bms","faultId":"f1","source":"monitor",' +
    '"severity":"Error","phase":"active","confirmed":true,"healed":false,"passes":0,"occurrences":1,"agedCycles":0,' +
    '"failedThisCycle":true,"testedThisCycle":true}}\n'
  writeFileSync(files()[0] ?? '', `{"atMs":${BASE + 5},${line}`)
  await using second = await open()
  const [record] = await recordsOf(second, { componentId: 'bms' })
  assert.ok(record && !('entity' in record))
  assert.deepEqual([record.atMs, record.reason, record.fault.faultId], [BASE + 5, 'cleared', 'f1'])
})

test('a record that is too long to be read again is not written', async (t) => {
  const { open } = setUp(t)
  await using history = await open()
  history.append(past(1, { description: 'x'.repeat(70_000) }))
  history.append(past(2))
  assert.deepEqual(await timesOf(history), [2])
  assert.deepEqual(history.counters, { recorded: 1, dropped: 1 })
})

test('records are written together, soon, without anybody asking', async (t) => {
  const { open, clock, files } = setUp(t)
  await using history = await open()
  history.append(past(1))
  history.append(past(2))
  assert.equal(files().length, 0)
  await clock.advance(200)
  await history.flush()
  assert.equal(statSync(files()[0] ?? '').size > 0, true)
})

test('only the owner can read the files', async (t) => {
  const { open, folder, files } = setUp(t)
  await using history = await open()
  history.append(past(1))
  await history.flush()
  const modes = [join(folder, 'faults'), ...files()].map((path) => statSync(path).mode & 0o777)
  assert.deepEqual(modes, [0o700, 0o600])
})

test('a line that a crash cut is left out, and what comes after it is whole', async (t) => {
  const { open, files } = setUp(t)
  const first = await open()
  first.append(past(1))
  await first[Symbol.asyncDispose]()
  appendFileSync(files()[0] ?? '', '{"atMs":2,"event":"rai')
  await using second = await open()
  second.append(past(3))
  assert.deepEqual(await timesOf(second), [1, 3])
})

test('lines that hold no record are skipped', async (t) => {
  const { open, files } = setUp(t)
  const first = await open()
  first.append(past(1))
  await first[Symbol.asyncDispose]()
  appendFileSync(files()[0] ?? '', `null\n[]\n{"atMs":2}\n\0\0\0\n${'x'.repeat(100_000)}\n`)
  await using second = await open()
  second.append(past(3))
  assert.deepEqual(await timesOf(second), [1, 3])
})

test('of too much the oldest goes, a file at a time', async (t) => {
  const { open, files } = setUp(t)
  const maxBytes = 64_000
  await using history = await open({ maxBytes })
  for (let atMs = 0; atMs < 1000; atMs++) {
    history.append(past(atMs))
    if (atMs % 10 === 9) await history.flush()
  }
  const total = files().reduce((sum, file) => sum + statSync(file).size, 0)
  assert.ok(total <= maxBytes && total > maxBytes / 2, `${total}`)
  const times = await timesOf(history)
  assert.equal(times.at(-1), 999)
  assert.deepEqual(
    times,
    Array.from({ length: times.length }, (_, n) => 1000 - times.length + n),
  )
  assert.deepEqual(await timesOf(history, { fromMs: 998 }), [998, 999])
  assert.deepEqual(await timesOf(history, { fromMs: 998 }), [998, 999])
})

test('what is too old is no longer read, and its file goes when something is written', async (t) => {
  const { open, clock, files } = setUp(t)
  await using history = await open({ maxAgeMs: 16_000 })
  for (let second = 0; second < 20; second++) {
    history.append(past(second * 1000))
    await history.flush()
    assert.ok(files().length <= 18, `${files().length} files`)
    await clock.advance(1000)
  }
  assert.deepEqual((await timesOf(history))[0], 4000)
  await clock.advance(16_000)
  assert.deepEqual(await timesOf(history), [])
  history.append(past(36_000))
  await history.flush()
  assert.equal(files().length, 1)
  assert.deepEqual(await timesOf(history), [36_000])
})

test('what cannot be kept is counted', async (t) => {
  const { open, folder } = setUp(t)
  await using history = await open()
  rmSync(join(folder, 'faults'), { recursive: true })
  writeFileSync(join(folder, 'faults'), '')
  history.append(past(1))
  await history.flush()
  assert.deepEqual(history.counters, { recorded: 0, dropped: 1 })
  for (let n = 0; n < 20_001; n++) history.append(past(n))
  assert.equal(history.counters.dropped, 2)
})

test('reading ends with its signal', async (t) => {
  const { open } = setUp(t)
  await using history = await open()
  history.append(past(1))
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await assert.rejects(async () => {
    for await (const each of history.read({}, controller.signal)) assert.ok(each)
  }, /enough/)
})
