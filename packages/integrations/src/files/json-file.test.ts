import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '@opensovd/base/testing'
import { readJsonFile, writeJsonFile } from './json-file.ts'

test('a file is replaced by one that only its owner can read, and nothing is left beside it', async (t) => {
  const place = temporaryFolder(t)
  const path = join(place, 'a.json')
  await writeJsonFile(path, { a: 1 })
  await writeJsonFile(path, { a: 2 })
  assert.equal(readFileSync(path, 'utf8'), '{"a":2}')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(place), ['a.json'])
})

test('a file that cannot be written anew stays as it is', async (t) => {
  const path = join(temporaryFolder(t), 'a.json')
  await writeJsonFile(path, { a: 1 })
  await assert.rejects(writeJsonFile(path, { a: 2 }, join(path, 'draft')), { code: 'ENOTDIR' })
  const loop: { self?: unknown } = {}
  loop.self = loop
  await assert.rejects(writeJsonFile(path, loop), TypeError)
  assert.deepEqual(await readJsonFile(path), { a: 1 })
})

test('a file that is not there is nothing, and one that is not JSON is refused', async (t) => {
  const path = join(temporaryFolder(t), 'a.json')
  assert.equal(await readJsonFile(path), undefined)
  writeFileSync(path, '{')
  await assert.rejects(readJsonFile(path), SyntaxError)
})

test('numbers that a double cannot hold survive', async (t) => {
  const path = join(temporaryFolder(t), 'a.json')
  writeFileSync(path, '{"counter":18446744073709551615}')
  await writeJsonFile(path, await readJsonFile(path))
  assert.equal(readFileSync(path, 'utf8'), '{"counter":18446744073709551615}')
})
