import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type LogFields, type Logger, parseJson, silentLogger } from '@opensovd/base'
import type { Execution } from '@opensovd/core'
import { openExecutionJournal } from './execution-journal.ts'
import { RecordFile } from './record-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sovd-state-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const file = () => join(folder, 'state', 'executions.jsonl')
const open = (log: Logger = silentLogger) => openExecutionJournal(join(folder, 'state'), log)

function execution(id: string, more: Partial<Execution> = {}): Execution {
  return {
    id,
    entity: { kind: 'app', id: 'a' },
    operationId: 'go',
    state: { status: 'running', progress: 40 },
    capability: 'execute',
    startedAt: '2026-01-01T00:00:00.000Z',
    ...more,
  }
}

test('executions are found again as they were last, in the order in which they began', async () => {
  const first = execution('1', {
    state: { status: 'failed', error: 'cell 7', result: parseJson('{"count":12345678901234567890}') },
    endedAt: '2026-01-01T00:00:01.000Z',
    isRemoved: true,
    capability: 'x-acme',
  })
  {
    await using journal = await open()
    assert.deepEqual(journal.restored, [])
    journal.put(execution('1'))
    journal.put(execution('2'))
    journal.put(execution('3'))
    journal.put(first)
    journal.delete('2')
  }
  await using journal = await open()
  assert.equal(JSON.stringify(journal.restored), JSON.stringify([first, execution('3')].map(reorder)))
  assert.equal((await stat(file())).mode & 0o777, 0o600)
})

test('a line that a crash cut off, and lines that are none, are left out and told of', async () => {
  {
    await using journal = await open()
    for (const id of ['1', '2']) journal.put(execution(id))
  }
  const { size } = await stat(file())
  await truncate(file(), size - 20)
  await appendFile(file(), '\n\0\0\0\n[]\n{"id":"9","record":{"state":{}}}\n')
  const warned: LogFields[] = []
  await using journal = await open({ ...silentLogger, warn: (_message, fields = {}) => warned.push(fields) })
  assert.deepEqual(
    journal.restored.map(({ id }) => id),
    ['1'],
  )
  assert.equal(warned.length, 1)
  journal.put(execution('3'))
  await journal[Symbol.asyncDispose]()
  await using again = await open()
  assert.deepEqual(
    again.restored.map(({ id }) => id),
    ['1', '3'],
  )
})

test('what came of an execution is not kept when it is long', async () => {
  {
    await using journal = await open()
    journal.put(execution('1', { state: { status: 'completed', result: 'x'.repeat(100_000) } }))
  }
  await using journal = await open()
  assert.deepEqual(journal.restored, [execution('1', { state: { status: 'completed' } })])
})

test('the file stays as small as what is current', async () => {
  {
    await using journal = await open()
    for (let i = 0; i < 200; i++) {
      for (let j = 0; j < 50; j++) journal.put(execution(`${j % 10}`, { state: { status: 'running', progress: i } }))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const lines = (await readFile(file(), 'utf8')).split('\n').length
  assert.ok(lines < 2100, `${lines} lines for 10 records`)
  await using journal = await open()
  assert.deepEqual(
    journal.restored.map(({ state }) => state),
    new Array(10).fill({ status: 'running', progress: 199 }),
  )
})

test('beyond what the file may hold, the oldest records go', async () => {
  const path = join(folder, 'records')
  {
    await using records = await RecordFile.open({ path, log: silentLogger, maxBytes: 1000 })
    for (let i = 0; i < 100; i++) records.put(`${i}`, 'x'.repeat(80))
  }
  await using records = await RecordFile.open({ path, log: silentLogger })
  assert.equal(records.restored.length, 9)
})

test('a disk that cannot be written to is told of once, and everything is written when it can', async () => {
  const errors: string[] = []
  const path = join(folder, 'gone', 'records')
  await mkdir(join(folder, 'gone'))
  {
    await using records = await RecordFile.open({
      path,
      log: { ...silentLogger, error: (message) => errors.push(message) },
    })
    await rm(join(folder, 'gone'), { recursive: true })
    for (let i = 0; i < 1200; i++) records.put(`${i % 3}`, i)
    await records.flush()
    records.put('3', 3)
    await records.flush()
    records.put('4', 4)
    await records.flush()
    assert.equal(errors.length, 1)
    await mkdir(join(folder, 'gone'))
    records.delete('4')
  }
  await using records = await RecordFile.open({ path, log: silentLogger })
  assert.deepEqual(records.restored, [1197, 1198, 1199, 3])
})

/** The order in which the journal writes members. */
function reorder({ state, id, entity, operationId, capability, startedAt, endedAt, isRemoved }: Execution) {
  return { id, entity, operationId, state, capability, startedAt, endedAt, isRemoved }
}
