import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '@opensovd/base/testing'
import { openCheckedFixture } from '../../packages/server/src/iso/testing/checked-fixture.ts'
import { failureOf, JAVASCRIPT, openScripts, SCRIPTS } from './served-scripts.ts'

test('a script is uploaded, listed, run and deleted', async (t) => {
  const { add, get, start, outcome, send, kept } = await openScripts(t)
  const script = await add('export default async ({ parameters, entity }) => ({ parameters, of: entity.id })')
  const id = script.split('/').at(-1)
  const item = { id, name: 'check.mjs', proximity_proof_required: false }
  assert.deepEqual((await get(`${SCRIPTS}?include-schema=true`)).json.items, [item])
  assert.deepEqual((await get(`${SCRIPTS}?tags=other`)).json.items, [])
  assert.deepEqual((await get(script)).json, { item })
  assert.match((await get('/components/bms')).json.scripts, /\/components\/bms\/scripts$/)
  const execution = await start(script, { parameters: { n: [1, 'two'] } })
  const { last_started, ...rest } = await outcome(execution)
  assert.ok(Date.parse(last_started))
  assert.deepEqual(rest, { status: 'completed', result: { parameters: { n: [1, 'two'] }, of: 'bms' } })
  assert.equal((await get(`${execution}?include-schema=true`)).status, 200)
  assert.deepEqual((await get(`${script}/executions`)).json, { items: [execution.split('/').at(-1)] })
  assert.equal((await send('PUT', execution, { action: 'stop' })).status, 409)
  assert.equal((await send('DELETE', execution)).status, 204)
  assert.equal((await get(execution)).status, 404)
  assert.equal((await send('DELETE', script)).status, 204)
  assert.equal((await get(script)).status, 404)
  assert.deepEqual(kept(), [0, 0, 0])
})

test('a script reads and changes its entity, within the locks of others', async (t) => {
  const { add, start, outcome, send, get } = await openScripts(t)
  const script = await add(`export default async ({ parameters, entity, log }) => {
    log('looking at ' + entity.kind)
    await entity.data.write('note', parameters)
    await entity.modes.set('session', 'extended')
    const faults = await entity.faults.list()
    await entity.faults.clearAll()
    return {
      energy: await entity.data.read('energy'),
      items: (await entity.data.list()).length,
      operations: (await entity.operations.list()).length,
      before: faults.length > 0,
      after: await entity.faults.list(),
    }
  }`)
  const execution = await start(script, { parameters: 'by the script' })
  const { status, result } = await outcome(execution)
  assert.equal(status, 'completed', JSON.stringify(await outcome(execution)))
  assert.deepEqual([result.before, result.after], [true, []])
  assert.equal(result.items, (await get('/components/bms/data')).json.items.length)
  assert.equal(result.operations, (await get('/components/bms/operations')).json.items.length)
  assert.match((await get(execution)).text, /"energy":9007199254740993,/)
  assert.equal((await get('/components/bms/data/note')).json.data, 'by the script')
  assert.equal((await get('/components/bms/modes/session')).json.value, 'extended')
  const messages = (await get('/components/bms/logs/entries')).json.items.map(({ msg }: { msg: string }) => msg)
  assert.ok(messages.includes('looking at component'), JSON.stringify(messages))
  const lock = { lock_expiration: 60, scopes: ['data'] }
  assert.equal((await send('POST', '/components/bms/locks', lock, { 'x-sovd-client-id': 'ann' })).status, 201)
  const bob = await outcome(await start(script, { parameters: 'bob' }, { 'x-sovd-client-id': 'bob' }))
  assert.match(failureOf(bob), /lock/i)
  assert.equal((await get('/components/bms/data/note')).json.data, 'by the script')
  const ann = await outcome(await start(script, { parameters: 'ann' }, { 'x-sovd-client-id': 'ann' }))
  assert.equal(ann.status, 'completed')
  assert.equal((await get('/components/bms/data/note')).json.data, 'ann')
})

test('entities of all four kinds have scripts of their own', async (t) => {
  const { get, add, run } = await openScripts(t)
  const kinds = ['areas', 'components', 'apps', 'functions']
  const places: string[] = []
  for (const kind of kinds) {
    const [first] = (await get(`/${kind}`)).json.items
    places.push(`/${kind}/${first.id}/scripts`)
  }
  for (const place of places) await add('export default () => 1', place)
  for (const place of places) assert.equal((await get(place)).json.items.length, 1)
  assert.equal((await run('export default () => 1')).result, 1)
})

test('a script that loops for ever is ended, by its time or by force', async (t) => {
  const { add, start, outcome, send } = await openScripts(t, { timeoutMs: 1000 })
  const script = await add('export default () => { for (;;); }')
  assert.match(failureOf(await outcome(await start(script))), /it took longer than 1 s/)
  const execution = await start(script)
  assert.equal((await send('DELETE', script)).status, 409)
  assert.equal((await send('PUT', execution, { action: 'forced_termination' })).status, 204)
  assert.equal((await outcome(execution)).status, 'terminated')
})

test('a script that is asked to stop can tidy up; one that does not stop is ended', async (t) => {
  const { add, start, outcome, send, get } = await openScripts(t)
  const polite = await add(`export default async ({ entity, signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    await entity.data.write('note', 'tidy')
  }`)
  const stubborn = await add('export default () => { for (;;); }')
  for (const [script, body] of [
    [polite, { capability: 'stop' }],
    [stubborn, { action: 'stop' }],
  ] as const) {
    const execution = await start(script)
    await sleep(400)
    assert.equal((await send('PUT', execution, body)).status, 204)
    assert.equal((await outcome(execution)).status, 'terminated')
  }
  assert.equal((await get('/components/bms/data/note')).json.data, 'tidy')
})

test('what is wrong with a request is told, and changes nothing', async (t) => {
  const { url, add, start, send, kept } = await openScripts(t)
  const script = await add('export default () => new Promise(() => {})')
  const execution = await start(script)
  assert.equal((await send('PUT', execution, {})).status, 400)
  assert.equal((await send('PUT', execution, { action: 'pause' })).status, 400)
  assert.equal((await send('PUT', execution, { action: 'stop', capability: 'forced_termination' })).status, 400)
  assert.equal((await send('POST', `${script}/executions`, {})).status, 400)
  assert.equal((await send('POST', `${SCRIPTS}/none/executions`, { execution_type: 'now' })).status, 404)
  assert.equal((await send('DELETE', execution)).status, 204)
  const post = (body: string, headers: Record<string, string>) =>
    fetch(`${url}/vehicle/v1${SCRIPTS}`, { method: 'POST', body, headers })
  assert.equal((await post('{}', { 'content-type': 'application/json' })).status, 415)
  assert.equal((await post('x'.repeat(10_001), JAVASCRIPT)).status, 413)
  const unreadable = await post('export default (', JAVASCRIPT)
  assert.equal(unreadable.status, 400)
  assert.match(await unreadable.text(), /SyntaxError/)
  assert.deepEqual(kept(), [1, 0, 0])
  for (let n = 1; n < 5; n++) await add('export default () => 1')
  assert.equal((await post('export default () => 1', JAVASCRIPT)).status, 429)
})

test('nothing stays of an upload that stops half-way, or lies about its length', async (t) => {
  const { port, kept } = await openScripts(t)
  for (const length of ['100', '5']) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const head = `POST /vehicle/v1${SCRIPTS} HTTP/1.1\r\nHost: x\r\nContent-Type: text/javascript\r\nContent-Length: ${length}\r\n\r\n`
    socket.write(`${head}export default () => 1`)
    await (length === '100' ? sleep(200) : once(socket, 'data'))
    socket.destroy()
    while (kept()[2] !== 0) await sleep(5)
    assert.deepEqual(kept(), [0, 0, 0])
  }
})

test("another's lock on the scripts keeps changes and starts out", async (t) => {
  const { add, send, start, url } = await openScripts(t)
  const script = await add('export default () => 1')
  const lock = { lock_expiration: 60, scopes: ['scripts'] }
  assert.equal((await send('POST', '/components/bms/locks', lock, { 'x-sovd-client-id': 'ann' })).status, 201)
  const bob = { 'x-sovd-client-id': 'bob' }
  assert.equal((await send('POST', `${script}/executions`, { execution_type: 'now' }, bob)).status, 409)
  assert.equal((await send('DELETE', script, undefined, bob)).status, 409)
  const headers = { ...JAVASCRIPT, ...bob }
  const upload = await fetch(`${url}/vehicle/v1${SCRIPTS}`, { method: 'POST', body: 'export default () => 1', headers })
  assert.equal(upload.status, 409)
  await start(script, {}, { 'x-sovd-client-id': 'ann' })
})

test('scripts and what is registered survive a restart', async (t) => {
  const path = temporaryFolder(t)
  const before = await openScripts(t, { path })
  const script = await before.add('export default ({ parameters }) => parameters')
  const ids = new Map<string, string>()
  for (const type of ['on_restart', 'once_on_restart', 'now_and_on_restart']) {
    ids.set(type, await before.start(script, { execution_type: type, parameters: type }))
  }
  const state = (at: typeof before) => async (type: string) => (await at.outcome(ids.get(type) ?? '')).status
  assert.deepEqual(await Promise.all([...ids.keys()].map(state(before))), ['prepared', 'prepared', 'completed'])
  assert.deepEqual(before.kept(), [1, 3, 0])
  const settled = async (at: typeof before, type: string) => {
    for (;;) {
      const done = await at.outcome(ids.get(type) ?? '')
      if (done.status !== 'prepared') return done.result
      await sleep(20)
    }
  }
  const after = await openScripts(t, { path })
  for (const type of ids.keys()) assert.equal(await settled(after, type), type)
  assert.deepEqual(after.kept(), [1, 2, 0])
  assert.equal((await after.send('DELETE', script)).status, 204)
  assert.deepEqual(after.kept(), [0, 0, 0])
})

test('where a proof of proximity is needed, the answer to the challenge starts a script', async (t) => {
  const proximity = { verify: (challenge: string, response: string) => response === `signed ${challenge}` }
  const { add, get, send, start, outcome } = await openScripts(t, {
    proximityProofRequired: true,
    domain: { proximity },
  })
  const script = await add('export default () => 1')
  const { json } = await get(script)
  assert.equal(json.item.proximity_proof_required, true)
  assert.equal((await send('POST', `${script}/executions`, { execution_type: 'now' })).status, 403)
  const proof = { proximity_response: `signed ${json.proximity_challenge.challenge}` }
  assert.equal((await outcome(await start(script, proof))).result, 1)
  assert.equal((await send('POST', `${script}/executions`, { execution_type: 'now', ...proof })).status, 403)
})

test('clear-data removes the scripts that clients made', async (t) => {
  const { add, start, send, get, kept } = await openScripts(t)
  await start(await add('export default () => new Promise(() => {})'))
  assert.equal((await send('PUT', '/components/bms/clear-data/client-defined-resources')).status, 202)
  while ((await get('/components/bms/clear-data/status')).json.status === 'running') await sleep(5)
  assert.deepEqual((await get(SCRIPTS)).json, { items: [] })
  assert.deepEqual(kept(), [0, 0, 0])
})

test('where scripts are off there are none', async (t) => {
  const fixture = await openCheckedFixture()
  t.after(() => fixture[Symbol.asyncDispose]())
  assert.equal('scripts' in (await fixture.get('/components/bms')).json, false)
  assert.equal((await fixture.get(SCRIPTS)).status, 404)
})
