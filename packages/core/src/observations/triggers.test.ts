import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import { FORMAT, observation } from '../events/testing/observation.ts'
import type { StoredTrigger, TriggerStore } from './trigger.ts'
import type { TriggerRequest } from './triggers.ts'

type Setup = Awaited<ReturnType<typeof observation>>

function arm(setup: Setup, request: Partial<TriggerRequest> = {}, subject?: string) {
  const { bus, entity, observed, reading } = setup
  const caller = subject === undefined ? {} : { subject }
  const trigger = bus.triggers.create(
    entity,
    {
      observed,
      body: observed.payload(setup.state.value),
      path: '/data',
      condition: { type: 'OnChange' },
      multishot: true,
      persistent: false,
      format: FORMAT,
      ...request,
    },
    caller,
  )
  const reader = reading(bus.triggers.read(entity, trigger.id, {}, () => {}))
  return { ...trigger, reader, now: () => bus.triggers.get(entity, trigger.id) }
}

test('fires each time its condition becomes true, with the whole resource', async () => {
  const setup = await observation()
  const { reader, now } = arm(setup, { condition: { type: 'EnterRange', lowerBound: 10, upperBound: 20 } })
  for (const value of [5, 10, 15, 30, 20]) {
    setup.state.value = value
    await setup.clock.advance(200)
  }
  assert.deepEqual(reader.events(), [{ payload: { id: 'soc', data: 10 } }, { payload: { id: 'soc', data: 20 } }])
  assert.equal(now().status, 'active')
})

test('without multishot fires once, and is over; who comes late is told all the same', async () => {
  const setup = await observation({ retainMs: 5000 })
  const { id, reader, now } = arm(setup, { multishot: false })
  setup.state.value = 2
  await setup.clock.advance(200)
  setup.state.value = 3
  await setup.clock.advance(200)
  assert.equal(reader.events().length, 1)
  assert.equal(reader.isOver, true)
  assert.equal(now().status, 'terminated')
  assert.equal(now().lastError, undefined)
  assert.equal(setup.bus.watched, 0)
  const late = setup.reading(setup.bus.triggers.read(setup.entity, id, {}, () => {}))
  assert.deepEqual(late.events(), [{ payload: { id: 'soc', data: 2 } }])
  assert.equal(late.isOver, true)
  await setup.clock.advance(5000)
  assert.throws(now, { code: 'not-found' })
})

test('watches from its beginning, also when nobody reads', async () => {
  const setup = await observation()
  const { id, reader } = arm(setup)
  reader.close()
  setup.state.value = 2
  await setup.clock.advance(200)
  assert.equal(setup.reading(setup.bus.triggers.read(setup.entity, id, {}, () => {})).events().length, 1)
})

test('does not take a failing source for a change, and keeps what was', async () => {
  const setup = await observation()
  const { reader, now } = arm(setup)
  await setup.clock.advance(200)
  setup.state.error = new SovdError('gateway-timeout', 'silent')
  await setup.clock.advance(5000)
  assert.equal(now().status, 'active')
  assert.equal(now().lastError?.code, 'gateway-timeout')
  setup.state.error = undefined
  await setup.clock.advance(2000)
  assert.deepEqual(reader.events(), [{ error: 'gateway-timeout' }])
  setup.state.value = 2
  await setup.clock.advance(200)
  assert.equal(reader.events().length, 1)
})

for (const [what, change, code] of [
  ['its resource', (state: Setup['state']) => (state.error = new SovdError('not-found', 'gone')), 'not-found'],
  ['what it points to', (state: Setup['state']) => (state.value = undefined), 'not-found'],
] as const) {
  test(`is over when ${what} is there no more, and says so`, async () => {
    const setup = await observation()
    const { reader, now } = arm(setup)
    await setup.clock.advance(200)
    change(setup.state)
    await setup.clock.advance(200)
    assert.deepEqual(reader.events(), [{ error: code }])
    assert.equal(reader.isOver, true)
    assert.equal(now().status, 'terminated')
    assert.equal(now().lastError?.code, code)
  })
}

test('is over when a range is asked of what is no number any more', async () => {
  const setup = await observation()
  const { now } = arm(setup, { condition: { type: 'LeaveRange', lowerBound: 0, upperBound: 5 } })
  setup.state.value = 'broken'
  await setup.clock.advance(200)
  assert.equal(now().status, 'terminated')
  assert.equal(now().lastError?.code, 'invalid-request')
})

test('lives as long as it is wanted, and longer when it is renewed', async () => {
  const setup = await observation()
  const { id, expires, now } = arm(setup, { lifetimeSeconds: 10 })
  assert.equal(expires, new Date(setup.clock.now() + 10_000).toISOString())
  await setup.clock.advance(9000)
  assert.equal(setup.bus.triggers.renew(setup.entity, id, 5).expires, new Date(setup.clock.now() + 5000).toISOString())
  await setup.clock.advance(4999)
  assert.equal(now().status, 'active')
  await setup.clock.advance(1)
  assert.equal(now().status, 'terminated')
  assert.throws(() => setup.bus.triggers.renew(setup.entity, id, 5), { code: 'conflict' })
})

test('writes into the log of its entity what it is to', async () => {
  const setup = await observation()
  const log = { severity: 'warn', withResource: true, withCondition: true, markerText: 'here' } as const
  arm(setup, { log })
  arm(setup, { log: { severity: 'info', withResource: false, withCondition: false } })
  setup.state.value = 2
  await setup.clock.advance(200)
  const { logs } = setup.tree.get('component', 'bms').facets
  const entries = (await logs?.entries({}, { signal: new AbortController().signal })) ?? []
  const [first, second] = entries.filter(({ source }) => source === 'trigger')
  assert.equal(first?.severity, 'warn')
  assert.equal(first?.message, 'here')
  assert.deepEqual(first?.data, {
    resource: '/components/bms/data/soc',
    value: { id: 'soc', data: 2 },
    condition: { type: 'OnChange' },
    path: '/data',
  })
  assert.equal(second?.message, 'trigger id2 fired on /components/bms/data/soc')
  assert.equal(second?.data, undefined)
})

const refused: readonly (readonly [what: string, request: Partial<TriggerRequest>, code: string, target: string])[] = [
  ['a path that is none', { path: 'data' }, 'invalid-request', 'body/path'],
  ['a path to nothing', { path: '/data/deep' }, 'invalid-request', 'body/path'],
  [
    'a range of what is no number',
    { path: '/id', condition: { type: 'EnterRange', lowerBound: 1, upperBound: 2 } },
    'invalid-request',
    'body/path',
  ],
  [
    'a range without a number in it',
    { condition: { type: 'EnterRange', lowerBound: 2, upperBound: 1 } },
    'invalid-request',
    'body/trigger_condition',
  ],
  ['a lifetime that is too short', { lifetimeSeconds: 0 }, 'invalid-request', 'body/lifetime'],
]
for (const [what, request, code, target] of refused) {
  test(`${what} is refused, and nothing is watched for it`, async () => {
    const setup = await observation()
    assert.throws(() => arm(setup, request), { code, target })
    assert.equal(setup.bus.watched, 0)
    assert.deepEqual(setup.bus.triggers.list(setup.entity), [])
  })
}

test('there are as many as may be, and those that are over make room', async () => {
  const setup = await observation({ maxTriggers: 2 })
  arm(setup, { multishot: false })
  arm(setup)
  assert.throws(() => arm(setup), { code: 'unavailable' })
  setup.state.value = 2
  await setup.clock.advance(200)
  arm(setup)
  assert.throws(() => arm(setup), { code: 'unavailable' })
})

test('ends with the lock that it was made under', async () => {
  const setup = await observation()
  const lock = setup.locks.acquire(setup.entity, { subject: 'ann' })
  const bound = arm(setup, {}, 'ann')
  const free = arm(setup, {}, 'bob')
  setup.locks.release({ target: setup.entity, id: lock.id }, { subject: 'ann' })
  await settle()
  await settle()
  assert.equal(bound.reader.isOver, true)
  assert.deepEqual(
    setup.bus.triggers.list(setup.entity).map(({ id }) => id),
    [free.id],
  )
})

function memoryStore(kept: readonly StoredTrigger[] = []) {
  const store = {
    kept,
    failure: undefined as Error | undefined,
    load: () => store.kept,
    save(triggers: readonly StoredTrigger[]) {
      if (store.failure) throw store.failure
      store.kept = JSON.parse(JSON.stringify(triggers))
    },
  }
  return store satisfies TriggerStore
}

test('a persistent trigger is there again after a restart, until its time is up', async () => {
  const store = memoryStore()
  const before = await observation({}, store)
  const { id } = arm(before, { persistent: true, lifetimeSeconds: 100 })
  arm(before, { lifetimeSeconds: 100 })
  assert.equal(store.kept.length, 1)
  await before.close()
  assert.equal(store.kept.length, 1, 'the end of the program is not the end of the trigger')
  const after = await observation({}, store)
  after.state.error = new SovdError('not-found', 'not there yet')
  const find = () => ({ observed: after.observed, format: FORMAT })
  after.bus.triggers.restore(find)
  await after.clock.advance(2000)
  assert.equal(after.bus.triggers.get(after.entity, id).status, 'active')
  after.state.error = undefined
  await after.clock.advance(2000)
  after.state.value = 7
  await after.clock.advance(200)
  const events = after.reading(after.bus.triggers.read(after.entity, id, {}, () => {})).events()
  assert.deepEqual(events.at(-1), { payload: { id: 'soc', data: 7 } })
  await after.clock.advance(100_000)
  assert.deepEqual(store.kept, [])
})

test('a persistent trigger that fired its only shot, or was deleted, is not kept', async () => {
  const store = memoryStore()
  const setup = await observation({}, store)
  arm(setup, { persistent: true, multishot: false })
  const { id } = arm(setup, { persistent: true })
  assert.equal(store.kept.length, 2)
  setup.state.value = 2
  await setup.clock.advance(200)
  assert.deepEqual(
    store.kept.map((each) => each.id),
    [id],
  )
  setup.bus.triggers.delete(setup.entity, id)
  assert.deepEqual(store.kept, [])
})

test('persistent triggers are refused where they cannot be kept, and for what is not there to stay', async () => {
  const homeless = await observation()
  assert.throws(() => arm(homeless, { persistent: true }), { code: 'not-implemented' })
  const store = memoryStore()
  const setup = await observation({}, store)
  const observed = { ...setup.observed, isTemporary: true }
  assert.throws(() => arm(setup, { persistent: true, observed }), {
    code: 'invalid-request',
    target: 'body/persistent',
  })
  setup.locks.acquire(setup.entity, { subject: 'ann' })
  assert.throws(() => arm(setup, { persistent: true }, 'ann'), { code: 'invalid-request', target: 'body/persistent' })
  store.failure = new Error('disk full')
  assert.throws(() => arm(setup, { persistent: true }), { code: 'unavailable' })
  assert.deepEqual(setup.bus.triggers.list(setup.entity), [])
})
