import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FileStore } from '@opensovd/integrations/bulk-data'
import { FileUpdateProvider } from '@opensovd/integrations/updates'
import { openCheckedFixture } from '../../packages/server/src/iso/testing/checked-fixture.ts'

async function open(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'updates-'))
  const common = { log: silentLogger, createId: randomUUID }
  const limits = { quotaBytes: 1e6, maxFileBytes: 1e6, categories: ['flash'] }
  const bulkData = await FileStore.open({ path: join(path, 'files'), ...limits, clock: systemClock, ...common })
  const installPath = join(path, 'installed')
  const updates = await FileUpdateProvider.open({ path: join(path, 'updates'), installPath, ...common })
  const fixture = await openCheckedFixture({ domain: { bulkData, updates } })
  t.after(async () => {
    await fixture[Symbol.asyncDispose]()
    rmSync(path, { recursive: true, force: true })
  })
  const add = async (content: string) => {
    const headers = { 'content-type': 'application/octet-stream' }
    const url = `${fixture.url}/vehicle/v1/components/bms/bulk-data/flash`
    const added = (await (await fetch(url, { method: 'POST', headers, body: content })).json()) as { id: string }
    return added.id
  }
  const register = async (content: string, version: string, more: object = {}) => {
    const sha256 = createHash('sha256').update(content).digest('hex')
    const payload = { bulk_data: { category: 'flash', id: await add(content) }, size: content.length, sha256 }
    const part = { component: 'bms', payload, install: { kind: 'file', name: 'app.bin' } }
    const manifest = { id: `bms-${version}`, update_name: `BMS ${version}`, version, parts: [part], ...more }
    return fixture.send('POST', '/updates', manifest)
  }
  const until = async (id: string, phase: string) => {
    for (;;) {
      const { json } = await fixture.get(`/updates/${id}/status`)
      if (json.phase === phase && json.status === 'completed') return json
      assert.notEqual(json.status, 'failed', JSON.stringify(json))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const installed = () => readFileSync(join(installPath, 'bms/current/app.bin'), 'utf8')
  return { ...fixture, register, until, installed, native: `${fixture.url}/sovd/v1/components/bms/software-packages` }
}

test('an update is registered, prepared and executed', async (t) => {
  const { register, get, send, until, installed, url } = await open(t)
  const registered = await register('firmware', '2.0')
  assert.deepEqual([registered.status, registered.json], [201, { id: 'bms-2.0' }])
  assert.deepEqual((await get('/updates?target-version=2.0&origin=remote')).json, { items: ['bms-2.0'] })
  assert.deepEqual((await get('/updates?target-version=3.0')).json, { items: [] })
  const { json } = await get('/updates/bms-2.0?include-schema=true')
  assert.deepEqual(
    [json.update_name, json.size, json.updated_components],
    ['BMS 2.0', 0.008, [`${url}/vehicle/v1/components/bms`]],
  )
  assert.equal((await get('/updates/bms-2.0/status')).json.status, 'pending')
  assert.equal((await send('PUT', '/updates/bms-2.0/execute')).status, 409)
  const prepare = await send('PUT', '/updates/bms-2.0/prepare')
  assert.deepEqual([prepare.status, prepare.headers.get('location')], [202, '/vehicle/v1/updates/bms-2.0/status'])
  const prepared = await until('bms-2.0', 'prepare')
  assert.deepEqual(prepared.subprogress, [
    { entity: `${url}/vehicle/v1/components/bms`, status: 'completed', progress: 100 },
  ])
  assert.equal((await send('PUT', '/updates/bms-2.0/execute')).status, 202)
  await until('bms-2.0', 'execute')
  assert.equal(installed(), 'firmware')
})

test('an update that goes by itself does, one that does not is refused', async (t) => {
  const { register, send, until, installed } = await open(t)
  await register('firmware', '2.0', { automated: true })
  await register('other', '3.0')
  assert.equal((await send('PUT', '/updates/bms-2.0/automated')).status, 202)
  await until('bms-2.0', 'execute')
  assert.equal(installed(), 'firmware')
  const refused = await send('PUT', '/updates/bms-3.0/automated')
  assert.deepEqual([refused.status, refused.json.error_code], [409, 'update-automated-not-supported'])
})

test('a component sees its updates as software packages, and gets back what it had', async (t) => {
  const { register, native, until, installed } = await open(t)
  const post = (path: string) => fetch(`${native}/${path}`, { method: 'POST' })
  const status = async (id: string) => (await (await fetch(`${native}/${id}/status`)).json()) as { status: string }
  for (const version of ['1.0', '2.0']) {
    await register(`firmware ${version}`, version)
    assert.equal((await status(`bms-${version}`)).status, 'available')
    assert.equal((await post(`bms-${version}`)).status, 202)
    await until(`bms-${version}`, 'prepare')
    assert.equal((await status(`bms-${version}`)).status, 'installed')
    assert.equal((await post(`bms-${version}/activate`)).status, 200)
    await until(`bms-${version}`, 'execute')
  }
  assert.equal(installed(), 'firmware 2.0')
  const { value } = (await (await fetch(`${native}?$filter=status eq 'activated'&$orderby=version desc`)).json()) as {
    value: Record<string, unknown>[]
  }
  assert.deepEqual(
    value.map(({ id, previousVersion }) => [id, previousVersion]),
    [
      ['bms-2.0', '1.0'],
      ['bms-1.0', undefined],
    ],
  )
  assert.equal((await post('bms-2.0/rollback')).status, 200)
  while ((await status('bms-2.0')).status === 'rollingBack') await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal((await status('bms-2.0')).status, 'available')
  assert.equal(installed(), 'firmware 1.0')
  assert.equal((await post('unknown')).status, 404)
})

test('an update can be removed, and a wrong one is not taken', async (t) => {
  const { register, send, get } = await open(t)
  await register('firmware', '2.0')
  assert.equal((await register('firmware', '2.0')).status, 409)
  assert.equal((await send('POST', '/updates', { update_name: 'u' })).status, 400)
  assert.equal((await send('POST', '/updates')).status, 400)
  assert.equal((await send('DELETE', '/updates/bms-2.0')).status, 204)
  assert.equal((await get('/updates/bms-2.0')).status, 404)
})

test("another's lock on the component keeps updates out", async (t) => {
  const { register, send, url } = await open(t)
  await register('firmware', '2.0')
  const headers = { 'x-sovd-client-id': 'ann', 'content-type': 'application/json' }
  const lock = await fetch(`${url}/sovd/v1/components/bms/lock`, {
    method: 'POST',
    headers,
    body: '{"lockedBy":"ann"}',
  })
  assert.equal(lock.status, 201)
  assert.equal((await send('PUT', '/updates/bms-2.0/prepare')).status, 409)
  const native = `${url}/sovd/v1/components/bms/software-packages/bms-2.0`
  assert.equal((await fetch(native, { method: 'POST' })).status, 409)
  assert.equal((await fetch(native, { method: 'POST', headers: { 'x-sovd-client-id': 'ann' } })).status, 202)
})
