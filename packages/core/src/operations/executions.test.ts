import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { ExecutionState, OperationFacet, StartedExecution } from '../facets/operations.ts'
import { Executions, type ExecutionsOptions } from './executions.ts'

const signal = new AbortController().signal
const context = { signal }

/** A source whose answers the test decides. */
class Source implements OperationFacet {
  started: StartedExecution | Promise<StartedExecution> | (() => never) = { id: 's1', state: { status: 'running' } }
  current: ExecutionState | SovdError = { status: 'running', progress: 10 }
  readonly stopped: string[] = []
  /** What stopping ends in. */
  ended: ExecutionState | undefined
  asked = 0

  async list() {
    return [{ id: 'self-test', name: 'Self test' }]
  }
  async start(): Promise<StartedExecution> {
    return typeof this.started === 'function' ? this.started() : this.started
  }
  async state(): Promise<ExecutionState> {
    this.asked++
    if (this.current instanceof SovdError) throw this.current
    return this.current
  }
  async stop(_operationId: string, executionId: string): Promise<ExecutionState | undefined> {
    this.stopped.push(executionId)
    return this.ended
  }
}

function setUp(options: Partial<ExecutionsOptions> = {}) {
  const clock = new FakeClock()
  const source = new Source()
  const entity: Entity = {
    kind: 'component',
    id: 'bms',
    name: 'Battery',
    connectionState: 'connected',
    facets: { operations: source },
  }
  let next = 0
  const executions = new Executions({ clock, log: silentLogger, createId: () => `e${++next}`, pollMs: 500, ...options })
  return { clock, source, entity, executions, start: () => executions.start(entity, 'self-test', {}, context) }
}

test('an execution that the source runs is running, and follows its progress to the result', async () => {
  const { clock, source, entity, executions, start } = setUp()
  const { id, state } = await start()
  assert.deepEqual(state, { status: 'running' })
  await clock.advance(500)
  assert.deepEqual(executions.get(entity, 'self-test', id).state, { status: 'running', progress: 10 })
  source.current = { status: 'completed', result: { ok: true } }
  await clock.advance(500)
  assert.deepEqual(executions.get(entity, 'self-test', id).state, { status: 'completed', result: { ok: true } })
  const { asked } = source
  await clock.advance(10_000)
  assert.equal(source.asked, asked, 'a finished execution is not asked for again')
})

test('a start that the source refuses is refused with its error and leaves no execution behind', async () => {
  const { source, entity, executions, start } = setUp()
  source.started = () => {
    throw new SovdError('conflict', 'busy')
  }
  await assert.rejects(start(), { code: 'conflict', message: 'busy' })
  assert.deepEqual(executions.list(entity, 'self-test'), [])
})

test('a source that takes its time to answer does not hold up the client; what it says later is the outcome', async () => {
  const { clock, source, entity, executions, start } = setUp({ acceptMs: 250 })
  const answer = Promise.withResolvers<StartedExecution>()
  source.started = answer.promise
  const pending = start()
  await clock.advance(250)
  const { id, state } = await pending
  assert.equal(state.status, 'running')
  answer.reject(new SovdError('gateway-timeout', 'no answer within 30 s'))
  await settle()
  assert.deepEqual(executions.get(entity, 'self-test', id).state, { status: 'failed', error: 'no answer within 30 s' })
})

test('an operation the entity does not have is not found', async () => {
  const { entity, executions } = setUp()
  await assert.rejects(executions.start(entity, 'fly', {}, context), { code: 'not-found' })
})

test('stopping reaches the source by its own id, and the state stays stopped', async () => {
  const { clock, source, entity, executions, start } = setUp()
  const { id } = await start()
  await executions.stop(entity, 'self-test', id, context)
  assert.deepEqual(source.stopped, ['s1'])
  source.current = { status: 'completed' }
  await clock.advance(5000)
  assert.deepEqual(executions.get(entity, 'self-test', id).state, { status: 'stopped' })
  await assert.rejects(executions.stop(entity, 'self-test', id, context), { code: 'conflict' })
})

test('what stopping ends in is what the source says of it', async () => {
  for (const ended of [
    { status: 'stopped', result: { next: 'do it again' } },
    { status: 'completed', result: { ok: true } },
  ] as const) {
    const { source, entity, executions, start } = setUp()
    source.ended = ended
    const { id } = await start()
    await executions.stop(entity, 'self-test', id, context)
    assert.deepEqual(executions.get(entity, 'self-test', id).state, ended)
  }
})

test('an execution goes on when the source refuses to stop it', async () => {
  const { source, entity, executions, start } = setUp()
  source.stop = async () => {
    throw new SovdError('forbidden', 'not now')
  }
  const { id } = await start()
  await assert.rejects(executions.stop(entity, 'self-test', id, context), { code: 'forbidden' })
  assert.equal(executions.get(entity, 'self-test', id).state.status, 'running')
})

test('an execution outlives a source that cannot be asked for a while', async () => {
  const { clock, source, entity, executions, start } = setUp()
  const { id } = await start()
  source.current = new SovdError('bad-gateway', 'connection refused')
  await clock.advance(20_000)
  assert.equal(executions.get(entity, 'self-test', id).state.status, 'running')
  source.current = { status: 'completed' }
  await clock.advance(2000)
  assert.equal(executions.get(entity, 'self-test', id).state.status, 'completed')
})

test('an execution that its source has lost is failed', async () => {
  const { clock, source, entity, executions, start } = setUp()
  const { id } = await start()
  source.current = new SovdError('not-found', 'no such execution')
  await clock.advance(500)
  assert.deepEqual(executions.get(entity, 'self-test', id).state, {
    status: 'failed',
    error: 'the source lost the execution',
  })
})

test('an execution is found only under its own operation and entity', async () => {
  const { entity, executions, start } = setUp()
  const { id } = await start()
  assert.throws(() => executions.get(entity, 'other', id), { code: 'not-found' })
  assert.throws(() => executions.get({ ...entity, id: 'climate' }, 'self-test', id), { code: 'not-found' })
  assert.throws(() => executions.get({ ...entity, kind: 'app' }, 'self-test', id), { code: 'not-found' })
})

test('the oldest finished executions go first, a running one never', async () => {
  const { source, entity, executions, start } = setUp({ maxFinished: 2 })
  const running = await start()
  source.started = { id: 's', state: { status: 'completed' } }
  for (let i = 0; i < 4; i++) await start()
  const ids = executions.list(entity, 'self-test').map(({ id }) => id)
  assert.ok(ids.includes(running.id))
  assert.ok(ids.includes('e5') && !ids.includes('e2'), `kept ${ids}`)
})

test('more running executions than allowed are refused', async () => {
  const { start } = setUp({ maxRunning: 1 })
  await start()
  await assert.rejects(start(), { code: 'too-many-requests' })
})

test('closing ends the following of what runs', async () => {
  const { clock, source, executions, start } = setUp()
  await start()
  await executions.close()
  await executions.close()
  await clock.advance(10_000)
  assert.equal(source.asked, 0)
})
