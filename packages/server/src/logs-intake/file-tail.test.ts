import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Logger, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { FileTail } from './file-tail.ts'

async function open(before?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'tail-'))
  const path = join(folder, 'app.log')
  if (before !== undefined) await writeFile(path, before)
  const lines: string[] = []
  const warnings: string[] = []
  const log: Logger = { ...silentLogger, warn: (message) => warnings.push(message) }
  let tooLong = 0
  const clock = new FakeClock()
  const tail = new FileTail({ path, clock, log, onLine: (line) => lines.push(line), onTooLong: () => tooLong++ })
  await tail.look()
  return {
    path,
    tail,
    clock,
    warnings,
    get tooLong() {
      return tooLong
    },
    async look() {
      await tail.look()
      return lines.splice(0)
    },
    async [Symbol.asyncDispose]() {
      await tail[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

test('reads the lines that are written after it began, and each once', async () => {
  await using file = await open('old\n')
  assert.deepEqual(await file.look(), [])
  await appendFile(file.path, 'one\r\ntwo\n\n')
  assert.deepEqual(await file.look(), ['one', 'two'])
  assert.deepEqual(await file.look(), [])
})

test('waits for the rest of a line', async () => {
  await using file = await open('')
  await appendFile(file.path, 'half of')
  assert.deepEqual(await file.look(), [])
  await appendFile(file.path, ' a line\n')
  assert.deepEqual(await file.look(), ['half of a line'])
})

test('reads a file that appears later from its beginning', async () => {
  await using file = await open()
  assert.deepEqual(await file.look(), [])
  await writeFile(file.path, 'one\n')
  assert.deepEqual(await file.look(), ['one'])
  assert.deepEqual(file.warnings, [])
})

test('reads what was moved away to its end, and then what took its place', async () => {
  await using file = await open('')
  await appendFile(file.path, 'one\n')
  assert.deepEqual(await file.look(), ['one'])
  await appendFile(file.path, 'two\nthree without an end')
  await rename(file.path, `${file.path}.1`)
  await writeFile(file.path, 'four\n')
  assert.deepEqual(await file.look(), ['two', 'three without an end', 'four'])
})

test('goes on with a file that is gone for a while', async () => {
  await using file = await open('')
  await appendFile(file.path, 'one\n')
  await file.look()
  await rm(file.path)
  assert.deepEqual(await file.look(), [])
  await writeFile(file.path, 'two\n')
  assert.deepEqual(await file.look(), ['two'])
})

test('reads a file that became shorter from its beginning, without what was left of a line', async () => {
  await using file = await open('')
  await appendFile(file.path, 'one\nhalf a line that is long enough')
  assert.deepEqual(await file.look(), ['one'])
  await truncate(file.path)
  await appendFile(file.path, 'two\n')
  assert.deepEqual(await file.look(), ['two'])
})

test('leaves out a line that is too long, and says so', async () => {
  await using file = await open('')
  await appendFile(file.path, `${'x'.repeat(40_000)}\none\n`)
  assert.deepEqual(await file.look(), ['one'])
  assert.equal(file.tooLong, 1)
})

test('reads a flood in portions', async () => {
  await using file = await open('')
  await appendFile(file.path, 'a line of 16 b.\n'.repeat(100_000))
  const first = (await file.look()).length
  assert.equal(first, (16 * 64 * 1024) / 16)
  assert.equal(first + (await file.look()).length, 100_000)
})

test('tells once that it cannot read', async () => {
  await using file = await open('')
  await rm(file.path)
  await (await import('node:fs/promises')).mkdir(file.path)
  await file.look()
  await file.look()
  assert.deepEqual(file.warnings, ['a log file cannot be read'])
})

test('looks twice a second until it is ended', async () => {
  await using file = await open('')
  const controller = new AbortController()
  const running = file.tail.run(controller.signal)
  controller.abort()
  await running
  assert.equal(file.clock.pending, 0)
})
