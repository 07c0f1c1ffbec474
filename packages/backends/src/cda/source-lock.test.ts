import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { FLXC1000, SAMPLE_ECU } from './testing/ecu-model.ts'
import { context, runCda } from './testing/running-backend.ts'

const ECU = 'ecu/flxc1000 gateway'

test('what the adapter wants a lock for is done under one that is gone afterwards', async () => {
  await using cda = await runCda()
  await cda.facet('faults').clearAll?.(context())
  assert.deepEqual(
    cda.news().map((each) => each.replace(/[0-9a-f-]{36}/, 'id')),
    ['POST /components/flxc1000/locks', 'DELETE /components/flxc1000/faults', 'DELETE /components/flxc1000/locks/id'],
  )
  assert.deepEqual(cda.double.locks.all, [])
})

test('reading takes no lock', async () => {
  await using cda = await runCda()
  await cda.facet('faults').list(context())
  await cda.facet('data').read('vindataidentifier', context())
  assert.deepEqual(cda.news(), ['GET /components/flxc1000/faults', 'GET /components/flxc1000/data/vindataidentifier'])
})

test('a mode lasts as long as the automatic lock, and each change of a mode restarts that', async () => {
  const clock = new FakeClock()
  await using cda = await runCda({ automaticLockSeconds: 30, timeoutMs: 5000 }, {}, clock)
  const { modes } = cda.double.ecu('flxc1000')
  await cda.facet('modes').set('session', 'extended', context())
  await clock.advance(25_000)
  await cda.facet('modes').set('dtcsetting', 'off', context())
  assert.equal(modes.session, 'Extended')
  await clock.advance(30_000)
  assert.deepEqual(cda.double.locks.all, [ECU])
  await clock.advance(10_000)
  assert.deepEqual(cda.double.locks.all, [])
  assert.equal(modes.session, 'Default')
})

test('what is done while a mode lasts does not end it', async () => {
  await using cda = await runCda()
  await cda.facet('modes').set('session', 'extended', context())
  assert.deepEqual(cda.double.locks.all, [ECU])
  await cda.facet('faults').clearAll?.(context())
  assert.deepEqual(cda.double.locks.all, [ECU])
})

test('without automatic locks a client must have one', async () => {
  await using cda = await runCda({ automaticLockSeconds: 0 })
  const message = /lock the entity first/
  await assert.rejects(cda.facet('modes').set('session', 'extended', context()), { code: 'conflict', message })
  assert.deepEqual(cda.news(), [])
  await cda.facet('locks').acquire(60, context())
  await cda.facet('modes').set('session', 'extended', context())
  assert.equal(cda.double.ecu('flxc1000').modes.session, 'Extended')
})

test('the lock of a client stays from request to request and goes when it is released', async () => {
  await using cda = await runCda()
  const locks = cda.facet('locks')
  await locks.acquire(60, context())
  await cda.facet('faults').clearAll?.(context())
  await cda.facet('modes').set('session', 'extended', context())
  assert.deepEqual(cda.double.locks.all, [ECU])
  assert.equal(cda.news().filter((each) => each.startsWith('POST')).length, 1)
  await locks.release(context())
  assert.deepEqual(cda.double.locks.all, [])
  assert.equal(cda.double.ecu('flxc1000').modes.session, 'Default')
  await locks.release(context())
})

test('taking a lock again makes it last from now on', async () => {
  const clock = new FakeClock()
  await using cda = await runCda({}, {}, clock)
  const locks = cda.facet('locks')
  await locks.acquire(60, context())
  await clock.advance(50_000)
  await locks.acquire(60, context())
  await clock.advance(50_000)
  assert.deepEqual(cda.double.locks.all, [ECU])
  await clock.advance(10_000)
  assert.deepEqual(cda.double.locks.all, [])
})

test('a lock of another client is a conflict, for the lock and for what wants one', async () => {
  await using cda = await runCda()
  cda.double.locks.take('ecu/flxc1000', 'tester')
  const refusal = { code: 'conflict', message: 'the adapter gives no lock: lock validation failed' }
  await assert.rejects(cda.facet('locks').acquire(60, context()), refusal)
  await assert.rejects(cda.facet('faults').clearAll?.(context()) ?? Promise.resolve(), refusal)
  assert.deepEqual(cda.double.locks.all, ['ecu/flxc1000 tester'])
})

test('a lock of another client on another ECU is a conflict as well', async () => {
  await using cda = await runCda({}, { ecus: [FLXC1000, SAMPLE_ECU] })
  await cda.facet('locks').acquire(60, context())
  cda.double.locks.take('ecu/bms', 'tester')
  await assert.rejects(cda.facet('modes').set('session', 'extended', context()), {
    code: 'conflict',
    message: 'another client of the adapter has a lock: lock validation failed',
  })
})

test('a lock that another client took since is a conflict', async () => {
  await using cda = await runCda()
  await cda.facet('locks').acquire(60, context())
  cda.double.locks.forget()
  cda.double.locks.take('ecu/flxc1000', 'tester')
  await assert.rejects(cda.facet('faults').clearAll?.(context()) ?? Promise.resolve(), { code: 'conflict' })
})

test('a lock on a functional group keeps locks from ECUs', async () => {
  await using cda = await runCda({}, { groups: { Body: ['flxc1000'] } })
  await cda.facet('locks', 'function', 'body').acquire(60, context())
  await assert.rejects(cda.facet('locks').acquire(60, context()), {
    code: 'conflict',
    message: /functional lock prevents setting ecu lock/,
  })
})

test('a lock that the adapter forgot is taken again', async () => {
  await using cda = await runCda()
  await cda.facet('locks').acquire(60, context())
  cda.double.locks.forget()
  await cda.facet('modes').set('session', 'extended', context())
  assert.deepEqual(cda.double.locks.all, [ECU])
  assert.equal(cda.double.ecu('flxc1000').modes.session, 'Extended')
})

test('a lock that was asked for by a client who went away is given back', async () => {
  await using cda = await runCda()
  const locks = cda.facet('locks')
  const gone = new AbortController()
  const asked = locks.acquire(60, context(gone.signal))
  gone.abort(new Error('gone'))
  await assert.rejects(asked, { message: 'gone' })
  await locks.release(context())
  assert.deepEqual(cda.double.locks.all, [])
})

test('a lock of which the answer was lost is found and given back', async () => {
  await using cda = await runCda({ timeoutMs: 300 })
  const { double } = cda
  double.intercept = ({ method, url }) => {
    if (method !== 'POST' || !url.endsWith('/locks')) return undefined
    double.intercept = () => undefined
    double.locks.take('ecu/flxc1000', 'gateway')
    return { status: 200, body: { nonsense: true } }
  }
  const locks = cda.facet('locks')
  await assert.rejects(locks.acquire(60, context()), { code: 'bad-gateway' })
  assert.deepEqual(double.locks.all, [ECU])
  await locks.release(context())
  assert.deepEqual(double.locks.all, [])
})

test('requests at the same time share a lock, and the last of them releases it', async () => {
  await using cda = await runCda()
  const faults = cda.facet('faults')
  await Promise.all(Array.from({ length: 8 }, () => faults.clearAll?.(context())))
  const news = cda.news()
  assert.equal(news.filter((each) => each.startsWith('DELETE /components/flxc1000/faults')).length, 8)
  assert.deepEqual(cda.double.locks.all, [])
})
