import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { type CallContext, facetOf, type LifecycleRequest } from '@opensovd/core'
import { createBms } from './bms.ts'
import { STARTING_MS } from './power.ts'
import { seededRandom } from './simulation/random.ts'
import { sovdError, testerOf } from './testing/tester.ts'

const context: CallContext = { signal: new AbortController().signal }

function setUp() {
  const clock = new FakeClock()
  const bms = createBms({ clock, log: silentLogger })
  const lifecycle = facetOf(bms.entity, 'lifecycle')
  const app = bms.apps.find(({ id }) => id === 'battery-care')
  assert.ok(app)
  return {
    clock,
    bms,
    tester: testerOf(bms.entity),
    app: facetOf(app, 'data'),
    logs: facetOf(bms.entity, 'logs'),
    clearData: facetOf(bms.entity, 'clearData'),
    status: () => lifecycle.status(context),
    request: (request: LifecycleRequest) => lifecycle.request(request, undefined, context),
  }
}

test('after a restart an ECU answers nothing for a while, and then is in its default modes', async () => {
  const { clock, tester, app, status, request } = setUp()
  await tester.setMode('extended')
  await tester.setMode('off', 'dtcsetting')
  await request('restart')
  assert.equal(await status(), 'notReady')
  await clock.advance(STARTING_MS / 2)
  await assert.rejects(tester.read('soc'), sovdError('unavailable', /^'bms' is starting$/))
  await assert.rejects(app.list(context), sovdError('unavailable', /^'bms' is starting$/))
  await clock.advance(STARTING_MS / 2)
  assert.equal(await status(), 'ready')
  assert.equal(await tester.read('soc'), 78.5)
  assert.deepEqual(
    (await tester.modes()).map(({ value }) => value),
    ['default', 'on'],
  )
})

test('only a forced restart interrupts an operation, which fails', async () => {
  const { clock, tester, request } = setUp()
  const id = await tester.start('self-test')
  for (const polite of ['restart', 'shutdown'] as const) {
    await assert.rejects(request(polite), sovdError('conflict', new RegExp(`only force-${polite} interrupts it`)))
  }
  await request('force-restart')
  await clock.advance(STARTING_MS)
  assert.deepEqual(await tester.state('self-test', id), { status: 'failed', error: "'bms' was restarted", progress: 0 })
})

test('an ECU that was shut down stays so until it is started', async () => {
  for (const shutdown of ['shutdown', 'force-shutdown'] as const) {
    const { clock, tester, status, request } = setUp()
    await assert.rejects(request('start'), sovdError('conflict', /was started already/))
    await request(shutdown)
    await clock.advance(10 * STARTING_MS)
    assert.equal(await status(), 'notReady')
    await assert.rejects(tester.read('soc'), sovdError('unavailable', /^'bms' is shut down$/))
    for (const other of ['restart', 'force-restart', 'shutdown', 'force-shutdown'] as const) {
      await assert.rejects(request(other), sovdError('conflict', /is shut down/))
    }
    await request('start')
    await clock.advance(STARTING_MS)
    assert.equal(await status(), 'ready')
  }
})

test('what starts is restarted or shut down by force only', async () => {
  const { clock, status, request } = setUp()
  await request('restart')
  await clock.advance(STARTING_MS / 2)
  await assert.rejects(request('restart'), sovdError('conflict', /is starting/))
  await request('force-restart')
  await clock.advance(STARTING_MS / 2)
  assert.equal(await status(), 'notReady')
  await request('force-shutdown')
  await clock.advance(STARTING_MS)
  assert.equal(await status(), 'notReady')
  assert.equal(clock.pending, 0)
})

test('nothing is measured and no timer is left of an ECU that is down', async () => {
  const { clock, bms, app, status, request } = setUp()
  await request('shutdown')
  for (let step = 0; step < 1000; step++) bms.step(500, seededRandom(1))
  await request('start')
  await clock.advance(STARTING_MS)
  assert.equal((await app.read('learned-capacity', context)).value, 187.5)
  assert.equal(await status(), 'ready')
  await request('restart')
  bms[Symbol.dispose]()
  assert.equal(clock.pending, 0)
})

test('what was learned and what was cached is forgotten apart, and learned again with time', async () => {
  const { bms, app, clearData } = setUp()
  const read = async (id: string) => (await app.read(id, context)).value
  assert.deepEqual([await read('learned-capacity'), await read('peak-cell-temp')], [187.5, 41.2])
  await clearData.clear('learned-data', () => {}, context)
  assert.deepEqual([await read('learned-capacity'), await read('peak-cell-temp')], [200, 41.2])
  await clearData.clear('cached-data', () => {}, context)
  assert.deepEqual([await read('learned-capacity'), await read('peak-cell-temp')], [200, 34.1])
  const random = seededRandom(1)
  for (let step = 0; step < 24 * 120; step++) bms.step(30_000, random)
  assert.ok(Number(await read('learned-capacity')) < 191)
})

test('the log of an ECU tells what happened to it', async () => {
  const { clock, tester, clearData, logs, request } = setUp()
  await tester.setMode('extended')
  await clearData.clear('cached-data', () => {}, context)
  await request('restart')
  await clock.advance(STARTING_MS)
  const entries = await logs.entries({}, context)
  assert.deepEqual(
    entries.map(({ severity, message }) => `${severity} ${message}`),
    [
      "info 'bms' is ready",
      "info entered session 'extended'",
      'info forgot the highest temperature of a cell',
      "warn 'bms' was restarted",
      "info entered session 'default'",
      "info 'bms' is ready",
    ],
  )
  assert.equal((await logs.entries({ severity: 'warn' }, context)).length, 1)
})
