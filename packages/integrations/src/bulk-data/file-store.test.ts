import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, temporaryFolder } from '@opensovd/base/testing'
import type { BulkDataFacet, BulkDataUpload } from '@opensovd/core'
import { FileStore, type FileStoreOptions } from './file-store.ts'

const context = { signal: new AbortController().signal }
const BMS = { kind: 'component', id: 'bms' } as const
const HVAC = { kind: 'component', id: 'hvac' } as const
/** Of `hello`, by FIPS 180-4 as sha256sum(1) computes it. */
const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

let ids = 0
function open(path: string, options: Partial<FileStoreOptions> = {}): Promise<FileStore> {
  return FileStore.open({
    path,
    quotaBytes: 1000,
    maxFileBytes: 100,
    categories: ['logs', 'flash'],
    clock: new FakeClock(),
    log: silentLogger,
    createId: () => `file-${++ids}`,
    ...options,
  })
}

function file(...parts: readonly string[]): BulkDataUpload {
  return { mimeType: 'text/plain', content: chunks(parts) }
}

async function* chunks(parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

function upload(files: BulkDataFacet, content: BulkDataUpload, category = 'logs') {
  assert.ok(files.upload)
  return files.upload(category, content, context)
}

async function text(files: BulkDataFacet, id: string, range?: { start: number; end: number }): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of files.content('logs', id, range, context)) parts.push(part)
  return Buffer.concat(parts).toString()
}

function filesIn(path: string): string[] {
  return ['blobs', 'records', 'uploads'].flatMap((part) => readdirSync(join(path, part)))
}

test('keeps a file, tells what it is, and gives it back, in parts too', async (t) => {
  const files = (await open(temporaryFolder(t))).of(BMS)
  const { id } = await upload(files, { ...file('hel', 'lo'), name: 'greeting.txt', size: 5 })
  const [item] = await files.list('logs', context)
  assert.deepEqual(item, {
    id,
    mimeType: 'text/plain',
    name: 'greeting.txt',
    size: 5,
    createdAt: item?.createdAt,
    modifiedAt: item?.createdAt,
    hash: { algorithm: 'SHA-256', value: HELLO },
  })
  assert.equal(await text(files, id), 'hello')
  assert.equal(await text(files, id, { start: 1, end: 4 }), 'ell')
})

test('files are those of their entity and category', async (t) => {
  const store = await open(temporaryFolder(t))
  const { id } = await upload(store.of(BMS), file('hello'))
  assert.deepEqual(await store.of(HVAC).list('logs', context), [])
  assert.deepEqual(await store.of(BMS).list('flash', context), [])
  await assert.rejects(store.of(HVAC).find('logs', id, context), { code: 'not-found' })
  await assert.rejects(store.of(BMS).list('../logs', context), { code: 'not-found' })
})

test('the same bytes are kept once, and as long as one file has them', async (t) => {
  const path = temporaryFolder(t)
  const store = await open(path)
  const [a, b] = [await upload(store.of(BMS), file('hello')), await upload(store.of(HVAC), file('hello'))]
  assert.equal(store.usedBytes, 5)
  assert.deepEqual(readdirSync(join(path, 'blobs')), [HELLO])
  await store.of(BMS).delete?.('logs', a.id, context)
  assert.equal(await text(store.of(HVAC), b.id), 'hello')
  await store.of(HVAC).delete?.('logs', b.id, context)
  assert.deepEqual(filesIn(path), [])
  assert.equal(store.usedBytes, 0)
})

test('nothing stays of a file that is cut off, too large, too much, or not as announced', async (t) => {
  const path = temporaryFolder(t)
  const store = await open(path, { quotaBytes: 150 })
  const files = store.of(BMS)
  await upload(files, file('x'.repeat(90)))
  const cut = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('hel')
    throw new Error('connection lost')
  }
  const bad: readonly (readonly [BulkDataUpload, object])[] = [
    [{ mimeType: 'text/plain', content: cut() }, { message: 'connection lost' }],
    [file('y'.repeat(60), 'z'.repeat(50)), { code: 'content-too-large', message: 'a file has 100 bytes at most' }],
    [file('y'.repeat(61)), { code: 'content-too-large', message: 'there is room for 60 bytes only' }],
    [{ ...file('hello'), size: 101 }, { code: 'content-too-large' }],
    [
      { ...file('hello'), size: 6 },
      { code: 'invalid-request', message: '6 bytes were announced, 5 came' },
    ],
  ]
  for (const [content, error] of bad) await assert.rejects(upload(files, content), error)
  assert.equal((await files.list('logs', context)).length, 1)
  assert.equal(filesIn(path).length, 2)
  await upload(files, file('y'.repeat(60)))
})

test('uploads at the same time do not share the room that is left', async (t) => {
  const store = await open(temporaryFolder(t), { quotaBytes: 100 })
  const both = await Promise.allSettled(['a', 'b'].map((letter) => upload(store.of(BMS), file(letter.repeat(60)))))
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
})

test('files survive a restart; what was not complete does not', async (t) => {
  const path = temporaryFolder(t)
  const { id } = await upload((await open(path)).of(BMS), { ...file('hello'), name: 'a' })
  writeFileSync(join(path, 'uploads', 'half'), 'hel')
  writeFileSync(join(path, 'blobs', 'f'.repeat(64)), 'of no file')
  writeFileSync(join(path, 'records', 'garbage.json'), '{"id":1}')
  const store = await open(path)
  assert.equal(await text(store.of(BMS), id), 'hello')
  assert.equal(store.usedBytes, 5)
  assert.deepEqual(readdirSync(join(path, 'blobs')), [HELLO])
  assert.deepEqual(readdirSync(join(path, 'uploads')), [])
})

test('says what keeps it from being opened', async (t) => {
  const path = join(temporaryFolder(t), 'file')
  writeFileSync(path, '')
  await assert.rejects(open(path), { code: 'store-unusable' })
})
