import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@opensovd/base'
import { type RunningBackend, runBackend } from '../testing/running-backend.ts'
import { context, HOST } from '../testing/simulated-backend.ts'

const STATE = { name: 'state', type: 'enum', bits: 8, values: { 0: 'running', 1: 'passed' } }
const ECU = {
  sessions: [{ id: 'extended', session: 3 }],
  data: [
    {
      id: 'fan',
      did: 0x0100,
      encoding: { type: 'uint', bits: 8, unit: '%' },
      control: { sessions: ['extended'] },
    },
  ],
  routines: [
    {
      id: 'compression',
      routineId: 0x0201,
      start: { request: { type: 'uint', bits: 8, name: 'cylinder', minimum: 1, maximum: 4 } },
      stop: {},
      results: { running: { state: 'running' }, response: { type: 'struct', members: [STATE] } },
    },
    { id: 'silent', routineId: 0x0202, start: {}, stop: {}, results: {} },
    { id: 'quick', routineId: 0x0203, start: { response: STATE } },
  ],
  simulation: {
    values: { fan: 25 },
    routines: {
      compression: {
        background: true,
        durationMs: 3000,
        running: { state: 'running' },
        results: { state: 'passed' },
      },
      silent: { background: true, durationMs: 2000 },
      quick: { durationMs: 8000, start: 'passed' },
    },
  },
}

async function start(running: RunningBackend, id: string, parameters?: Json) {
  const operations = running.facet('operations')
  const { id: execution = '', state } = await running.wait(operations.start(id, parameters, context()))
  return { state, ask: () => running.wait(operations.state(id, execution, context())), execution, operations }
}

for (const parameters of [2, { cylinder: 2 }, '02', '0x02']) {
  test(`a routine takes ${JSON.stringify(parameters)}, and tells when it is over`, async () => {
    await using running = await runBackend(ECU)
    const { state, ask } = await start(running, 'compression', parameters)
    assert.deepEqual(state, { status: 'running' })
    assert.deepEqual(await ask(), { status: 'running' })
    await running.clock.advance(3000)
    assert.deepEqual(await ask(), { status: 'completed', result: { state: 'passed' } })
    assert.deepEqual(await ask(), { status: 'completed', result: { state: 'passed' } })
  })
}

for (const parameters of [undefined, 5, 0, 'x', {}, { cylinder: 2, more: 1 }, [2], null]) {
  test(`a routine does not take ${JSON.stringify(parameters)}, and is not started`, async () => {
    await using running = await runBackend(ECU)
    await assert.rejects(start(running, 'compression', parameters), { code: 'invalid-request' })
    const { entries } = running.facet('logs')
    assert.deepEqual(await entries.call(running.facet('logs'), { text: 'RoutineControl' }, context()), [])
  })
}

test('an ECU that refuses to give results yet says that the routine runs', async () => {
  await using running = await runBackend(ECU)
  const { ask } = await start(running, 'silent')
  assert.deepEqual(await ask(), { status: 'running' })
  await running.clock.advance(2000)
  assert.deepEqual(await ask(), { status: 'completed' })
})

test('a routine without results is over when its start is answered, however long that takes', async () => {
  await using running = await runBackend(ECU)
  const { state } = await start(running, 'quick')
  assert.deepEqual(state, { status: 'completed', result: 'passed' })
  await assert.rejects(running.facet('operations').stop?.('quick', '1', context()) ?? Promise.resolve(), {
    code: 'conflict',
  })
})

test('a stopped routine is stopped at the ECU', async () => {
  await using running = await runBackend(ECU)
  const { operations, execution, ask } = await start(running, 'compression', 1)
  await running.wait(operations.stop?.('compression', execution, context()) ?? Promise.resolve())
  assert.deepEqual(await ask(), { status: 'stopped' })
  await running.clock.advance(100)
  assert.deepEqual((await start(running, 'compression', 1)).state, { status: 'running' })
})

test('a routine whose ECU restarted meanwhile has failed, and is not started again', async () => {
  await using running = await runBackend(ECU)
  const { ask } = await start(running, 'silent')
  running.ecu.restart('hard', 0)
  running.network.reset(HOST)
  await running.clock.advance(1000)
  assert.deepEqual(await ask(), {
    status: 'failed',
    error: 'the ECU was lost while it ran, and does not tell how it ended',
  })
})

test('an output is taken over, frozen, put to its default and given back', async () => {
  await using running = await runBackend(ECU)
  await assert.rejects(start(running, 'io.fan', 80), { code: 'conflict', message: /needs the session extended/ })
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  await assert.rejects(start(running, 'io.fan'), { code: 'invalid-request' })
  const { operations, execution, ask } = await start(running, 'io.fan', 80)
  const value = () => running.ecu.data.value('fan')
  assert.equal(value(), 80)
  const control = (capability: 'execute' | 'freeze' | 'reset' | 'x-none', parameters?: Json) => {
    const request = { capability, ...(parameters !== undefined && { parameters }) }
    return running.wait(operations.control?.('io.fan', execution, request, context()) ?? Promise.reject(new Error()))
  }
  assert.deepEqual(await control('execute', 60), { status: 'running' })
  assert.equal(value(), 60)
  await control('freeze')
  assert.equal(value(), 60)
  await control('reset')
  assert.equal(value(), 25)
  await assert.rejects(control('x-none'), { code: 'not-implemented' })
  await running.wait(operations.stop?.('io.fan', execution, context()) ?? Promise.resolve())
  assert.deepEqual(await ask(), { status: 'stopped' })
})

test('a control that needs a session has failed when the session is gone', async () => {
  await using running = await runBackend(ECU)
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  const { ask } = await start(running, 'io.fan', 80)
  assert.deepEqual(await ask(), { status: 'running' })
  await running.wait(running.facet('modes').set('session', 'default', context()))
  assert.equal((await ask()).status, 'failed')
})
