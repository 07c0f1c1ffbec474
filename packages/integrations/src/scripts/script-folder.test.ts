import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, temporaryFolder } from '@opensovd/base/testing'
import type { BulkDataUpload } from '@opensovd/core'
import { ScriptFolder } from './script-folder.ts'

const BMS = { kind: 'component', id: 'bms' } as const
const { signal } = new AbortController()
const well = async () => {}

let ids = 0
function open(path: string): Promise<ScriptFolder> {
  return ScriptFolder.open({
    path,
    maxBytes: 20,
    maxScripts: 2,
    clock: new FakeClock(),
    log: silentLogger,
    createId: () => `s${++ids}`,
  })
}

function script(text: string, more: Partial<BulkDataUpload> = {}): BulkDataUpload {
  const content = (async function* () {
    yield Buffer.from(text)
  })()
  return { mimeType: 'text/javascript', content, ...more }
}

test('scripts and registrations survive a restart; what was not complete does not', async (t) => {
  const path = temporaryFolder(t)
  const before = await open(path)
  const kept = await before.add(BMS, script('1', { name: 'a.mjs' }), well, signal)
  const execution = { id: 'e1', entity: BMS, scriptId: kept.id, type: 'on_restart', parameters: [1] } as const
  await before.register(execution)
  await before.register({ ...execution, id: 'e2', scriptId: 'gone' })
  await before.register({ ...execution, id: 'e3' })
  await before.unregister('e3')
  mkdirSync(join(path, 'arriving', 'half'))
  mkdirSync(join(path, 'scripts', 'broken'))
  writeFileSync(join(path, 'registered', 'x.json'), '{"id":"../x"}')
  const after = await open(path)
  assert.deepEqual(
    after.list(BMS).map(({ id, name }) => [id, name]),
    [[kept.id, 'a.mjs']],
  )
  assert.deepEqual(after.registered, [execution])
  assert.equal(readFileSync(after.pathOf(kept), 'utf8'), '1')
  assert.deepEqual(readdirSync(join(path, 'arriving')), [])
  assert.deepEqual(after.list({ kind: 'app', id: 'bms' }), [])
})

test('nothing stays of a script that cannot be kept', async (t) => {
  const path = temporaryFolder(t)
  const store = await open(path)
  const cut = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('1')
    throw new Error('connection lost')
  }
  const bad = async () => {
    throw new Error('not a script')
  }
  const refused: readonly (readonly [BulkDataUpload, () => Promise<void>, object])[] = [
    [script('1', { content: cut() }), well, { message: 'connection lost' }],
    [script('x'.repeat(21)), well, { code: 'content-too-large' }],
    [script('1', { size: 21 }), well, { code: 'content-too-large' }],
    [script('1', { size: 2 }), well, { code: 'invalid-request', message: '2 bytes were announced, 1 came' }],
    [script('1', { mimeType: 'text/x-python' }), well, { code: 'unsupported-media-type' }],
    [script('1'), bad, { message: 'not a script' }],
  ]
  for (const [upload, check, error] of refused) await assert.rejects(store.add(BMS, upload, check, signal), error)
  assert.deepEqual(store.list(BMS), [])
  for (const part of ['arriving', 'scripts']) assert.deepEqual(readdirSync(join(path, part)), [])
})

test('there are as many scripts as may be, with those that are arriving', async (t) => {
  const store = await open(temporaryFolder(t))
  const add = () => store.add(BMS, script('1'), well, signal)
  const results = await Promise.allSettled([add(), add(), add()])
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'fulfilled', 'rejected'])
  const [first] = store.list(BMS)
  assert.ok(first)
  const path = store.pathOf(first)
  await store.remove(first)
  assert.equal(existsSync(path), false)
  await add()
})

test('says what keeps it from being opened', async (t) => {
  const path = join(temporaryFolder(t), 'file')
  writeFileSync(path, '')
  await assert.rejects(open(path), { code: 'store-unusable' })
})
