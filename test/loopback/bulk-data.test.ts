import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FileStore } from '@opensovd/integrations/bulk-data'
import { openCheckedFixture } from '../../packages/server/src/iso/testing/checked-fixture.ts'

const CATEGORY = '/components/bms/bulk-data/logs'
const MEGABYTE = 1_000_000

async function open(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'bulk-'))
  const bulkData = await FileStore.open({
    path,
    quotaBytes: 20 * MEGABYTE,
    maxFileBytes: 10 * MEGABYTE,
    categories: ['logs', 'flash'],
    clock: systemClock,
    log: silentLogger,
    createId: randomUUID,
  })
  const fixture = await openCheckedFixture({ domain: { bulkData } })
  t.after(async () => {
    await fixture[Symbol.asyncDispose]()
    rmSync(path, { recursive: true, force: true })
  })
  const url = `${fixture.url}/vehicle/v1`
  const kept = () => ['blobs', 'records', 'uploads'].map((part) => readdirSync(join(path, part)).length)
  const add = (body: string | Buffer | FormData, headers: Record<string, string> = {}) =>
    fetch(url + CATEGORY, { method: 'POST', body, headers })
  return { ...fixture, url, kept, add }
}

async function idOf(response: Response): Promise<string> {
  const { id } = (await response.json()) as { id: string }
  return id
}

test('what was uploaded is listed, and downloaded as it was', async (t) => {
  const { add, url, get } = await open(t)
  const bytes = randomBytes(3 * MEGABYTE)
  const added = await add(bytes, {
    'content-type': 'application/x-trace',
    'content-disposition': 'attachment; filename="../../etc/drive 1.log"',
  })
  assert.equal(added.status, 201)
  const id = await idOf(added)
  assert.equal(added.headers.get('location'), `/vehicle/v1${CATEGORY}/${id}`)
  const { json } = await get(`${CATEGORY}?include-schema=true`)
  assert.deepEqual(
    json.items.map(({ name, mimetype, size }: Record<string, unknown>) => [name, mimetype, size]),
    [['drive 1.log', 'application/x-trace', bytes.length]],
  )
  const found = await fetch(`${url}${CATEGORY}/${id}`)
  assert.equal(found.headers.get('content-type'), 'application/x-trace')
  assert.match(found.headers.get('content-disposition') ?? '', /filename="drive 1\.log"/)
  assert.ok(Buffer.from(await found.arrayBuffer()).equals(bytes))
})

test('a part of a file can be had, and none that is not there', async (t) => {
  const { add, url } = await open(t)
  const file = `${url}${CATEGORY}/${await idOf(await add('0123456789', { 'content-type': 'text/plain' }))}`
  const ask = async (headers: Record<string, string>) => {
    const {
      status,
      headers: got,
      ...rest
    } = await fetch(file, { headers }).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    }))
    return [status, got.get('content-range'), status < 400 ? rest.text : '']
  }
  assert.deepEqual(await ask({ range: 'bytes=2-4' }), [206, 'bytes 2-4/10', '234'])
  assert.deepEqual(await ask({ range: 'bytes=-3' }), [206, 'bytes 7-9/10', '789'])
  assert.deepEqual(await ask({ range: 'bytes=10-' }), [416, 'bytes */10', ''])
  const head = await fetch(file, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), '10')
  const tag = head.headers.get('etag') ?? ''
  assert.deepEqual(await ask({ range: 'bytes=2-4', 'if-range': tag }), [206, 'bytes 2-4/10', '234'])
  assert.deepEqual(await ask({ range: 'bytes=2-4', 'if-range': '"other"' }), [200, null, '0123456789'])
  assert.deepEqual(await ask({ 'if-none-match': tag }), [304, null, ''])
  const sha256 = 'hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII='
  assert.equal(head.headers.get('repr-digest'), `sha-256=:${sha256}:`)
})

test('a file may come in a form', async (t) => {
  const { add, get } = await open(t)
  const form = new FormData()
  form.append('comment', 'of this morning')
  form.append('file', new File(['hello'], 'drive.log', { type: 'text/x-log' }))
  assert.equal((await add(form)).status, 201)
  const { json } = await get(CATEGORY)
  assert.deepEqual([json.items[0].name, json.items[0].mimetype, json.items[0].size], ['drive.log', 'text/x-log', 5])
})

const WRONG: readonly (readonly [name: string, body: string | Buffer | FormData, type: string, status: number])[] = [
  [
    'a form without a file',
    '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    'multipart/form-data; boundary=x',
    400,
  ],
  [
    'a form that ends half-way',
    '--x\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\n1',
    'multipart/form-data; boundary=x',
    400,
  ],
  ['a form without a boundary', 'x', 'multipart/form-data', 415],
]
for (const [name, body, type, status] of WRONG) {
  test(`${name} is refused, and nothing of it is kept`, async (t) => {
    const { add, kept } = await open(t)
    const refused = await add(body, { 'content-type': type })
    assert.equal(refused.status, status)
    assert.deepEqual(kept(), [0, 0, 0])
  })
}

test('a file that is too large is refused', async (t) => {
  const { add, kept } = await open(t)
  const type = { 'content-type': 'application/octet-stream' }
  assert.equal((await add(Buffer.alloc(10 * MEGABYTE + 1), type)).status, 413)
  for (const letter of ['a', 'b']) assert.equal((await add(Buffer.alloc(10 * MEGABYTE, letter), type)).status, 201)
  assert.equal((await add('c', type)).status, 413)
  assert.deepEqual(kept(), [2, 2, 0])
})

test('who sends more than is taken hears so, and is cut', async (t) => {
  const { port } = await open(t)
  const socket = connect(port, '127.0.0.1')
  const head = `POST /vehicle/v1${CATEGORY} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n`
  socket.write(`${head}Content-Length: ${11 * MEGABYTE}\r\n\r\nbegun`)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  await once(socket, 'close')
  assert.match(answer, /^HTTP\/1.1 413 /)
})

test('nothing stays of an upload that stops half-way', async (t) => {
  const { port, kept } = await open(t)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const head = `POST /vehicle/v1${CATEGORY} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n`
  socket.write(`${head}half`)
  while (kept()[2] !== 1) await new Promise((resolve) => setTimeout(resolve, 5))
  socket.destroy()
  while (kept()[2] !== 0) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(kept(), [0, 0, 0])
})

test('one file is deleted, or all of a category', async (t) => {
  const { add, send, get } = await open(t)
  const type = { 'content-type': 'text/plain' }
  const [a, b, c] = [await add('a', type), await add('b', type), await add('c', type)]
  const ids = [await idOf(a), await idOf(b), await idOf(c)]
  assert.equal((await send('DELETE', `${CATEGORY}/${ids[0]}`)).status, 204)
  assert.equal((await send('DELETE', `${CATEGORY}/${ids[0]}`)).status, 404)
  const { json } = await send('DELETE', CATEGORY)
  assert.deepEqual(json, { deleted_ids: ids.slice(1) })
  assert.deepEqual((await get(CATEGORY)).json, { items: [] })
})

test('lists categories, and files by their age', async (t) => {
  const { add, get } = await open(t)
  await add('a', { 'content-type': 'text/plain' })
  assert.deepEqual((await get('/components/bms/bulk-data')).json, { items: ['logs', 'flash'] })
  const count = async (query: string) => (await get(`${CATEGORY}?${query}`)).json.items.length
  assert.equal(await count('created-after=2020-01-01T00:00:00Z'), 1)
  assert.equal(await count('created-before=2020-01-01T00:00:00Z'), 0)
  assert.equal((await get(`${CATEGORY}?created-after=yesterday`)).status, 400)
  assert.equal((await get('/components/bms/bulk-data/other')).status, 404)
})

test("another's lock on the files keeps uploads and deletions out", async (t) => {
  const { add, send } = await open(t)
  const lock = { lock_expiration: 60, scopes: ['bulk-data'] }
  const held = await send('POST', '/components/bms/locks', lock, { 'x-sovd-client-id': 'ann' })
  assert.equal(held.status, 201)
  assert.equal((await add('a', { 'content-type': 'text/plain', 'x-sovd-client-id': 'bob' })).status, 409)
  assert.equal((await add('a', { 'content-type': 'text/plain', 'x-sovd-client-id': 'ann' })).status, 201)
  assert.equal((await send('DELETE', CATEGORY, undefined, { 'x-sovd-client-id': 'bob' })).status, 409)
})
