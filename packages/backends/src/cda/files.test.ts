import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { advanceUntil } from '../sovd/testing/running.ts'
import { context, type RunningCda, runCda } from './testing/running-backend.ts'

const FILES = [{ id: 'app.bin', mimetype: 'application/octet-stream', name: 'app.bin', size: 4096 }]
const REQUEST = {
  DataFormatIdentifier: 0,
  AddressAndLengthFormatIdentifier: 68,
  MemoryAddress: '0x00 0x00 0x10 0x00',
  MemorySize: '0x00 0x00 0x10 0x00',
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<number[]> {
  const bytes: number[] = []
  for await (const chunk of content) bytes.push(...chunk)
  return bytes
}

async function* chunks(...all: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of all) yield Buffer.from(text)
}

const adapterFiles = (cda: RunningCda) => cda.facet('bulkData', 'app', 'sovd2uds')

test('the files in the database of an ECU can be read, all or a part', async () => {
  await using cda = await runCda()
  const files = cda.facet('bulkData')
  assert.deepEqual(await files.categories(context()), ['mdd-embedded-files'])
  const [file] = await files.list('mdd-embedded-files', context())
  assert.deepEqual(file, {
    id: 'logo',
    mimeType: 'image/png',
    name: 'logo.png',
    size: 4,
    hash: { algorithm: 'none', value: '00' },
  })
  assert.deepEqual(await collect(files.content('mdd-embedded-files', 'logo', undefined, context())), [1, 2, 3, 4])
  const part = files.content('mdd-embedded-files', 'logo', { start: 1, end: 3 }, context())
  assert.deepEqual(await collect(part), [2, 3])
  await assert.rejects(files.list('others', context()), { code: 'not-found' })
  await assert.rejects(files.find('mdd-embedded-files', 'x', context()), { code: 'not-found' })
})

test('a database for the next update is sent under a lock on the vehicle, and taken back', async () => {
  await using cda = await runCda()
  const files = adapterFiles(cda)
  assert.ok((await files.categories(context())).includes('runtimefiles-nextupdate'))
  const upload = { name: 'FLXC 1000".mdd', mimeType: 'application/octet-stream', content: chunks('mdd ', 'bytes') }
  const { id, size } = (await files.upload?.('runtimefiles-nextupdate', upload, context())) ?? {}
  assert.ok(id)
  assert.equal(size, 9)
  assert.deepEqual([...cda.double.files.next.values()], [{ name: 'FLXC_1000_.mdd', bytes: Buffer.from('mdd bytes') }])
  assert.deepEqual(cda.double.locks.all, [])
  assert.equal((await files.find('runtimefiles-nextupdate', id, context())).size, 9)
  await files.delete?.('runtimefiles-nextupdate', id, context())
  assert.equal(cda.double.files.next.size, 0)
})

test('an adapter takes no other files, and gives none away', async () => {
  await using cda = await runCda()
  const files = adapterFiles(cda)
  const upload = { mimeType: 'application/octet-stream', content: chunks('x') }
  const refused = files.upload?.('flashfiles', upload, context()) ?? Promise.resolve()
  await assert.rejects(refused, { code: 'not-implemented' })
  await assert.rejects(collect(files.content('flashfiles', 'app.bin', undefined, context())), {
    code: 'not-implemented',
  })
})

test('a file that is too large for an adapter is not sent', async () => {
  await using cda = await runCda()
  const upload = { mimeType: 'application/octet-stream', size: 51 * 1024 * 1024, content: chunks('x') }
  const refused = adapterFiles(cda).upload?.('runtimefiles-nextupdate', upload, context()) ?? Promise.resolve()
  await assert.rejects(refused, { code: 'content-too-large' })
  assert.deepEqual(cda.news(), [])
})

test('the update of the databases is an operation of the adapter', async () => {
  await using cda = await runCda()
  const operations = cda.facet('operations', 'app', 'sovd2uds')
  assert.deepEqual(
    (await operations.list(context())).map(({ id }) => id),
    ['runtimefilesupdate'],
  )
  const { id = '' } = await operations.start('runtimefilesupdate', { mode: 'apply' }, context())
  const state = await operations.state('runtimefilesupdate', id, context())
  assert.equal(JSON.stringify(state), '{"status":"completed","result":{"mode":"apply"}}')
})

test('an adapter without flash files offers no download to its ECUs', async () => {
  await using cda = await runCda()
  assert.equal(
    (await cda.facet('operations').list(context())).some(({ id }) => id === 'x-sovd2uds-download'),
    false,
  )
})

async function download(cda: RunningCda, clock: FakeClock, parameters: JsonObject) {
  let outcome: unknown
  const started = cda.facet('operations').start('x-sovd2uds-download', parameters, context())
  void started.then(
    (result) => {
      outcome = result.state
    },
    (error: unknown) => {
      outcome = error
    },
  )
  await advanceUntil(clock, () => outcome !== undefined)
  return outcome
}

test('a download does all steps of a transfer in their order and tells what the ECU granted', async () => {
  const clock = new FakeClock()
  await using cda = await runCda({}, { flashFiles: FILES }, clock)
  assert.ok((await cda.facet('operations').list(context())).some(({ id }) => id === 'x-sovd2uds-download'))
  const outcome = await download(cda, clock, { file: 'app.bin', requestdownload: REQUEST })
  assert.equal(
    JSON.stringify(outcome),
    '{"status":"completed","result":{"requestdownload":{"MaxNumberOfBlockLength":4095},"acknowledgedBytes":4096}}',
  )
  assert.deepEqual(cda.double.flash.steps, [
    'requestdownload 0x00 0x00 0x10 0x00',
    'flashtransfer app.bin 0+4096 by 128',
    'clear',
    'transferexit',
  ])
})

test('a download that the ECU ends is a failure with its reason, and is cleared', async () => {
  const clock = new FakeClock()
  await using cda = await runCda({}, { flashFiles: FILES }, clock)
  cda.double.flash.failure = 'TransferDataSuspended'
  const parameters = { file: 'app.bin', requestdownload: REQUEST, blocksize: 64, offset: 16, length: 32 }
  assert.deepEqual(await download(cda, clock, parameters), { status: 'failed', error: 'TransferDataSuspended' })
  assert.deepEqual(cda.double.flash.steps.slice(1), ['flashtransfer app.bin 16+32 by 64', 'clear'])
})

const WRONG: readonly (readonly [parameters: JsonObject, code: string, message: RegExp])[] = [
  [{}, 'invalid-request', /file must be/],
  [{ file: 'app.bin' }, 'invalid-request', /requestdownload must be an object/],
  [{ file: 'app.bin', requestdownload: REQUEST, blocksize: 0 }, 'invalid-request', /blocksize must be a whole number/],
  [{ file: 'app.bin', requestdownload: REQUEST, offset: -1 }, 'invalid-request', /offset must be a whole number/],
  [{ file: 'none', requestdownload: REQUEST }, 'not-found', /no flash file "none"/],
]

for (const [parameters, code, message] of WRONG) {
  test(`a download of ${JSON.stringify(parameters).slice(0, 40)} asks nothing of the ECU`, async () => {
    const clock = new FakeClock()
    await using cda = await runCda({}, { flashFiles: FILES }, clock)
    const outcome = await download(cda, clock, parameters)
    assert.ok(outcome instanceof Error && 'code' in outcome)
    assert.equal(outcome.code, code)
    assert.match(outcome.message, message)
    assert.deepEqual(cda.double.flash.steps, [])
  })
}
