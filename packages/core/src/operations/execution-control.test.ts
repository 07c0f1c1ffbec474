import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { ExecutionState, OperationFacet, StartedExecution } from '../facets/operations.ts'
import type { Execution } from './execution.ts'
import { Executions, type ExecutionsOptions } from './executions.ts'

const context = { signal: new AbortController().signal }

function setUp(facet: Partial<OperationFacet> = {}, options: Partial<ExecutionsOptions> = {}) {
  const clock = new FakeClock()
  const source = { state: { status: 'running' } as ExecutionState, askedAtMs: [] as number[], stopped: 0 }
  const operations: OperationFacet = {
    list: async () => [{ id: 'go', name: 'Go', capabilities: ['freeze'] }],
    start: async () => ({ id: 's', state: { status: 'running' } }),
    state: async () => {
      source.askedAtMs.push(clock.monotonic())
      return source.state
    },
    stop: async () => {
      source.stopped++
    },
    ...facet,
  }
  const entity: Entity = { kind: 'function', id: 'f', name: 'F', connectionState: 'connected', facets: { operations } }
  let next = 0
  const executions = new Executions({ clock, log: silentLogger, createId: () => `e${++next}`, ...options })
  const of = (id: string) => executions.get(entity, 'go', id)
  return {
    clock,
    source,
    entity,
    executions,
    of,
    start: (request = {}) => executions.start(entity, 'go', request, context),
  }
}

test('an execution is asked for soon after its start, and then less and less often', async () => {
  const { clock, source, start } = setUp()
  await start()
  await clock.advance(2500)
  assert.deepEqual(source.askedAtMs.map(Math.round), [100, 250, 475, 813, 1313, 1813, 2313])
})

test('an execution tells when it began and ended, and keeps nothing of what it was started with', async () => {
  const { clock, source, of, start } = setUp()
  const { id } = await start({ parameters: { depth: 1 } })
  source.state = { status: 'completed', result: 7 }
  await clock.advance(100)
  assert.deepEqual(of(id), {
    id,
    entity: { kind: 'function', id: 'f' },
    operationId: 'go',
    state: { status: 'completed', result: 7 },
    capability: 'execute',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:00.100Z',
  })
})

test('an execution that takes too long is stopped and has failed', async () => {
  const { clock, source, of, start } = setUp()
  const { id } = await start({ timeoutMs: 5000 })
  await clock.advance(4999)
  assert.equal(of(id).state.status, 'running')
  await clock.advance(1)
  assert.equal(source.stopped, 1)
  assert.deepEqual(of(id).state, { status: 'failed', error: 'it was not over after 5 s and was stopped' })
})

test('an execution that takes too long and cannot be stopped has failed all the same', async () => {
  for (const stop of [() => Promise.reject(new SovdError('conflict', 'busy')), () => new Promise<void>(() => {})]) {
    const { clock, of, start } = setUp({
      stop: (_operation, _execution, { signal }) =>
        Promise.race([
          stop(),
          new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ]),
    })
    const { id } = await start({ timeoutMs: 1000 })
    await clock.advance(11_000)
    const { state } = of(id)
    assert.ok(state.status === 'failed')
    assert.match(state.error, /^it was not over after 1 s and could not be stopped: (busy|its source did not answer)$/)
  }
})

test('a start that takes too long is given up', async () => {
  let reason: unknown
  const { clock, of, start } = setUp({
    start: (_operation, _parameters, { signal }) =>
      new Promise<StartedExecution>((_, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason
          reject(signal.reason)
        })
      }),
  })
  const starting = start({ timeoutMs: 1000 })
  await clock.advance(1000)
  const { id } = await starting
  assert.ok(reason)
  assert.deepEqual(of(id).state, {
    status: 'failed',
    error: 'it was not over after 1 s and was given up while it started',
  })
})

test('an execution that is over in time is not touched by its timeout', async () => {
  const { clock, source, of, start } = setUp()
  const { id } = await start({ timeoutMs: 1000 })
  source.state = { status: 'completed' }
  await clock.advance(5000)
  assert.equal(source.stopped, 0)
  assert.equal(of(id).state.status, 'completed')
})

test('a timeout of what cannot be stopped is refused before anything is started', async () => {
  let started = 0
  const operations: OperationFacet = {
    list: async () => [{ id: 'go', name: 'Go' }],
    start: async () => {
      started++
      return { id: 's', state: { status: 'running' } }
    },
    state: async () => ({ status: 'running' }),
  }
  const { executions } = setUp()
  const entity: Entity = { kind: 'app', id: 'a', name: 'A', connectionState: 'connected', facets: { operations } }
  await assert.rejects(executions.start(entity, 'go', { timeoutMs: 1 }, context), { code: 'not-implemented' })
  assert.equal(started, 0)
})

test('an execution is asked for what its operation is capable of, while it runs', async () => {
  const asked: unknown[] = []
  const { clock, entity, executions, of, start } = setUp({
    control: async (_operation, _execution, request) => {
      asked.push(request)
      return { status: 'running', progress: 50 }
    },
  })
  const { id } = await start()
  const at = { entity, operationId: 'go', id }
  await executions.control(at, 'freeze', { parameters: [1], timeoutMs: 2000 }, context)
  assert.deepEqual(asked, [{ capability: 'freeze', parameters: [1] }])
  assert.equal(of(id).capability, 'freeze')
  assert.deepEqual(of(id).state, { status: 'running', progress: 50 })
  await assert.rejects(executions.control(at, 'reset', {}, context), { code: 'not-implemented' })
  await assert.rejects(executions.control(at, 'execute', {}, context), { code: 'conflict' })
  await clock.advance(2000)
  assert.equal(of(id).state.status, 'failed')
  await assert.rejects(executions.control(at, 'freeze', {}, context), { code: 'conflict' })
})

test('what needs a proof of proximity is started only by who gives one', async () => {
  const list = async () => [{ id: 'go', name: 'Go', proximityProofRequired: true }]
  await assert.rejects(setUp({ list }).start({ proximityResponse: 'x' }), { code: 'forbidden' })
  const seen: unknown[] = []
  const { start } = setUp(
    { list },
    {
      requireProximity: (entity, operation, response) => {
        seen.push([entity.id, operation.id, response])
        if (response !== 'here') throw new SovdError('forbidden', 'not near')
      },
    },
  )
  await assert.rejects(start(), { code: 'forbidden', message: 'not near' })
  assert.equal((await start({ proximityResponse: 'here' })).state.status, 'running')
  assert.deepEqual(seen, [
    ['f', 'go', undefined],
    ['f', 'go', 'here'],
  ])
})

test('what is removed stays for those who look at what was', async () => {
  const { source, entity, executions, of, start } = setUp()
  const { id } = await start()
  await executions.remove(entity, 'go', id, context)
  assert.equal(source.stopped, 1)
  assert.equal(of(id).isRemoved, true)
  assert.equal(of(id).state.status, 'stopped')
})

test('after a restart, executions are known by the journal, and those that ran have failed', () => {
  const kept = new Map<string, Execution>()
  const base = {
    entity: { kind: 'function', id: 'f' },
    operationId: 'go',
    capability: 'execute',
    startedAt: '2026-01-01T00:00:00.000Z',
  } as const
  const ran: Execution = { ...base, id: 'a', state: { status: 'running' } }
  const done: Execution = { ...base, id: 'b', state: { status: 'completed' }, endedAt: '2025-12-31T23:59:59.000Z' }
  const old: Execution = { ...base, id: 'c', state: { status: 'completed' }, endedAt: '2025-12-31T22:00:00.000Z' }
  const settled: string[] = []
  const { entity, executions, of } = setUp(
    {},
    {
      journal: {
        restored: [ran, done, old],
        put: (execution) => kept.set(execution.id, execution),
        delete: (id) => kept.set(id, ran),
      },
      onSettled: ({ id }) => settled.push(id),
    },
  )
  const failed = {
    ...ran,
    state: { status: 'failed', error: 'the gateway was restarted while it was running' },
    endedAt: '2026-01-01T00:00:00.000Z',
  }
  assert.deepEqual(of('a'), failed)
  assert.deepEqual(kept.get('a'), failed)
  assert.deepEqual(settled, ['a'])
  assert.deepEqual(
    executions.list(entity, 'go').map(({ id }) => id),
    ['b', 'a'],
  )
  assert.ok(kept.has('c'), 'the journal forgets what is too old')
})

test('the journal keeps starts and ends, and nothing of a start that was refused', async () => {
  const written: string[] = []
  const journal = {
    restored: [],
    put: ({ id, state }: Execution) => written.push(`${id} ${state.status}`),
    delete: (id: string) => written.push(`${id} gone`),
  }
  let refusal: SovdError | undefined = new SovdError('conflict', 'busy')
  const { clock, source, start, executions } = setUp(
    {
      start: async () => {
        if (refusal) throw refusal
        return { id: 's', state: { status: 'running' } }
      },
    },
    { journal, maxFinished: 1 },
  )
  await assert.rejects(start())
  assert.ok(!written.some((line) => line.includes('running')))
  refusal = undefined
  written.length = 0
  await start()
  source.state = { status: 'completed' }
  await clock.advance(100)
  await start()
  await clock.advance(100)
  assert.deepEqual(written, ['e2 running', 'e2 completed', 'e3 running', 'e3 completed', 'e2 gone'])
  source.state = { status: 'running' }
  await start()
  await executions.close()
  await settle()
  assert.equal(written.at(-1), 'e4 running', 'what runs when the gateway closes is known to have been cut')
})
