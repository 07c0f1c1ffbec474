import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { DTC_SETTING } from '@opensovd/core'
import { createBms } from './bms.ts'
import { CONFIRMED_AFTER_MS, STORED_AFTER_MS } from './fault-memory.ts'
import { seededRandom } from './simulation/random.ts'
import { sovdError, testerOf } from './testing/tester.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const STEP_MS = 500

function setUp(seed = 1) {
  const clock = new FakeClock()
  const bms = createBms({ clock, log: silentLogger })
  const random = seededRandom(seed)
  const tester = testerOf(bms.entity)
  /** Lets time pass for what the ECU measures; the clock stands still. */
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += STEP_MS) bms.step(STEP_MS, random)
  }
  const run = async (operation: string) => {
    const id = await tester.start(operation)
    await clock.advance(10_000)
    const state = await tester.state(operation, id)
    assert.equal(state.status, 'completed')
    assert.ok(isJsonObject(state.result))
    return state.result
  }
  return { clock, tester, pass, run }
}

test('measurements are read-only', async () => {
  const { tester } = setUp()
  for (const id of ['soc', 'voltage', 'cell-temp-max']) {
    await assert.rejects(tester.write(id, 50), sovdError('forbidden', /^Data item is read-only$/))
  }
  assert.equal(await tester.read('soc'), 78.5)
})

test('the charge limit takes an integer from 50 to 100 in the default session', async () => {
  const { tester } = setUp()
  await tester.write('charge-limit', 90)
  assert.equal(await tester.read('charge-limit'), 90)
  for (const value of [49, 101, 80.5, '80', null, true, [80]]) {
    await assert.rejects(
      tester.write('charge-limit', value),
      sovdError('invalid-request', /'charge-limit' takes an integer from 50 to 100 %/),
    )
  }
  assert.equal(await tester.read('charge-limit'), 90)
})

test('unknown data is not found', async () => {
  const { tester } = setUp()
  await assert.rejects(tester.read('odometer'), sovdError('not-found', /^Data 'odometer' not found$/))
  await assert.rejects(tester.write('odometer', 0), sovdError('not-found', /^Data 'odometer' not found$/))
})

test('the battery is charged to the limit that was written', async () => {
  const { tester, pass } = setUp()
  await tester.write('charge-limit', 50)
  let highest = 0
  for (let minute = 0; minute < 10 * 60; minute++) {
    pass(MINUTE)
    const soc = Number(await tester.read('soc'))
    if (minute > 6 * 60) highest = Math.max(highest, soc)
  }
  assert.ok(highest > 45 && highest <= 50.1, `${highest}`)
})

test('readings have one decimal', async () => {
  const { tester, pass } = setUp()
  for (let round = 0; round < 50; round++) {
    pass(10_000)
    for (const id of ['soc', 'voltage', 'cell-temp-max']) assert.match(String(await tester.read(id)), /^\d+(\.\d)?$/)
  }
})

test('the imbalance heals when the cells were balanced, and returns as they drift apart', async () => {
  const { tester, pass, run } = setUp()
  pass(5 * MINUTE)
  assert.equal(await tester.faultStatus('bms-f001'), 'active')
  await tester.setMode('extended')
  const result = await run('cell-balance')
  assert.ok(Number(result.spreadBeforeMillivolts) > 20 && Number(result.spreadAfterMillivolts) < 10)
  assert.equal(await tester.faultStatus('bms-f001'), 'active')
  pass(STEP_MS)
  assert.equal(await tester.faultStatus('bms-f001'), 'passive')
  pass(10 * MINUTE)
  assert.equal(await tester.faultStatus('bms-f001'), 'passive')
  pass(20 * MINUTE)
  assert.equal(await tester.faultStatus('bms-f001'), 'active')
})

test('a cleared imbalance returns while the cells are apart, and not after they were balanced', async () => {
  const { tester, pass, run } = setUp()
  await tester.clearFaults()
  assert.deepEqual(await tester.faults(), [])
  pass(STORED_AFTER_MS + CONFIRMED_AFTER_MS + 4 * STEP_MS)
  assert.equal(await tester.faultStatus('bms-f001'), 'active')
  await tester.setMode('extended')
  await run('cell-balance')
  await tester.clearFault('bms-f001')
  pass(5 * MINUTE)
  assert.deepEqual(await tester.faults(), [])
})

test('with the DTC setting off no fault is stored and none heals, but faults can be cleared', async () => {
  const { tester, pass, run } = setUp()
  await tester.setMode('extended')
  await run('cell-balance')
  await tester.setMode('off', DTC_SETTING)
  pass(MINUTE)
  assert.equal(await tester.faultStatus('bms-f001'), 'active')
  await tester.clearFaults()
  pass(2 * HOUR)
  assert.deepEqual(await tester.faults(), [])
  await tester.setMode('on', DTC_SETTING)
  pass(MINUTE)
  assert.equal(await tester.faultStatus('bms-f001'), 'active')
})

test('over days an over-temperature appears and heals', async () => {
  const { tester, pass } = setUp(3)
  const seen: unknown[] = []
  for (let minute = 0; minute < 72 * 60; minute++) {
    pass(MINUTE)
    const status = await tester.faultStatus('bms-f002')
    if (seen.at(-1) !== status) seen.push(status)
  }
  assert.ok(seen.includes('active') && seen.includes('passive'), String(seen))
  assert.ok(seen.filter((status) => status === 'active').length < 20, 'it is an exception')
})

test('the self-test reports what it measured', async () => {
  const { tester, run } = setUp()
  const result = await run('self-test')
  assert.equal(result.success, true)
  assert.equal(result.message, "Operation 'self-test' completed on 'bms'")
  assert.deepEqual(result.cellBalance, { passed: false, spreadMillivolts: 34 })
  assert.ok(isJsonObject(result.isolation) && result.isolation.passed === true)
  await tester.setMode('extended')
  await run('cell-balance')
  const after = await run('self-test')
  assert.ok(isJsonObject(after.cellBalance) && after.cellBalance.passed === true)
})

test('the self-test takes 5 s and runs in the default session, the balancing takes 10 s and needs the extended one', async () => {
  const { clock, tester } = setUp()
  const selfTest = await tester.start('self-test', { any: 'parameters' })
  await assert.rejects(tester.start('cell-balance'), sovdError('conflict', /needs mode 'extended'/))
  await tester.setMode('extended')
  const balance = await tester.start('cell-balance')
  await clock.advance(2500)
  assert.deepEqual(await tester.state('self-test', selfTest), { status: 'running', progress: 50 })
  assert.deepEqual(await tester.state('cell-balance', balance), { status: 'running', progress: 25 })
  await clock.advance(2500)
  assert.equal((await tester.state('self-test', selfTest)).status, 'completed')
  await tester.setMode('programming')
  assert.equal((await tester.state('cell-balance', balance)).status, 'failed')
  await assert.rejects(tester.start('self-test'), sovdError('conflict', /needs mode 'default' or 'extended'/))
})

test('the balance threshold is written in the extended session only, and decides what is a fault', async () => {
  const { tester, pass } = setUp()
  const name = 'cell-balance-threshold-mv'
  await assert.rejects(tester.writeParameter(name, 50), sovdError('conflict', /needs mode 'extended'/))
  assert.deepEqual(await tester.parameters(), { [name]: 20 })
  await tester.setMode('extended')
  for (const value of [4, 101, 20.5, '20', null]) {
    await assert.rejects(
      tester.writeParameter(name, value),
      sovdError('invalid-request', /takes an integer from 5 to 100 mV/),
    )
  }
  await assert.rejects(
    tester.writeParameter('colour', 1),
    sovdError('not-found', /'colour'.*'cell-balance-threshold-mv'/),
  )
  await tester.writeParameter(name, 80)
  assert.deepEqual(await tester.parameters(), { [name]: 80 })
  pass(STEP_MS)
  assert.equal(await tester.faultStatus('bms-f001'), 'passive')
})

test('any request keeps the session alive', async () => {
  const { clock, tester } = setUp()
  const requests = [
    () => tester.read('soc'),
    () => tester.items(),
    () => tester.faults(),
    () => tester.operations(),
    () => tester.parameters(),
    () => tester.modes(),
  ]
  const session = async () => (await tester.modes())[0]?.value
  await tester.setMode('extended')
  for (const request of requests) {
    await clock.advance(4 * MINUTE)
    await request()
  }
  assert.equal(await session(), 'extended')
  await clock.advance(5 * MINUTE)
  assert.equal(await session(), 'default')
})
