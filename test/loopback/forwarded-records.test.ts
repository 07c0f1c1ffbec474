import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openScriptRunner, ScriptFolder } from '@opensovd/integrations/scripts'
import { ask, serveGateway } from './served-gateway.ts'

const clock = systemClock
const BMS = '/components/bms'

/** A gateway that keeps no scripts itself, in front of a server that does. */
async function open(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'forwarded-'))
  const stack = new AsyncDisposableStack()
  t.after(async () => {
    await stack.disposeAsync()
    rmSync(path, { recursive: true, force: true })
  })
  const limits = { maxBytes: 10_000, maxScripts: 10 }
  const store = await ScriptFolder.open({ path, ...limits, clock, log: silentLogger, createId: randomUUID })
  const pathOf = store.pathOf.bind(store)
  const isolated = { isolation: 'process', memoryBytes: 64_000_000, cpuSeconds: 10 } as const
  const runner = await openScriptRunner({ clock, path, pathOf, ...isolated })
  const { inner, outer } = await serveGateway(stack, { scripts: { store, runner } })
  return { inner: inner + BMS, outer: outer + BMS }
}

async function settled(address: string): Promise<{ status: string }> {
  for (;;) {
    const { json } = await ask('GET', address)
    if (json.status !== 'running') return json
    await clock.sleep(20)
  }
}

test('a script that is put at a gateway is kept and run by the server behind it', async (t) => {
  const { inner, outer } = await open(t)
  assert.equal((await ask('GET', outer)).json.scripts, `${outer}/scripts`)
  const added = await fetch(`${outer}/scripts`, {
    method: 'POST',
    headers: { 'content-type': 'text/javascript', 'content-disposition': 'attachment; filename="soc.mjs"' },
    body: `export default async ({ parameters, entity }) => ({ parameters, soc: await entity.data.read('soc') })`,
  })
  assert.equal(added.status, 201, await added.clone().text())
  const { id } = (await added.json()) as { id: string }
  assert.equal(added.headers.get('location'), `/vehicle/v1${BMS}/scripts/${id}`)
  const item = { id, name: 'soc.mjs', proximity_proof_required: false }
  assert.deepEqual((await ask('GET', `${inner}/scripts`)).json, { items: [item] })
  assert.deepEqual((await ask('GET', `${outer}/scripts/${id}`)).json, { item })
  const request = { execution_type: 'now', parameters: { a: 1 } }
  const started = await ask('POST', `${outer}/scripts/${id}/executions`, request)
  assert.equal(started.status, 202)
  const own = `/scripts/${id}/executions/${started.json.id}`
  assert.equal(started.headers.get('location'), `/vehicle/v1${BMS}${own}`)
  assert.equal(started.headers.get('x-sovd-retention-timeout'), '3600')
  const { json: soc } = await ask('GET', `${inner}/data/soc`)
  const outcome = await settled(outer + own)
  assert.deepEqual(
    { ...outcome, last_started: '' },
    {
      status: 'completed',
      last_started: '',
      result: { parameters: { a: 1 }, soc: soc.data },
    },
  )
  assert.deepEqual(await settled(inner + own), outcome)
  assert.deepEqual((await ask('GET', `${outer}/scripts/${id}/executions`)).json, { items: [started.json.id] })
  assert.equal((await ask('PUT', outer + own, { action: 'stop' })).status, 409)
  assert.equal((await ask('DELETE', outer + own)).status, 204)
  assert.equal((await ask('GET', inner + own)).status, 404)
})

test('what clients made at a server is cleared through its gateway', async (t) => {
  const { inner, outer } = await open(t)
  const headers = { 'content-type': 'text/javascript' }
  const body = 'export default ({ signal }) => new Promise(() => {})'
  const added = await fetch(`${outer}/scripts`, { method: 'POST', headers, body })
  const { id } = (await added.json()) as { id: string }
  assert.equal((await ask('POST', `${outer}/scripts/${id}/executions`, { execution_type: 'now' })).status, 202)
  await ask('POST', `${outer}/communication-logs`, {})
  assert.equal((await ask('PUT', `${outer}/clear-data/client-defined-resources`)).status, 202)
  assert.equal((await settled(`${outer}/clear-data/status`)).status, 'completed')
  assert.deepEqual((await ask('GET', `${inner}/scripts`)).json, { items: [] })
  assert.deepEqual((await ask('GET', `${inner}/communication-logs`)).json, [])
})

test('a log that is made at a gateway has what is said to the server behind it', async (t) => {
  const { inner, outer } = await open(t)
  const made = await ask('POST', `${outer}/communication-logs`, { level: 'all' })
  const { id, log, status, config } = made.json
  assert.deepEqual([made.status, status, config], [201, 'active', { level: 'all' }])
  assert.equal(log, `${outer}/communication-logs/${id}/log`)
  assert.equal(made.headers.get('x-sovd-retention-timeout'), '3600')
  assert.deepEqual((await ask('GET', `${inner}/communication-logs`)).json[0].id, id)
  await ask('GET', `${outer}/data/soc`)
  const response = await fetch(log)
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson')
  const lines = (await response.text()).trim().split('\n')
  const requests = lines.map((line) => JSON.parse(line).request)
  assert.ok(requests.some(({ method, url }) => method === 'GET' && url === `/vehicle/v1${BMS}/data/soc`))
  assert.equal((await fetch(log, { method: 'HEAD' })).status, 200)
  const control = async (action: string) => (await ask('PUT', `${outer}/communication-logs/${id}`, { action })).status
  assert.deepEqual([await control('deactivate'), await control('deactivate')], [204, 409])
  assert.equal((await ask('GET', `${outer}/communication-logs/${id}`)).json.status, 'inactive')
  assert.equal((await ask('DELETE', `${outer}/communication-logs/${id}`)).status, 204)
  assert.equal((await ask('GET', `${outer}/communication-logs/${id}`)).status, 404)
  assert.equal((await fetch(log)).status, 200)
})

/** Reads a stream of events until its text has what is wanted, and lets it go. */
async function readUntil(address: string, wanted: RegExp, headers: Record<string, string> = {}): Promise<string> {
  const stop = new AbortController()
  const response = await fetch(address, { headers, signal: stop.signal })
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (wanted.test(text)) break
  }
  stop.abort()
  return text
}

test('what a log tells behind a gateway is told by the gateway, and nothing of it is lost in between', async (t) => {
  const { outer } = await open(t)
  const { json } = await ask('POST', `${outer}/communication-logs?stream=true`)
  assert.equal(json.log, `${outer}/communication-logs/${json.id}/events`)
  const reading = readUntil(json.log, /data\/soc/)
  await clock.sleep(100)
  await ask('GET', `${outer}/data/soc`)
  const text = await reading
  const [, eventId = ''] = /^id: (.+)\ndata: \{"timestamp":"[^"]+","payload":\{.*data\/soc.*$/m.exec(text) ?? []
  assert.notEqual(eventId, '', text)
  await ask('GET', `${outer}/data/vin`)
  assert.match(await readUntil(json.log, /data\/vin/, { 'last-event-id': eventId }), /data\/vin/)
})
