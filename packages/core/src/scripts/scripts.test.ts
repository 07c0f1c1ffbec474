import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Json, raceSignal, silentLogger, untilAborted } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'
import type { Entity } from '../entities/entity.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { openDiagnostics } from '../open-diagnostics.ts'
import type { Script, ScriptStore, ScriptTask } from './script.ts'
import type { RegisteredExecution } from './script-execution.ts'
import type { ScriptsOptions } from './scripts.ts'

const BMS = { kind: 'component', id: 'bms' } as const
const signal = new AbortController().signal
const context = { signal }

/** What the runner of the tests does by the name of the script. */
const PROGRAMS: Readonly<Record<string, (task: ScriptTask, end: AbortSignal) => Promise<Json | undefined>>> = {
  echo: async ({ parameters }) => parameters,
  throws: async () => {
    throw new SovdError('unprocessable-content', 'it threw: no')
  },
  polite: async ({ stopping }, end) => {
    await raceSignal(untilAborted(stopping), end)
    return 'half'
  },
  stubborn: async (_task, end) => {
    await untilAborted(end)
    throw end.reason
  },
  reads: ({ host }, end) => host.call('data.read', ['soc'], end),
  writes: ({ host }, end) => host.call('data.write', ['soc', 5], end),
  clears: ({ host }, end) => host.call('faults.clearAll', [], end),
  nonsense: ({ host }, end) => host.call('constructor', [], end),
  tests: ({ host }, end) => host.call('operations.run', ['self-test', { deep: true }], end),
}

/** Scripts by their names, in memory. */
function storeOf(registered: RegisteredExecution[] = []): ScriptStore {
  const scripts: Script[] = Object.keys(PROGRAMS).map((name) => ({ id: name, name, entity: BMS }))
  return {
    list: ({ id }) => scripts.filter(({ entity }) => entity.id === id),
    async add() {
      throw new SovdError('unavailable', 'not in these tests')
    },
    async remove({ id }) {
      scripts.splice(
        scripts.findIndex((script) => script.id === id),
        1,
      )
    },
    get registered() {
      return [...registered]
    },
    async register(execution) {
      registered.push(execution)
    },
    async unregister(id) {
      registered.splice(
        registered.findIndex((execution) => execution.id === id),
        1,
      )
    },
  }
}

function vehicle() {
  const values = new Map<string, Json>([['soc', 78]])
  const started: Json[] = []
  const bms: Entity = {
    ...BMS,
    name: 'Battery',
    connectionState: 'connected',
    facets: {
      data: {
        list: async () => [],
        read: async (id) => ({ id, value: values.get(id) ?? null }),
        async write(id, value) {
          values.set(id, value)
        },
      },
      operations: {
        list: async () => [{ id: 'self-test', name: 'Self test' }],
        async start(_id, parameters) {
          started.push(parameters ?? null)
          return { state: { status: 'completed', result: 'passed' } }
        },
        state: async () => ({ status: 'completed' }),
      },
    },
  }
  return { values, started, bms }
}

function open(t: TestContext, options: Partial<ScriptsOptions> = {}, entities?: readonly Entity[]) {
  const { values, started, bms } = vehicle()
  const clock = new FakeClock()
  let ids = 0
  const diagnostics = openDiagnostics({
    clock,
    log: silentLogger,
    createId: () => `x${++ids}`,
    backends: [new MemoryBackend('memory', entities ?? [bms])],
    scripts: {
      store: storeOf(),
      runner: {
        check: async () => {},
        run: (task, end) => PROGRAMS[task.script.id]?.(task, end) ?? Promise.reject(new Error('unknown')),
      },
      timeoutMs: 10_000,
      stopMs: 1000,
      retainMs: 60_000,
      maxRunning: 1,
      maxRegistered: 2,
      ...options,
    },
  })
  t.after(() => diagnostics[Symbol.asyncDispose]())
  const scripts = diagnostics.scripts.at(diagnostics.tree.get('component', 'bms'))
  const start = (script: string, type: 'now' | 'on_restart' = 'now', caller: Caller = {}, parameters?: Json) =>
    scripts.start(script, { type, ...(parameters === undefined ? {} : { parameters }) }, { signal, caller })
  const outcome = async (script: string, caller: Caller = {}, parameters?: Json) => {
    const { id } = await start(script, 'now', caller, parameters)
    await settle()
    return (await scripts.execution(script, id, context)).state
  }
  return { diagnostics, scripts, clock, values, started, start, outcome }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}

test('a script completes with what it returns, or fails with what it throws', async (t) => {
  const { outcome } = open(t)
  assert.deepEqual(await outcome('echo', {}, { a: 1 }), { status: 'completed', result: { a: 1 } })
  assert.deepEqual(await outcome('echo'), { status: 'completed' })
  assert.deepEqual(await outcome('throws'), { status: 'failed', error: 'it threw: no' })
})

test('a script that is asked to stop may come to an end by itself, and is ended when it does not', async (t) => {
  const { scripts, start, clock } = open(t)
  for (const [name, ms] of [
    ['polite', 0],
    ['stubborn', 1000],
  ] as const) {
    const { id } = await start(name)
    await scripts.end(name, id, 'stop', context)
    await settle()
    assert.equal((await scripts.execution(name, id, context)).state.status, ms === 0 ? 'terminated' : 'running')
    await clock.advance(ms)
    await settle()
    assert.deepEqual((await scripts.execution(name, id, context)).state, { status: 'terminated' })
    await assert.rejects(scripts.end(name, id, 'stop', context), { code: 'conflict' })
  }
})

test('a script that takes too long is ended, and has failed', async (t) => {
  const { scripts, start, clock } = open(t)
  const { id } = await start('stubborn')
  await clock.advance(10_000)
  await settle()
  const { state } = await scripts.execution('stubborn', id, context)
  assert.deepEqual(state, { status: 'failed', error: 'it took longer than 10 s' })
})

test('as many run as may; the others are refused', async (t) => {
  const { scripts, start } = open(t)
  const { id } = await start('stubborn')
  await assert.rejects(start('echo'), { code: 'too-many-requests' })
  assert.deepEqual(await scripts.executions('echo', context), [])
  await assert.rejects(scripts.remove('stubborn', context), { code: 'conflict' })
  await scripts.end('stubborn', id, 'kill', context)
  await settle()
  await start('echo')
})

test('an execution that is over can be read for a while', async (t) => {
  const { scripts, outcome, clock } = open(t)
  await outcome('echo')
  const [id = ''] = await scripts.executions('echo', context)
  await clock.advance(59_999)
  assert.equal((await scripts.execution('echo', id, context)).state.status, 'completed')
  await clock.advance(1)
  await assert.rejects(scripts.execution('echo', id, context), { code: 'not-found' })
})

test('executions that are over make room for new ones', async (t) => {
  const { scripts, outcome } = open(t, { maxExecutions: 2 })
  for (const value of [1, 2, 3]) await outcome('echo', {}, value)
  const ids = await scripts.executions('echo', context)
  const states = await Promise.all(ids.map(async (id) => (await scripts.execution('echo', id, context)).state))
  assert.deepEqual(
    states,
    [3, 2].map((result) => ({ status: 'completed', result })),
  )
})

test('a script does what its caller could do', async (t) => {
  const { outcome, values, started } = open(t)
  assert.deepEqual(await outcome('reads'), { status: 'completed', result: 78 })
  assert.deepEqual(await outcome('writes'), { status: 'completed' })
  assert.equal(values.get('soc'), 5)
  assert.deepEqual(await outcome('tests'), { status: 'completed', result: 'passed' })
  assert.deepEqual(started, [{ deep: true }])
  assert.match(String(Object(await outcome('clears')).error), /does not support faults/)
  assert.match(String(Object(await outcome('nonsense')).error), /there is no 'constructor'/)
})

test('the lock of somebody else is in the way of a script, that of its caller is not', async (t) => {
  const { diagnostics, outcome, values } = open(t)
  diagnostics.locks.acquire(BMS, { subject: 'ann' }, { scopes: ['data'] })
  assert.equal((await outcome('writes', { subject: 'bob' })).status, 'failed')
  assert.equal(values.get('soc'), 78)
  assert.equal((await outcome('reads', { subject: 'bob' })).status, 'completed')
  assert.equal((await outcome('writes', { subject: 'ann' })).status, 'completed')
})

test('a script may do no more than its caller', async (t) => {
  const { outcome, values } = open(t)
  const reader: Caller = { subject: 'rea', permits: (permission) => permission === 'data:read' }
  assert.equal((await outcome('reads', reader)).status, 'completed')
  assert.match(String(Object(await outcome('writes', reader)).error), /data:write/)
  assert.equal(values.get('soc'), 78)
})

test('what is registered runs after a restart, for who registered it, and again after the next', async (t) => {
  const registered: RegisteredExecution[] = []
  const reader: Caller = { subject: 'rea', permits: (permission) => permission === 'data:read' }
  const before = open(t, { store: storeOf(registered) })
  const reading = await before.start('reads', 'on_restart', reader)
  assert.equal(reading.status, 'prepared')
  const writing = await before.start('writes', 'on_restart', reader)
  await assert.rejects(before.start('echo', 'on_restart'), { code: 'too-many-requests' })
  await settle()
  assert.deepEqual((await before.scripts.execution('reads', reading.id, context)).state, { status: 'prepared' })
  for (const _ of ['once', 'again']) {
    const after = open(t, { store: storeOf(registered) })
    await settle()
    const { state, lastStarted } = await after.scripts.execution('reads', reading.id, context)
    assert.deepEqual(state, { status: 'completed', result: 78 })
    assert.ok(lastStarted)
    assert.match(
      String(Object((await after.scripts.execution('writes', writing.id, context)).state).error),
      /data:write/,
    )
    await after.clock.advance(120_000)
    assert.equal((await after.scripts.execution('reads', reading.id, context)).state.status, 'completed')
  }
})

test('what is to run once after a restart does so once', async (t) => {
  const registered: RegisteredExecution[] = []
  const before = open(t, { store: storeOf(registered) })
  const { id } = await before.scripts.start('echo', { type: 'once_on_restart' }, { signal })
  const after = open(t, { store: storeOf(registered) })
  await settle()
  assert.equal((await after.scripts.execution('echo', id, context)).state.status, 'completed')
  assert.deepEqual(registered, [])
  await after.clock.advance(60_000)
  await assert.rejects(after.scripts.execution('echo', id, context), { code: 'not-found' })
})

test('an execution that is removed does not run after a restart', async (t) => {
  const registered: RegisteredExecution[] = []
  const { scripts, start } = open(t, { store: storeOf(registered) })
  const { id } = await start('echo', 'on_restart')
  await scripts.removeExecution('echo', id, context)
  assert.deepEqual(registered, [])
  await start('echo', 'on_restart')
  await scripts.remove('echo', context)
  assert.deepEqual(registered, [])
})

test('clearing what clients defined ends and removes scripts', async (t) => {
  const { scripts, start, diagnostics } = open(t)
  await start('stubborn')
  diagnostics.clearData.start(diagnostics.tree.get('component', 'bms'), 'client-defined-resources')
  await settle()
  assert.equal(diagnostics.clearData.status(BMS).state, 'completed')
  assert.deepEqual(await scripts.list(context), [])
})

test('without a proof of proximity nothing starts where one is needed', async (t) => {
  const { start, scripts } = open(t, { proximityProofRequired: true })
  await assert.rejects(start('echo'), { code: 'forbidden' })
  assert.deepEqual(await scripts.executions('echo', context), [])
})
