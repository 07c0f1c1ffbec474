import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { temporaryFolder } from '@opensovd/base/testing'
import { type Entity, MemoryBackend } from '@opensovd/core'
import { memoryFacets, SAMPLE_COMPONENT } from '@opensovd/core/testing'
import { openGateway } from './gateway.ts'
import { configuredWell } from './testing/config.ts'

const SECRET = 'sixteen-letters-or-more'

const CLIENT = (id: string, tenant: string) => `
  [[auth.clients]]
  id = "${id}"
  secret = "${SECRET}"
  roles = ["admin"]
  tenant = "${tenant}"`

function configurationIn(folder: string): string {
  return `
  [server]
  port = 0
  [storage]
  state_dir = ${JSON.stringify(join(folder, 'state'))}
  [bulk_data]
  dir = ${JSON.stringify(join(folder, 'files'))}
  categories = ["notes"]
  [scripts]
  enabled = true
  isolation = "process"
  dir = ${JSON.stringify(join(folder, 'scripts'))}
  [tenant]
  enabled = true
  [[tenant.tenants]]
  id = "fleet"
  [[tenant.tenants]]
  id = "lab"
  isolation = "strict"
  components = ["bms"]
  [[tenant.tenants]]
  id = "operator"
  isolation = "none"
  [auth]
  enabled = true
  ${CLIENT('van', 'fleet')}
  ${CLIENT('bench', 'lab')}
  ${CLIENT('boss', 'operator')}`
}

async function openIn(folder: string) {
  const { config, warnings } = configuredWell(configurationIn(folder))
  assert.deepEqual(warnings, [])
  const component = (id: string): Entity => ({
    kind: 'component',
    id,
    name: id,
    connectionState: 'connected',
    facets: memoryFacets(SAMPLE_COMPONENT),
  })
  const more = [new MemoryBackend('memory', [component('bms'), component('climate')])]
  const gateway = await openGateway(config, { clock: systemClock, log: silentLogger, more })
  const { origin } = new URL(gateway.url)
  const tokenOf = async (client: string) => {
    const body = new URLSearchParams({ client_id: client, client_secret: SECRET })
    const answer = await fetch(`${origin}/vehicle/v1/token`, { method: 'POST', body })
    const { access_token } = (await answer.json()) as { access_token: string }
    return access_token
  }
  const ask = async (token: string, path: string, init: RequestInit = {}) => {
    const headers = { ...init.headers, authorization: `Bearer ${token}` }
    const response = await fetch(origin + path, { ...init, headers })
    const text = await response.text()
    return { status: response.status, text, location: response.headers.get('location') ?? '' }
  }
  return {
    tokens: { van: await tokenOf('van'), bench: await tokenOf('bench'), boss: await tokenOf('boss') },
    ask,
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  }
}

const JSON_BODY = { 'content-type': 'application/json' }
const post = (body: string, headers: Record<string, string> = JSON_BODY): RequestInit => ({
  method: 'POST',
  body,
  headers,
})
const ISO = '/vehicle/v1/components/bms'

test('tenants with tokens of the gateway have views of their own in both contracts', async (t) => {
  await using gateway = await openIn(temporaryFolder(t))
  const { tokens, ask } = gateway
  for (const base of ['/sovd/v1', '/vehicle/v1']) {
    assert.match((await ask(tokens.van, `${base}/components`)).text, /"climate"/)
    assert.doesNotMatch((await ask(tokens.bench, `${base}/components`)).text, /"climate"/)
    assert.equal((await ask(tokens.bench, `${base}/components/climate`)).status, 404)
    assert.equal((await ask(tokens.bench, `${base}/components/bms/data/soc`)).status, 200)
  }
  assert.equal((await ask(tokens.bench, '/x-admin/features')).status, 403)
  assert.equal((await ask(tokens.van, '/x-admin/features')).status, 403)
  assert.match((await ask(tokens.boss, '/x-admin/features/multi_tenant')).text, /"enabled":true/)
  assert.equal((await ask(tokens.bench, '/vehicle/v1/updates')).status, 403)
  assert.equal((await ask(tokens.van, '/vehicle/v1/updates')).status, 200)
  const elsewhere = await ask(tokens.van, '/sovd/v1/components', { headers: { 'X-Tenant-ID': 'lab' } })
  assert.equal(elsewhere.status, 403)

  const lock = '/sovd/v1/components/bms/lock'
  assert.equal((await ask(tokens.van, lock, post('{}'))).status, 201)
  assert.match((await ask(tokens.bench, lock)).text, /"lockedBy":"another tenant"/)
  assert.match((await ask(tokens.boss, lock)).text, /"lockedBy":"van"/)
  const write = { method: 'PUT', body: '{"data":"x"}', headers: JSON_BODY }
  assert.equal((await ask(tokens.bench, `${ISO}/data/note`, write)).status, 409)
  assert.equal((await ask(tokens.van, `${ISO}/data/note`, write)).status, 204)
})

test('what a tenant makes is its own also after a restart', async (t) => {
  const folder = temporaryFolder(t)
  const places = await makeEverything(folder)
  await using gateway = await openIn(folder)
  const { tokens, ask } = gateway
  for (const place of places) {
    assert.equal((await ask(tokens.van, place)).status, 200, place)
    assert.equal((await ask(tokens.bench, place)).status, 404, place)
    assert.equal((await ask(tokens.boss, place)).status, 404, place)
  }
  const trail = async (token: string) => (await ask(token, '/sovd/v1/audit/export')).text
  assert.match(await trail(tokens.van), /"status":"ok".*"tenant":"fleet"/)
  assert.match(await trail(tokens.boss), /"status":"ok".*"tenant":"fleet"/)
  assert.doesNotMatch(await trail(tokens.bench), /fleet/)
})

async function makeEverything(folder: string): Promise<readonly string[]> {
  await using gateway = await openIn(folder)
  const { tokens, ask } = gateway
  const trigger = { resource: 'data/note', trigger_condition: { condition_type: 'OnChange' }, persistent: true }
  const made = [
    await ask(tokens.van, `${ISO}/operations/cell-balance/executions`, post('{}')),
    await ask(tokens.van, `${ISO}/bulk-data/notes`, post('hello', { 'content-type': 'text/plain' })),
    await ask(tokens.van, `${ISO}/scripts`, post('export default () => 1', { 'content-type': 'text/javascript' })),
    await ask(tokens.van, `${ISO}/triggers`, post(JSON.stringify(trigger))),
  ]
  return made.map(({ status, text, location }) => {
    assert.ok(status === 201 || status === 202, text)
    return location
  })
}

test('a folder that cannot hold what a tenant keeps is said at the start', async (t) => {
  const folder = temporaryFolder(t)
  {
    await using _ = await openIn(folder)
  }
  rmSync(join(folder, 'state', 'tenants', 'fleet'), { recursive: true })
  writeFileSync(join(folder, 'state', 'tenants', 'fleet'), '')
  await assert.rejects(openIn(folder), { code: 'state-unavailable' })
})
