import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Json } from '@opensovd/base'
import { silentLogger } from '@opensovd/base'
import { temporaryFolder } from '@opensovd/base/testing'
import type { UpdateStatus, UpdateTools } from '@opensovd/core'
import { FileUpdateProvider } from './file-update-provider.ts'

const { signal } = new AbortController()
const report = { part: () => {} }

interface Ran {
  readonly operation: string
  readonly parameters: Json
}

function tools(ran: Ran[] = [], uploaded = ''): UpdateTools {
  return {
    runOperation: async ({ componentId, operationId }, parameters) => {
      ran.push({ operation: `${componentId}/${operationId}`, parameters })
    },
    async *readFile() {
      yield Buffer.from(uploaded)
    },
  }
}

function folders(t: TestContext) {
  const path = temporaryFolder(t)
  const options = { path, installPath: join(path, 'installed'), log: silentLogger, createId: () => 'created' }
  return { path, options, installed: (name: string) => readFileSync(join(path, 'installed', name), 'utf8') }
}

function payloadOf(content: string) {
  return { size: content.length, sha256: createHash('sha256').update(content).digest('hex') }
}

/** Puts a package into the folder as a download would. */
function put(
  path: string,
  id: string,
  version: string,
  files: Readonly<Record<string, string>>,
  more: object = {},
): void {
  const folder = join(path, 'packages', id)
  mkdirSync(folder, { recursive: true })
  const parts = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(folder, name), content)
    const install = { kind: 'file', name }
    return { component: 'engine', payload: { file: name, ...payloadOf(content) }, install }
  })
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ update_name: id, version, parts, ...more }))
}

test('installs the files of a package all at once, and takes them back', async (t) => {
  const { path, options, installed } = folders(t)
  const provider = await FileUpdateProvider.open(options)
  put(path, 'one', '1.0', { 'app.bin': 'first', 'map.bin': 'map' })
  put(path, 'two', '2.0', { 'app.bin': 'second' })
  for (const id of ['one', 'two']) {
    await provider.run(id, 'prepare', report, tools(), signal)
    await provider.run(id, 'execute', report, tools(), signal)
  }
  assert.equal(installed('engine/current/app.bin'), 'second')
  const two = (await provider.list()).find(({ id }) => id === 'two')
  assert.deepEqual(two?.previousVersions, { engine: '1.0' })
  await provider.run('two', 'rollback', report, tools(), signal)
  assert.equal(installed('engine/current/app.bin'), 'first')
  assert.equal(installed('engine/current/map.bin'), 'map')
  await provider.run('one', 'rollback', report, tools(), signal)
  assert.deepEqual(readdirSync(join(path, 'installed', 'engine')), [])
})

test('files in use are not written to: not by another package of the same version, nor by the same again', async (t) => {
  const { path, options, installed } = folders(t)
  const provider = await FileUpdateProvider.open(options)
  const execute = async (id: string) => {
    await provider.run(id, 'prepare', report, tools(), signal)
    await provider.run(id, 'execute', report, tools(), signal)
  }
  put(path, 'one', '1.0', { 'app.bin': 'first' })
  put(path, 'other', '1.0', { 'app.bin': 'other' })
  await execute('one')
  await assert.rejects(execute('other'), { code: 'conflict', message: "'engine' uses version 1.0 already" })
  put(path, 'one', '1.0', { 'app.bin': 'changed' })
  await execute('one')
  assert.equal(installed('engine/current/app.bin'), 'first')
})

test('does not prepare what is other than the manifest says', async (t) => {
  const { path, options } = folders(t)
  const provider = await FileUpdateProvider.open(options)
  put(path, 'u', '1', { 'app.bin': 'content' })
  const file = join(path, 'packages', 'u', 'app.bin')
  const refused = async (content: string) => {
    writeFileSync(file, content)
    const error = await provider.run('u', 'prepare', report, tools(), signal).catch((reason: Error) => reason)
    return error?.message
  }
  assert.equal(await refused('Content'), "the file for 'engine' is not what the manifest says: its SHA-256 is another")
  assert.equal(await refused('c'), "the file for 'engine' is not what the manifest says: it has 1 bytes, not 7")
  assert.equal(
    await refused('contents'),
    "the file for 'engine' is not what the manifest says: it has more bytes, not 7",
  )
  rmSync(file)
  await assert.rejects(provider.run('u', 'prepare', report, tools(), signal), { code: 'conflict' })
})

test('a client registers a package made of uploaded files, which operations install', async (t) => {
  const { options } = folders(t)
  const provider = await FileUpdateProvider.open(options)
  const payload = { bulk_data: { category: 'flash', id: 'f1' }, ...payloadOf('firmware') }
  const install = { kind: 'operation', operation: 'flash', parameters: { address: 4096 } }
  const manifest = { update_name: 'Engine', version: '3', parts: [{ component: 'engine', payload, install }] }
  assert.equal(await provider.register(manifest), 'created')
  await assert.rejects(provider.register(manifest), { code: 'conflict' })
  const ran: Ran[] = []
  await provider.run('created', 'prepare', report, tools(ran, 'firmware'), signal)
  await provider.run('created', 'execute', report, tools(ran), signal)
  assert.deepEqual(ran, [{ operation: 'engine/flash', parameters: { address: 4096, data: 'ZmlybXdhcmU=' } }])
  await assert.rejects(provider.run('created', 'rollback', report, tools(), signal), { code: 'not-implemented' })
  await provider.remove('created')
  assert.deepEqual(await provider.list(), [])
})

const part = {
  component: 'engine',
  payload: { file: 'a', size: 1, sha256: 'a'.repeat(64) },
  install: { kind: 'file', name: 'a' },
}
const WRONG: readonly (readonly [name: string, manifest: Json, message: RegExp])[] = [
  ['nothing in it', {}, /update_name/],
  ['a file of the folder', { update_name: 'u', version: '1', parts: [part] }, /has its files in bulk_data/],
  [
    'a path as a name',
    { update_name: 'u', version: '1', parts: [{ ...part, install: { kind: 'file', name: '../a' } }] },
    /\/parts\/0\/install/,
  ],
  ['a path as its id', { id: '..', update_name: 'u', version: '1', parts: [part] }, /\/id/],
  ['a path as its version', { update_name: 'u', version: '../..', parts: [part] }, /\/version/],
  [
    'no source of a file',
    { update_name: 'u', version: '1', parts: [{ ...part, payload: { size: 1, sha256: 'a'.repeat(64) } }] },
    /one of file and bulk_data/,
  ],
]
for (const [name, manifest, message] of WRONG) {
  test(`refuses a manifest with ${name}`, async (t) => {
    const { path, options } = folders(t)
    const provider = await FileUpdateProvider.open(options)
    await assert.rejects(provider.register(manifest), { code: 'invalid-request', message })
    assert.deepEqual(readdirSync(join(path, 'packages')), [])
  })
}

test('leaves packages out whose manifest is wrong or not there', async (t) => {
  const { path, options } = folders(t)
  const provider = await FileUpdateProvider.open(options)
  put(path, 'good', '1', { a: 'a' })
  mkdirSync(join(path, 'packages', 'empty'))
  put(path, 'bad', '1', { a: 'a' }, { parts: [] })
  assert.deepEqual(
    (await provider.list()).map(({ id }) => id),
    ['good'],
  )
})

test('what was under way when the program ended has failed', async (t) => {
  const { path, options } = folders(t)
  put(path, 'u', '1', { a: 'a' })
  const status: UpdateStatus = { phase: 'prepare', state: 'inProgress', parts: [] }
  await (await FileUpdateProvider.open(options)).keepStatus('u', status)
  const { state, error } = (await (await FileUpdateProvider.open(options)).statusOf('u')) ?? {}
  assert.deepEqual([state, error], ['failed', 'the gateway ended while it was under way'])
})
