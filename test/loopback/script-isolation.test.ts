import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '@opensovd/base/testing'
import { ISOLATIONS, type Isolation } from '@opensovd/integrations/scripts'
import { excuse, failureOf, openScripts, processesOf } from './served-scripts.ts'

for (const isolation of ISOLATIONS) {
  const skip = isolation === 'namespaces' && excuse
  test(`scripts isolated by '${isolation}' run from a folder that is known by another name`, { skip }, async (t) => {
    const real = temporaryFolder(t)
    mkdirSync(join(real, 'here'))
    symlinkSync(join(real, 'here'), join(real, 'there'))
    const { run } = await openScripts(t, { isolation, path: relative('.', join(real, 'there')) })
    assert.equal((await run('export default () => 1')).result, 1)
  })
}

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
  const { run, kept, add, send, outcome, start } = await openScripts(t, { isolation })
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
  const { run, path, port } = await openScripts(t, { isolation: 'namespaces' })
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

for (const isolation of ISOLATIONS) {
  const skip = isolation === 'namespaces' && excuse
  test(`a script isolated by '${isolation}' does not outlive a gateway that is killed`, { skip }, async (t) => {
    const path = temporaryFolder(t)
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
