import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { DiagnosticsOptions, ScriptsOptions } from '@opensovd/core'
import { ISOLATIONS, type Isolation, openScriptRunner, ScriptFolder } from '@opensovd/integrations/scripts'
import { openCheckedFixture } from '../../packages/server/src/iso/testing/checked-fixture.ts'

const SCRIPTS = '/components/bms/scripts'
const JAVASCRIPT = { 'content-type': 'text/javascript' }

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'scripts-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The processes that have a path in their command. */
function processesOf(path: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path)
      )
    } catch {
      return false
    }
  })
}

/** Why this machine cannot isolate scripts by namespaces, if it cannot. */
const excuse = await namespacesAreMissing()

async function namespacesAreMissing(): Promise<string | false> {
  const path = mkdtempSync(join(tmpdir(), 'scripts-'))
  try {
    await openRunner(path, 'namespaces')
    return false
  } catch (error) {
    if (process.env.REQUIRE_PEERS === '1') throw error
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

function openRunner(path: string, isolation: Isolation) {
  return openScriptRunner({
    clock: systemClock,
    path,
    pathOf: (script) => join(path, script.id),
    isolation,
    memoryBytes: 64_000_000,
    cpuSeconds: 10,
  })
}

interface Options extends Partial<ScriptsOptions> {
  readonly path?: string
  readonly isolation?: Isolation
  readonly domain?: Partial<DiagnosticsOptions>
}

async function open(t: TestContext, options: Options = {}) {
  const { path = folder(t), isolation = excuse === false ? 'namespaces' : 'process', domain, ...limits } = options
  const store = await ScriptFolder.open({
    path,
    maxBytes: 10_000,
    maxScripts: 5,
    clock: systemClock,
    log: silentLogger,
    createId: randomUUID,
  })
  const runner = await openScriptRunner({
    clock: systemClock,
    path,
    pathOf: (script) => store.pathOf(script),
    isolation,
    memoryBytes: 64_000_000,
    cpuSeconds: 10,
  })
  const scripts = { store, runner, timeoutMs: 20_000, stopMs: 300, ...limits }
  const fixture = await openCheckedFixture({ domain: { ...domain, createId: randomUUID, scripts } })
  t.after(async () => {
    await fixture[Symbol.asyncDispose]()
    assert.deepEqual(processesOf(path), [])
  })
  const add = async (text: string, at = SCRIPTS) => {
    const headers = { ...JAVASCRIPT, 'content-disposition': 'attachment; filename="check.mjs"' }
    const added = await fetch(`${fixture.url}/vehicle/v1${at}`, { method: 'POST', body: text, headers })
    assert.equal(added.status, 201, await added.clone().text())
    const { id } = (await added.json()) as { id: string }
    assert.equal(added.headers.get('location'), `/vehicle/v1${at}/${id}`)
    return `${at}/${id}`
  }
  const start = async (script: string, body: object = {}, headers: Record<string, string> = {}) => {
    const started = await fixture.send('POST', `${script}/executions`, { execution_type: 'now', ...body }, headers)
    assert.equal(started.status, 202, started.text)
    return `${script}/executions/${started.json.id}`
  }
  const outcome = async (execution: string) => {
    for (;;) {
      const { json } = await fixture.get(execution)
      if (json.status !== 'running') return json
      await sleep(20)
    }
  }
  const run = async (text: string, body?: object, headers?: Record<string, string>) =>
    outcome(await start(await add(text), body, headers))
  const kept = () => ['scripts', 'registered', 'arriving'].map((part) => readdirSync(join(path, part)).length)
  return { ...fixture, path, kept, add, start, outcome, run }
}

function failureOf(outcome: { status: string; error: { error: { message: string } }[] }): string {
  assert.equal(outcome.status, 'failed', JSON.stringify(outcome))
  return outcome.error[0]?.error.message ?? ''
}

test('a script is uploaded, listed, run and deleted', async (t) => {
  const { add, get, start, outcome, send, kept } = await open(t)
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
  const { add, start, outcome, send, get } = await open(t)
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

for (const isolation of ISOLATIONS) {
  const skip = isolation === 'namespaces' && excuse
  test(`scripts isolated by '${isolation}' run from a folder that is known by another name`, { skip }, async (t) => {
    const real = folder(t)
    mkdirSync(join(real, 'here'))
    symlinkSync(join(real, 'here'), join(real, 'there'))
    const { run } = await open(t, { isolation, path: relative('.', join(real, 'there')) })
    assert.equal((await run('export default () => 1')).result, 1)
  })
}

test('entities of all four kinds have scripts of their own', async (t) => {
  const { get, add, run } = await open(t)
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

/** What each of these programs gets for what it does; none may do what it tries. */
const HARM: readonly (readonly [
  name: string,
  text: string,
  judge: (outcome: ReturnType<typeof JSON.parse>) => void,
])[] = [
  [
    'starts a process',
    `import { spawn, fork } from 'node:child_process'
       const attempts = [() => spawn('/bin/true'), () => fork('/x.mjs'), () => process.binding('spawn_sync')]
       export default () => attempts.map((attempt) => { try { attempt(); return 'did' } catch ({ code }) { return code } })`,
    ({ result }) => assert.deepEqual(result, ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED']),
  ],
  [
    'starts a thread',
    `import { Worker } from 'node:worker_threads'
       export default () => { new Worker('1', { eval: true }) }`,
    (outcome) => assert.match(failureOf(outcome), /Access to this API has been restricted/),
  ],
  [
    'reads files of the machine',
    `import { readFileSync } from 'node:fs'
       export default () => ['/etc/passwd', '/proc/1/environ', '/proc/self/maps'].map((path) => {
         try { return readFileSync(path, 'utf8') } catch ({ code }) { return code }
       })`,
    ({ result }) => assert.deepEqual(result, ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED']),
  ],
  [
    'writes elsewhere',
    `import { writeFileSync } from 'node:fs'
       import { fileURLToPath } from 'node:url'
       export default () => ['/tmp/harm', fileURLToPath(import.meta.url), fileURLToPath(import.meta.url) + '.x'].map((path) => {
         try { writeFileSync(path, 'x'); return 'did' } catch ({ code }) { return code }
       })`,
    ({ result }) => assert.deepEqual(result, ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED']),
  ],
  [
    'opens a database',
    `export default () => import('node:sqlite').then(({ DatabaseSync }) => new DatabaseSync('/tmp/harm').exec('create table a(b)'))`,
    (outcome) => assert.match(failureOf(outcome), /node:sqlite/),
  ],
  [
    'lets Node write',
    `import { open } from 'node:inspector'
     import { writeHeapSnapshot } from 'node:v8'
     const attempts = [() => writeHeapSnapshot('/tmp/harm'), () => process.report.writeReport('/tmp/harm'), () => open(0)]
     export default () => attempts.map((attempt) => { try { attempt(); return 'did' } catch ({ code }) { return code } })`,
    ({ result }) => assert.deepEqual(result, ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED']),
  ],
  [
    'takes more heap than it may',
    'export default () => { const all = []; for (;;) all.push({ all }) }',
    (outcome) => assert.match(failureOf(outcome), /it needed more memory than it may/),
  ],
  [
    'takes more memory than it may beside the heap',
    'export default () => { const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1)) }',
    (outcome) => assert.match(failureOf(outcome), /it needed more memory than it may/),
  ],
  [
    'floods its output',
    `export default async () => { for (;;) { console.log('x'.repeat(1000)); await new Promise(setImmediate) } }`,
    (outcome) => assert.match(failureOf(outcome), /it wrote more than 65536 bytes/),
  ],
  [
    'floods the log',
    `export default async ({ log }) => { for (;;) { log('x'.repeat(1000)); await new Promise(setImmediate) } }`,
    (outcome) => assert.match(failureOf(outcome), /it wrote more than 65536 bytes/),
  ],
  [
    'says too much at once',
    `export default () => 'x'.repeat(5_000_000)`,
    (outcome) => assert.match(failureOf(outcome), /it said more than 1048576 characters at once/),
  ],
  [
    'says what the gateway does not understand',
    `import { writeSync } from 'node:fs'
       export default async () => { writeSync(3, '{"kind":"call"}\\n'); await new Promise(() => {}) }`,
    (outcome) => assert.match(failureOf(outcome), /it said what makes no sense to the gateway/),
  ],
  [
    'nests without end',
    `export default () => { let deep = 1; for (let level = 0; level < 1000; level++) deep = [deep]; return deep }`,
    (outcome) => assert.match(failureOf(outcome), /it said what makes no sense to the gateway/),
  ],
  [
    'throws',
    `export default () => { throw new RangeError('no such ECU') }`,
    (outcome) => assert.equal(failureOf(outcome), 'RangeError: no such ECU'),
  ],
  [
    'throws when nobody listens',
    `export default () => { queueMicrotask(() => { throw new Error('later') }); return new Promise(() => {}) }`,
    (outcome) => assert.equal(failureOf(outcome), 'Error: later'),
  ],
  [
    'ends its process',
    'export default () => process.exit(0)',
    (outcome) => assert.equal(failureOf(outcome), 'it ended with status 0, without a result'),
  ],
  [
    'returns a function',
    'export default () => () => 1',
    (outcome) => assert.match(failureOf(outcome), /what it returned is not JSON/),
  ],
  [
    'returns what contains itself',
    'export default () => { const all = {}; all.all = all; return all }',
    (outcome) => assert.match(failureOf(outcome), /circular/),
  ],
  ['exports nothing', 'export const a = 1', (outcome) => assert.match(failureOf(outcome), /it exports no function/)],
  [
    'asks for what there is not',
    `export default async ({ entity }) => entity.data.read('nothing')`,
    (outcome) => assert.match(failureOf(outcome), /nothing/),
  ],
]

for (const isolation of ISOLATIONS) {
  const skip = isolation === 'namespaces' && excuse
  test(`no script does harm isolated by '${isolation}', and each is told what was wrong`, { skip }, (t) =>
    tryHarm(t, isolation),
  )
}

async function tryHarm(t: TestContext, isolation: Isolation): Promise<void> {
  const { run, kept, add, send, outcome, start } = await open(t, { isolation })
  for (const [name, text, judge] of HARM) {
    await t.test(`a script that ${name}`, async () => {
      const script = await add(text)
      judge(await outcome(await start(script)))
      assert.equal((await send('DELETE', script)).status, 204)
    })
  }
  assert.equal(existsSync('/tmp/harm'), false)
  assert.equal((await run('export default () => 2n ** 60n')).status, 'completed')
  assert.deepEqual(kept(), [1, 0, 0])
}

test('a script has no network, sees no other process, and its folder is its own', { skip: excuse }, async (t) => {
  const { run, path, port } = await open(t, { isolation: 'namespaces' })
  const listener = createServer().listen(join(path, 'socket'))
  t.after(() => listener.close())
  const { result } = await run(
    `import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
     import { connect } from 'node:net'
     import { networkInterfaces } from 'node:os'
     export default async ({ workFolder, parameters }) => {
       const seen = readdirSync(workFolder)
       writeFileSync(workFolder + '/a', 'mine')
       let full = ''
       try { for (let n = 0; ; n++) writeFileSync(workFolder + '/' + n, Buffer.alloc(1_000_000)) } catch ({ code }) { full = code }
       const dialed = (socket) => new Promise((resolve) => socket.on('error', ({ code }) => resolve(code)).on('connect', () => resolve('did')))
       const dial = [await dialed(connect(parameters.port, '127.0.0.1')), await dialed(connect(parameters.socket))]
       let kill = ''
       try { process.kill(parameters.pid, 0) } catch ({ code }) { kill = code }
       return { seen, mine: readFileSync(workFolder + '/a', 'utf8'), full, dial, kill, pid: process.pid, env: Object.keys(process.env), nets: Object.keys(networkInterfaces()) }
     }`.replaceAll('parameters.pid', String(process.pid)),
    { parameters: { port, socket: join(path, 'socket') } },
  )
  assert.deepEqual(
    { ...result, env: result.env.filter((name: string) => name !== 'PWD' && name !== 'OLDPWD' && name !== '_') },
    {
      seen: [],
      mine: 'mine',
      full: 'ENOSPC',
      dial: ['ENETUNREACH', 'ENOENT'],
      kill: 'ESRCH',
      pid: 1,
      env: [],
      nets: [],
    },
  )
  assert.deepEqual(readdirSync(join(path, 'root')), [])
})

test('a script that loops for ever is ended, by its time or by force', async (t) => {
  const { add, start, outcome, send } = await open(t, { timeoutMs: 1000 })
  const script = await add('export default () => { for (;;); }')
  assert.match(failureOf(await outcome(await start(script))), /it took longer than 1 s/)
  const execution = await start(script)
  assert.equal((await send('DELETE', script)).status, 409)
  assert.equal((await send('PUT', execution, { action: 'forced_termination' })).status, 204)
  assert.equal((await outcome(execution)).status, 'terminated')
})

test('a script that is asked to stop can tidy up; one that does not stop is ended', async (t) => {
  const { add, start, outcome, send, get } = await open(t)
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
  const { url, add, start, send, kept } = await open(t)
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
  const { port, kept } = await open(t)
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
  const { add, send, start, url } = await open(t)
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
  const path = folder(t)
  const before = await open(t, { path })
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
  const after = await open(t, { path })
  for (const type of ids.keys()) assert.equal(await settled(after, type), type)
  assert.deepEqual(after.kept(), [1, 2, 0])
  assert.equal((await after.send('DELETE', script)).status, 204)
  assert.deepEqual(after.kept(), [0, 0, 0])
})

test('where a proof of proximity is needed, the answer to the challenge starts a script', async (t) => {
  const proximity = { verify: (challenge: string, response: string) => response === `signed ${challenge}` }
  const { add, get, send, start, outcome } = await open(t, { proximityProofRequired: true, domain: { proximity } })
  const script = await add('export default () => 1')
  const { json } = await get(script)
  assert.equal(json.item.proximity_proof_required, true)
  assert.equal((await send('POST', `${script}/executions`, { execution_type: 'now' })).status, 403)
  const proof = { proximity_response: `signed ${json.proximity_challenge.challenge}` }
  assert.equal((await outcome(await start(script, proof))).result, 1)
  assert.equal((await send('POST', `${script}/executions`, { execution_type: 'now', ...proof })).status, 403)
})

test('clear-data removes the scripts that clients made', async (t) => {
  const { add, start, send, get, kept } = await open(t)
  await start(await add('export default () => new Promise(() => {})'))
  assert.equal((await send('PUT', '/components/bms/clear-data/client-defined-resources')).status, 202)
  while ((await get('/components/bms/clear-data/status')).json.status === 'running') await sleep(5)
  assert.deepEqual((await get(SCRIPTS)).json, { items: [] })
  assert.deepEqual(kept(), [0, 0, 0])
})

for (const isolation of ISOLATIONS) {
  const skip = isolation === 'namespaces' && excuse
  test(`a script isolated by '${isolation}' does not outlive a gateway that is killed`, { skip }, async (t) => {
    const path = folder(t)
    writeFileSync(join(path, 'endless'), 'export default () => { for (;;); }')
    const program = `
      import { systemClock } from '@opensovd/base/node'
      import { openScriptRunner } from '@opensovd/integrations/scripts'
      const path = ${JSON.stringify(path)}
      const limits = { isolation: '${isolation}', memoryBytes: 64_000_000, cpuSeconds: 100 }
      const pathOf = ({ id }) => path + '/' + id
      const runner = await openScriptRunner({ clock: systemClock, path, pathOf, ...limits })
      const script = { id: 'endless', entity: { kind: 'component', id: 'bms' } }
      const { signal } = new AbortController()
      console.log('runs')
      await runner.run({ script, executionId: 'x', host: { log() {} }, stopping: signal }, signal)`
    const gateway = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(gateway.stdout, 'data')
    const others = () => processesOf(path).filter((pid) => Number(pid) !== gateway.pid)
    while (others().length === 0) await sleep(10)
    await sleep(300)
    assert.ok(others().length > 0)
    gateway.kill('SIGKILL')
    while (others().length > 0) await sleep(10)
  })
}

test('where scripts are off there are none', async (t) => {
  const fixture = await openCheckedFixture()
  t.after(() => fixture[Symbol.asyncDispose]())
  assert.equal('scripts' in (await fixture.get('/components/bms')).json, false)
  assert.equal((await fixture.get(SCRIPTS)).status, 404)
})
