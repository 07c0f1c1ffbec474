import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { createClimate } from './climate.ts'
import { seededRandom } from './simulation/random.ts'
import { sovdError, testerOf } from './testing/tester.ts'

const MINUTE = 60_000
const STEP_MS = 500

function setUp() {
  const clock = new FakeClock()
  const climate = createClimate({ clock, log: silentLogger })
  const random = seededRandom(1)
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += STEP_MS) climate.step(STEP_MS, random)
  }
  return { clock, tester: testerOf(climate.entity), pass }
}

const refused: [id: string, value: Json, message: RegExp][] = [
  ['target-temp', 15.9, /'target-temp' takes a number from 16 to 28 °C, not 15.9/],
  ['target-temp', 28.5, /'target-temp' takes a number from 16 to 28 °C/],
  ['target-temp', '23', /'target-temp' takes a number from 16 to 28 °C, not "23"/],
  ['target-temp', null, /'target-temp' takes a number/],
  ['fan-speed', 8, /'fan-speed' takes an integer from 0 to 7, not 8/],
  ['fan-speed', -1, /'fan-speed' takes an integer from 0 to 7/],
  ['fan-speed', 2.5, /'fan-speed' takes an integer from 0 to 7/],
  ['fan-speed', { speed: 2 }, /'fan-speed' takes an integer from 0 to 7/],
]

for (const [id, value, message] of refused) {
  test(`${id} refuses ${JSON.stringify(value)} and keeps its value`, async () => {
    const { tester } = setUp()
    const before = await tester.read(id)
    await assert.rejects(tester.write(id, value), sovdError('invalid-request', message))
    assert.equal(await tester.read(id), before)
  })
}

test('target and fan take every value in their ranges in the default session', async () => {
  const { tester } = setUp()
  for (const value of [16, 23, 22.75, 28]) {
    await tester.write('target-temp', value)
    assert.equal(await tester.read('target-temp'), value)
  }
  for (const value of [0, 7]) {
    await tester.write('fan-speed', value)
    assert.equal(await tester.read('fan-speed'), value)
  }
  await assert.rejects(tester.write('cabin-temp', 20), sovdError('forbidden', /^Data item is read-only$/))
})

test('the cabin follows the target that was written, faster with more fan', async () => {
  const slow = setUp()
  const fast = setUp()
  for (const { tester, pass } of [slow, fast]) {
    await tester.write('target-temp', 26)
    if (tester === fast.tester) await tester.write('fan-speed', 7)
    pass(MINUTE)
  }
  const temperature = async ({ tester }: typeof slow) => Number(await tester.read('cabin-temp'))
  assert.ok((await temperature(fast)) > (await temperature(slow)))
  assert.ok((await temperature(slow)) > 22.3)
  slow.pass(20 * MINUTE)
  assert.ok(Math.abs((await temperature(slow)) - 26) < 0.3)
})

test('the comfort profile is written in the extended session only, and decides how fast the cabin follows', async () => {
  const normal = setUp()
  const boost = setUp()
  assert.deepEqual(await boost.tester.parameters(), { 'comfort-profile': 'normal' })
  await assert.rejects(
    boost.tester.writeParameter('comfort-profile', 'boost'),
    sovdError('conflict', /needs mode 'extended'; 'climate' is in 'default'/),
  )
  await boost.tester.setMode('extended')
  await assert.rejects(
    boost.tester.writeParameter('comfort-profile', 'arctic'),
    sovdError('invalid-request', /'comfort-profile' takes one of 'eco', 'normal', 'boost', not "arctic"/),
  )
  await boost.tester.writeParameter('comfort-profile', 'boost')
  assert.deepEqual(await boost.tester.parameters(), { 'comfort-profile': 'boost' })
  for (const { tester, pass } of [normal, boost]) {
    await tester.write('target-temp', 16)
    pass(2 * MINUTE)
  }
  assert.ok(Number(await boost.tester.read('cabin-temp')) < Number(await normal.tester.read('cabin-temp')))
})

test('dust makes a fault in time, and the recirculation of 4 s heals it', async () => {
  const { clock, tester, pass } = setUp()
  assert.deepEqual(await tester.faults(), [])
  pass(60 * MINUTE)
  assert.equal(await tester.faultStatus('climate-f001'), 'active')
  const id = await tester.start('recirculate')
  await clock.advance(3999)
  assert.deepEqual(await tester.state('recirculate', id), { status: 'running', progress: 99 })
  await clock.advance(1)
  const state = await tester.state('recirculate', id)
  assert.equal(state.status, 'completed')
  pass(STEP_MS)
  assert.equal(await tester.faultStatus('climate-f001'), 'passive')
})
