import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FileStore } from '@opensovd/integrations/bulk-data'
import { ask, backendOf, serve, serveGateway } from './served-gateway.ts'

const clock = systemClock
const log = silentLogger
const BMS = '/vehicle/v1/components/bms'

/** A gateway in front of the demo ECU with files, each a server of its own. */
async function open(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'forwarding-'))
  const limits = { quotaBytes: 20e6, maxFileBytes: 10e6, categories: ['logs', 'flash'] }
  const bulkData = await FileStore.open({ path, ...limits, clock, log, createId: randomUUID })
  const stack = new AsyncDisposableStack()
  t.after(async () => {
    await stack.disposeAsync()
    rmSync(path, { recursive: true, force: true })
  })
  const { inner, outer } = await serveGateway(stack, { bulkData })
  const until = async (address: string, status: string) => {
    while ((await ask('GET', address)).json.status !== status) await clock.sleep(20)
  }
  const bms = '/components/bms'
  return { inner: `${inner}${bms}`, outer: `${outer}${bms}`, vehicle: outer, ask, until }
}

test('a restart behind a gateway is asked for, seen, and over in both', async (t) => {
  const { inner, outer, ask, until } = await open(t)
  const { json } = await ask('GET', `${outer}/status`)
  assert.equal(json.status, 'ready')
  assert.deepEqual(Object.keys(json).slice(1), ['start', 'restart', 'force-restart', 'shutdown', 'force-shutdown'])
  const refused = await ask('PUT', `${outer}/status/start`, {})
  assert.deepEqual([refused.status, refused.json.message], [409, "'bms' was started already"])
  const restarted = await ask('PUT', `${outer}/status/restart`, {})
  assert.deepEqual([restarted.status, restarted.headers.get('location')], [202, `${BMS}/status`])
  assert.equal((await ask('GET', `${inner}/status`)).json.status, 'notReady')
  assert.equal((await ask('GET', `${outer}/status`)).json.status, 'notReady')
  const away = await ask('GET', `${outer}/data/soc`)
  assert.deepEqual([away.status, away.json.message], [503, "'bms' is starting"])
  await until(`${outer}/status`, 'ready')
  assert.equal((await ask('PUT', `${outer}/status/shutdown`)).status, 202)
  assert.equal((await ask('GET', `${inner}/status`)).json.status, 'notReady')
})

test('what is forgotten behind a gateway is forgotten', async (t) => {
  const { outer, vehicle, ask, until } = await open(t)
  const learned = `${vehicle}/apps/battery-care/data/learned-capacity`
  assert.equal((await ask('GET', learned)).json.data, 187.5)
  const offered = Object.keys((await ask('GET', `${outer}/clear-data`)).json).toSorted()
  assert.deepEqual(offered, ['cached-data', 'client-defined-resources', 'learned-data', 'status'])
  assert.equal((await ask('PUT', `${outer}/clear-data/learned-data`)).status, 202)
  await until(`${outer}/clear-data/status`, 'completed')
  assert.equal((await ask('GET', learned)).json.data, 200)
  const climate = outer.replace('bms', 'climate')
  const refused = await ask('PUT', `${climate}/clear-data/learned-data`)
  assert.equal(refused.status, 501)
})

test('files go through a gateway in both directions, as a whole and in part', async (t) => {
  const { inner, outer, ask } = await open(t)
  const bytes = randomBytes(5_000_000)
  assert.deepEqual((await ask('GET', `${outer}/bulk-data`)).json, { items: ['logs', 'flash'] })
  const added = await fetch(`${outer}/bulk-data/flash`, {
    method: 'POST',
    body: bytes,
    headers: {
      'content-type': 'application/x-firmware',
      'content-disposition': `attachment; filename*=UTF-8''gr%C3%BCn%20(1).bin`,
    },
  })
  assert.equal(added.status, 201)
  const { id } = (await added.json()) as { id: string }
  const listed = (await ask('GET', `${outer}/bulk-data/flash`)).json.items
  assert.deepEqual(listed, (await ask('GET', `${inner}/bulk-data/flash`)).json.items)
  const [{ name, mimetype, size, hash }] = listed
  assert.deepEqual([name, mimetype, size], ['grün (1).bin', 'application/x-firmware', bytes.length])
  assert.equal(hash, createHash('sha256').update(bytes).digest('hex'))
  const file = `${outer}/bulk-data/flash/${id}`
  assert.ok(Buffer.from(await (await fetch(file)).arrayBuffer()).equals(bytes))
  const part = await fetch(file, { headers: { range: 'bytes=1000000-3999999' } })
  assert.equal(part.status, 206)
  assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1_000_000, 4_000_000)))
  assert.equal((await ask('DELETE', file)).status, 204)
  assert.deepEqual((await ask('GET', `${inner}/bulk-data/flash`)).json, { items: [] })
  assert.equal((await ask('GET', file)).status, 404)
  assert.equal((await ask('DELETE', file)).status, 404)
})

test('what a source says against a file is said by the gateway', async (t) => {
  const { outer } = await open(t)
  const headers = { 'content-type': 'application/octet-stream' }
  const add = (category: string, body: Uint8Array<ArrayBuffer>) =>
    fetch(`${outer}/bulk-data/${category}`, { method: 'POST', headers, body })
  assert.equal((await add('unknown', new Uint8Array(10))).status, 404)
  assert.equal((await add('logs', new Uint8Array(11_000_000))).status, 413)
})

test('the entries that an ECU logs are in the log of its gateway, and an operation is stopped through it', async (t) => {
  const { outer, inner, ask } = await open(t)
  await ask('PUT', `${outer}/modes/session`, { value: 'extended' })
  const { json } = await ask('GET', `${outer}/logs/entries`)
  const messages = json.items.map(({ msg }: { msg: string }) => msg)
  assert.ok(messages.includes("entered session 'extended'"), messages.join('\n'))
  const started = await ask('POST', `${outer}/operations/cell-balance/executions`, {})
  assert.equal(started.status, 202)
  const own = `${outer}/operations/cell-balance/executions/${started.json.id}`
  const refused = await ask('PUT', own, { capability: 'freeze' })
  assert.equal(refused.status, 501)
  assert.equal((await ask('PUT', own, { capability: 'stop' })).status, 202)
  assert.equal((await ask('GET', own)).json.status, 'stopped')
  assert.ok((await ask('GET', `${inner}/operations/cell-balance/executions`)).status === 200)
})

test('a file that its source still prepares is there later [17978-3 7.20.5]', async (t) => {
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const item = { id: '1', mimetype: 'text/plain', name: 'trace', size: 10 }
  const bodies: Readonly<Record<string, object>> = {
    '/vehicle/v1/components': { items: [{ id: 'bms', name: 'BMS', href: '/vehicle/v1/components/bms' }] },
    '/vehicle/v1/components/bms': { id: 'bms', name: 'BMS', 'bulk-data': '/vehicle/v1/components/bms/bulk-data' },
    '/vehicle/v1/components/bms/bulk-data/logs': { items: [item] },
  }
  const source = createServer(({ url = '' }, response) => {
    const body = bodies[url]
    if (url.endsWith('/logs/1')) response.writeHead(202, { 'retry-after': '7' }).end()
    else response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}))
  }).listen(0, '127.0.0.1')
  await once(source, 'listening')
  t.after(() => {
    source.closeAllConnections()
    source.close()
  })
  const { port } = source.address() as AddressInfo
  const backend = backendOf(`http://127.0.0.1:${port}`)
  const url = await serve(stack, backend)
  while (backend.snapshot.status.phase !== 'up') await clock.sleep(10)
  const response = await fetch(`${url}${BMS}/bulk-data/logs/1`)
  assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '7'])
  assert.equal(((await response.json()) as { vendor_code: string }).vendor_code, 'unavailable')
})
