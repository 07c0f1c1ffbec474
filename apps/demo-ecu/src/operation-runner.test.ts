import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { SESSION } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { DiagnosticModes } from './diagnostic-modes.ts'
import { MAX_KEPT, OperationRunner, type SimulatedOperation } from './operation-runner.ts'
import { sovdError } from './testing/tester.ts'

function setUp() {
  const clock = new FakeClock()
  const modes = new DiagnosticModes('ecu', clock)
  const done: string[] = []
  const operation = (id: string, rest: Pick<SimulatedOperation, 'durationMs' | 'sessions'>): SimulatedOperation => ({
    id,
    name: id,
    description: `The ${id}`,
    complete: () => {
      done.push(id)
      return { done: done.length }
    },
    ...rest,
  })
  const runner = new OperationRunner(
    'ecu',
    [
      operation('walk', { durationMs: 4000, sessions: ['default', 'extended'] }),
      operation('climb', { durationMs: 10_000, sessions: ['extended'] }),
    ],
    modes,
    clock,
  )
  const start = async (id: string) => {
    const { id: executionId, state } = await runner.start(id)
    assert.ok(executionId)
    assert.deepEqual(state, { status: 'running', progress: 0 })
    return executionId
  }
  return { clock, modes, runner, done, start }
}

test('an execution progresses with the time and completes with a result', async () => {
  const { clock, runner, done, start } = setUp()
  const id = await start('walk')
  const seen: unknown[] = []
  for (let second = 1; second <= 4; second++) {
    await clock.advance(1000)
    seen.push(await runner.state('walk', id))
  }
  assert.deepEqual(seen, [
    { status: 'running', progress: 25 },
    { status: 'running', progress: 50 },
    { status: 'running', progress: 75 },
    {
      status: 'completed',
      result: { success: true, message: "Operation 'walk' completed on 'ecu'", done: 1 },
    },
  ])
  assert.deepEqual(done, ['walk'])
})

test('an operation has its effect even if nobody asks how far it is', async () => {
  const { clock, done, start } = setUp()
  await start('walk')
  await clock.advance(4000)
  assert.deepEqual(done, ['walk'])
})

test('a stopped execution keeps its progress and has no effect', async () => {
  const { clock, runner, done, start } = setUp()
  const id = await start('walk')
  await clock.advance(1000)
  await runner.stop('walk', id)
  await clock.advance(10_000)
  assert.deepEqual(await runner.state('walk', id), { status: 'stopped', progress: 25 })
  assert.deepEqual(done, [])
  assert.equal(clock.pending, 0)
  await assert.rejects(runner.stop('walk', id), sovdError('conflict', /not running \(status: stopped\)/))
})

test('an operation that runs is not started a second time, but another one is', async () => {
  const { clock, modes, runner, start } = setUp()
  await modes.set(SESSION, 'extended')
  await start('walk')
  await clock.advance(1500)
  await assert.rejects(runner.start('walk'), (error) => {
    assert.ok(error instanceof SovdError)
    assert.equal(error.code, 'conflict')
    assert.equal(error.retryAfterSeconds, 3)
    return true
  })
  await start('climb')
  assert.deepEqual(
    (await runner.list()).map(({ id, running }) => [id, running]),
    [
      ['walk', true],
      ['climb', true],
    ],
  )
  await clock.advance(2500)
  await start('walk')
})

test('an operation starts only in its sessions', async () => {
  const { modes, runner, start } = setUp()
  await assert.rejects(runner.start('climb'), sovdError('conflict', /'climb' needs mode 'extended'; 'ecu' is in/))
  await modes.set(SESSION, 'programming')
  await assert.rejects(runner.start('walk'), sovdError('conflict', /'walk' needs mode 'default' or 'extended'/))
  await assert.rejects(runner.start('climb'), sovdError('conflict', /'climb' needs mode 'extended'/))
  await modes.set(SESSION, 'extended')
  await start('climb')
})

test('a running execution fails when the ECU leaves the sessions it needs', async () => {
  const { clock, modes, runner, done, start } = setUp()
  await modes.set(SESSION, 'extended')
  const walk = await start('walk')
  const climb = await start('climb')
  await clock.advance(1000)
  await modes.set(SESSION, 'default')
  assert.deepEqual(await runner.state('climb', climb), {
    status: 'failed',
    error: "'ecu' went to mode 'default' while 'climb' was running",
    progress: 10,
  })
  await clock.advance(20_000)
  assert.equal((await runner.state('walk', walk)).status, 'completed')
  assert.deepEqual(done, ['walk'])
})

test('unknown operations and executions are not found', async () => {
  const { runner, start } = setUp()
  const id = await start('walk')
  await assert.rejects(runner.start('fly'), sovdError('not-found', /Operation 'fly'/))
  await assert.rejects(runner.state('walk', 'walk-99'), sovdError('not-found', /'walk-99'/))
  await assert.rejects(runner.state('climb', id), sovdError('not-found', /'climb'/))
  await assert.rejects(runner.stop('climb', id), sovdError('not-found', /'climb'/))
})

test('of the executions that are over only the newest are kept', async () => {
  const { clock, runner, start } = setUp()
  const ids: string[] = []
  for (let run = 0; run < MAX_KEPT + 10; run++) {
    ids.push(await start('walk'))
    await clock.advance(4000)
  }
  const running = await start('walk')
  const known = await Promise.all(
    ids.map((id) =>
      runner.state('walk', id).then(
        () => true,
        () => false,
      ),
    ),
  )
  assert.deepEqual(
    known,
    ids.map((_, index) => index >= 10),
  )
  assert.equal((await runner.state('walk', running)).status, 'running')
})

test('a disposed ECU leaves no timer behind', async () => {
  const { clock, runner, start } = setUp()
  await start('walk')
  runner[Symbol.dispose]()
  runner[Symbol.dispose]()
  assert.equal(clock.pending, 0)
})
