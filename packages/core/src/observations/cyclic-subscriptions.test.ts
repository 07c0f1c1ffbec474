import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import { observation } from '../events/testing/observation.ts'

test('tells a resource again and again at its interval, while somebody reads', async () => {
  const { bus, clock, subscribe, read, state } = await observation()
  const subscription = subscribe({ interval: 'normal' })
  await clock.advance(1000)
  assert.equal(state.reads, 0)
  const reader = read(subscription.id)
  await clock.advance(1000)
  const events = reader.events()
  assert.deepEqual(
    events,
    Array.from({ length: 6 }, () => ({ payload: { id: 'soc', data: 1 } })),
  )
  reader.close()
  await clock.advance(1000)
  assert.equal(state.reads, 6)
  assert.equal(bus.watched, 0)
})

test('subscriptions of one resource share a look at it, and each is told at its own interval', async () => {
  const { clock, subscribe, read, state } = await observation()
  const [fast, slow] = [read(subscribe({ interval: 'fast' }).id), read(subscribe({ interval: 'slow' }).id)]
  await clock.advance(1000)
  assert.equal(state.reads, 21)
  assert.equal(fast.events().length, 21)
  assert.equal(slow.events().length, 3)
})

test('a failure is told once, until it is over', async () => {
  const { clock, subscribe, read, state } = await observation()
  state.error = new SovdError('gateway-timeout', 'silent')
  const reader = read(subscribe({ interval: 'fast' }).id)
  await clock.advance(5000)
  state.error = undefined
  await clock.advance(1000)
  const events = reader.events()
  assert.deepEqual(
    events.slice(0, 2).map((event) => Object.keys(event)),
    [['error'], ['payload']],
  )
})

test('ends with its duration, can be read for a while, and is then forgotten', async () => {
  const { bus, clock, subscribe, read, entity } = await observation({ retainMs: 60_000 })
  const { id, expires } = subscribe({ durationSeconds: 2 })
  assert.equal(expires, new Date(clock.now() + 2000).toISOString())
  const reader = read(id)
  await clock.advance(2000)
  reader.events()
  assert.equal(reader.isOver, true)
  assert.equal(bus.subscriptions.get(entity, id).expires, expires)
  assert.throws(() => bus.subscriptions.update(entity, id, { durationSeconds: 5 }), { code: 'conflict' })
  await clock.advance(60_000)
  assert.throws(() => bus.subscriptions.get(entity, id), { code: 'not-found' })
})

test('a new duration counts from now on, and a new interval from the next event on', async () => {
  const { bus, clock, subscribe, read, entity } = await observation()
  const { id } = subscribe({ durationSeconds: 2, interval: 'fast' })
  const reader = read(id)
  await clock.advance(1000)
  reader.events()
  bus.subscriptions.update(entity, id, { durationSeconds: 3, interval: 'slow' })
  await clock.advance(2500)
  assert.ok([5, 6].includes(reader.events().length))
  assert.equal(reader.isOver, false)
  await clock.advance(501)
  assert.equal(reader.isOver, true)
})

for (const durationSeconds of [0, 0.5, -1, 86_401, Number.NaN]) {
  test(`a duration of ${durationSeconds} s is refused`, async () => {
    const { subscribe } = await observation()
    assert.throws(() => subscribe({ durationSeconds }), { code: 'invalid-request', target: 'duration' })
  })
}

test('there are 10 000 subscriptions and not one more, until one is over', async () => {
  const { bus, subscribe, entity } = await observation()
  const [first] = Array.from({ length: 10_000 }, () => subscribe({}))
  assert.throws(() => subscribe({}), { code: 'unavailable', retryAfterSeconds: 10 })
  bus.subscriptions.delete(entity, first?.id ?? '')
  subscribe({})
  assert.throws(() => subscribe({}), { code: 'unavailable' })
})

test('what is subscribed under a lock ends with it, and nothing else does', async () => {
  const { bus, locks, subscribe, read, entity } = await observation()
  const [free] = [subscribe({})]
  const lock = locks.acquire(entity, { subject: 'ann' }, { scopes: ['data'] })
  const bound = subscribe({}, { subject: 'ann' })
  const others = subscribe({}, { subject: 'bob' })
  const reader = read(bound.id)
  locks.release({ target: entity, id: lock.id }, { subject: 'ann' })
  await settle()
  await settle()
  reader.events()
  assert.equal(reader.isOver, true)
  assert.deepEqual(
    bus.subscriptions.list(entity).map(({ id }) => id),
    [free.id, others.id],
  )
})
