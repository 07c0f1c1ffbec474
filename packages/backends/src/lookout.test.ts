import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { ConnectionState, Entity } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { type FailureKind, HttpFailure } from './http/http-failure.ts'
import { Lookout } from './lookout.ts'
import { KeepingLogger } from './sovd/testing/running.ts'

function entity(connectionState: ConnectionState): Entity {
  return { kind: 'component', id: 'bms', name: 'BMS', connectionState, facets: {} }
}

function failure(kind: FailureKind): HttpFailure {
  return new HttpFailure(kind, 'bad-gateway', `it failed: ${kind}`)
}

/** A lookout to a server that is as the test says: there, or failing. */
function setUp() {
  const clock = new FakeClock()
  const log = new KeepingLogger()
  const stop = new AbortController()
  const state: { error: Error | undefined; looks: number[]; wasUp: boolean[] } = {
    error: undefined,
    looks: [],
    wasUp: [],
  }
  const lookout = new Lookout({
    clock,
    log,
    refreshMs: 10_000,
    look: async (wasUp, signal) => {
      signal.throwIfAborted()
      state.looks.push(clock.monotonic())
      state.wasUp.push(wasUp)
      if (state.error) throw state.error
      return { components: 1 }
    },
    entities: (told) => [entity(told ?? 'connected')],
  })
  let changes = 0
  lookout.onChange(() => changes++)
  const stateNow = () => lookout.snapshot.entities[0]?.connectionState
  return { clock, log, stop, state, lookout, stateNow, changes: () => changes, run: () => lookout.run(stop.signal) }
}

test('a server is untried and its entities are disconnected until it was looked at', async () => {
  const { lookout, stateNow, run, stop, changes } = setUp()
  assert.deepEqual([lookout.snapshot.status, stateNow()], [{ phase: 'untried' }, 'disconnected'])
  const running = run()
  await settle()
  assert.deepEqual([lookout.snapshot.status, stateNow(), changes()], [{ phase: 'up' }, 'connected', 1])
  stop.abort()
  await running
})

test('a server that is there is looked at each time its period is over, and nobody hears what is the same', async () => {
  const { clock, state, run, stop, changes, log } = setUp()
  const running = run()
  await clock.advance(30_000)
  assert.deepEqual(state.looks, [0, 10_000, 20_000, 30_000])
  assert.deepEqual(state.wasUp, [false, true, true, true])
  assert.equal(changes(), 1)
  assert.deepEqual(log.lines, [{ level: 'info', message: 'backend is up', fields: { components: 1 } }])
  stop.abort()
  await running
  assert.equal(clock.pending, 0)
})

test('one that is not there is looked at after about 1 s, and ever less often, but each 5 s', async () => {
  const { clock, state, run, stop, log } = setUp()
  state.error = failure('connect')
  const running = run()
  await clock.advance(30_000)
  const pauses = state.looks.slice(1).map((look, index) => look - (state.looks[index] ?? 0))
  for (const [index, expected] of [1000, 1500, 2250, 3375].entries()) {
    const pause = pauses[index] ?? 0
    assert.ok(Math.abs(pause - expected) <= expected / 10, `${pause} ms in the place of ${expected} ms`)
  }
  assert.ok(pauses.slice(4).every((pause) => pause >= 4500 && pause <= 5000))
  assert.deepEqual(
    log.lines.map(({ message }) => message),
    ['backend is down'],
  )
  stop.abort()
  await running
})

for (const [error, expected] of [
  [failure('connect'), 'disconnected'],
  [failure('closed'), 'disconnected'],
  [failure('protocol'), 'error'],
  [failure('oversized'), 'error'],
  [new SovdError('unavailable', 'later'), 'disconnected'],
  [new SovdError('gateway-timeout', 'too late'), 'disconnected'],
  [new SovdError('bad-gateway', 'no sense'), 'error'],
] as const) {
  test(`entities of a server that fails with "${error.message}" are in the state ${expected}`, async () => {
    const { clock, state, run, stop, lookout, stateNow } = setUp()
    const running = run()
    await settle()
    state.error = error
    await clock.advance(10_000)
    const { code, message } = error
    assert.deepEqual(lookout.snapshot.status, { phase: 'down', code, message })
    assert.equal(stateNow(), expected)
    stop.abort()
    await running
  })
}

test('what requests tell brings the next look forward, unless it is no news', async () => {
  const { clock, state, run, stop, lookout } = setUp()
  const running = run()
  await clock.advance(1000)
  lookout.onContact(undefined)
  lookout.onContact(failure('untried'))
  await clock.advance(1000)
  assert.equal(state.looks.length, 1)
  state.error = failure('connect')
  lookout.onContact(failure('closed'))
  await clock.advance(0)
  assert.equal(lookout.snapshot.status.phase, 'down')
  state.error = undefined
  lookout.onContact(failure('closed'))
  await clock.advance(200)
  assert.equal(state.looks.length, 2)
  lookout.onContact(undefined)
  await clock.advance(0)
  assert.equal(lookout.snapshot.status.phase, 'up')
  stop.abort()
  await running
})

test('a fault of our own ends the looking', async () => {
  const { state, run, lookout } = setUp()
  state.error = new TypeError('a mistake')
  await assert.rejects(run(), TypeError)
  assert.equal(lookout.snapshot.status.phase, 'untried')
})

test('an end in the middle of a look is no failure of the server', async () => {
  const stop = new AbortController()
  const lookout = new Lookout({
    clock: new FakeClock(),
    log: new KeepingLogger(),
    refreshMs: 1000,
    look: (_wasUp, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(failure('cut')))),
    entities: () => [],
  })
  const running = lookout.run(stop.signal)
  await settle()
  stop.abort()
  await running
  assert.equal(lookout.snapshot.status.phase, 'untried')
})
