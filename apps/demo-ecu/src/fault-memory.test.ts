import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { aggregatedStatus } from '@opensovd/core'
import { CONFIRMED_AFTER_MS, FaultMemory, FORGOTTEN_AFTER_MS, type Monitor, STORED_AFTER_MS } from './fault-memory.ts'
import { sovdError } from './testing/tester.ts'

const STEP_MS = 500
/** A stage of a given length ends with the step after it is full, and the next one begins there. */
const SLACK_MS = 2 * STEP_MS

function setUp(options: { stored?: true } = {}) {
  const world = { reading: 0 }
  const fault = { id: 'f1', code: 'P0001', name: 'Too Much', severity: 2 } as const
  const monitor: Monitor = { fault, fails: (failed) => world.reading > (failed ? 8 : 10), ...options }
  const memory = new FaultMemory({
    ecuId: 'ecu',
    monitors: [monitor],
    freezeFrame: () => ({ reading: world.reading }),
    log: silentLogger,
  })
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += STEP_MS) memory.step(STEP_MS)
  }
  const status = async () => {
    const [fault] = await memory.list()
    return fault && aggregatedStatus(fault.status)
  }
  return { world, memory, pass, status }
}

test('a condition that holds is stored as pending, then confirmed as active', async () => {
  const { world, memory, pass, status } = setUp()
  world.reading = 11
  pass(STORED_AFTER_MS - STEP_MS)
  assert.equal(await status(), undefined)
  pass(SLACK_MS)
  assert.equal(await status(), 'pending')
  pass(CONFIRMED_AFTER_MS + SLACK_MS)
  assert.equal(await status(), 'active')
  // What UDS makes of a confirmed trouble code whose last test failed.
  const { status: bits } = await memory.read('f1')
  assert.deepEqual([bits.testFailed, bits.pendingDTC, bits.confirmedDTC], ['1', '1', '1'])
})

test('a condition that ends before it is confirmed leaves nothing behind', async () => {
  const { world, pass, status } = setUp()
  world.reading = 11
  pass(STORED_AFTER_MS / 2)
  world.reading = 0
  pass(STEP_MS)
  world.reading = 11
  pass(STORED_AFTER_MS - STEP_MS)
  assert.equal(await status(), undefined)
  pass(SLACK_MS)
  assert.equal(await status(), 'pending')
  world.reading = 0
  pass(STEP_MS)
  assert.equal(await status(), undefined)
})

test('a healed fault is passive until it is forgotten', async () => {
  const { world, memory, pass, status } = setUp({ stored: true })
  world.reading = 7
  pass(STEP_MS)
  assert.equal(await status(), 'passive')
  const { status: bits } = await memory.read('f1')
  assert.deepEqual([bits.testFailed, bits.pendingDTC, bits.confirmedDTC], ['0', '0', '1'])
  pass(FORGOTTEN_AFTER_MS - STEP_MS)
  assert.equal(await status(), 'passive')
  pass(SLACK_MS)
  assert.equal(await status(), undefined)
})

test('between the limits a fault stays as it is', async () => {
  const { world, pass, status } = setUp({ stored: true })
  world.reading = 9
  pass(60_000)
  assert.equal(await status(), 'active')
  world.reading = 7
  pass(STEP_MS)
  world.reading = 9
  pass(60_000)
  assert.equal(await status(), 'passive')
  world.reading = 11
  pass(STEP_MS)
  assert.equal(await status(), 'active')
})

test('a cleared fault returns only when its condition has held as long as for a new one', async () => {
  const { world, memory, pass, status } = setUp({ stored: true })
  world.reading = 11
  await memory.clearAll()
  assert.deepEqual(await memory.list(), [])
  pass(STORED_AFTER_MS - STEP_MS)
  assert.equal(await status(), undefined)
  pass(SLACK_MS)
  assert.equal(await status(), 'pending')
  await memory.clear('f1')
  world.reading = 0
  pass(10 * STORED_AFTER_MS)
  assert.equal(await status(), undefined)
})

test('a fault that is not stored can be neither read nor cleared', async () => {
  const { world, memory, pass } = setUp()
  world.reading = 11
  pass(STEP_MS)
  await assert.rejects(memory.read('f1'), sovdError('not-found', /Fault 'f1' not found for component 'ecu'/))
  await assert.rejects(memory.clear('f1'), sovdError('not-found', /Fault 'f1' not found for component 'ecu'/))
  await assert.rejects(memory.read('f2'), sovdError('not-found', /Fault 'f2'/))
})

test('the freeze frame is of the moment in which the fault was stored', async () => {
  const { world, memory, pass } = setUp()
  world.reading = 12
  pass(STORED_AFTER_MS + SLACK_MS)
  world.reading = 15
  pass(CONFIRMED_AFTER_MS + SLACK_MS)
  assert.deepEqual((await memory.read('f1')).environmentData, { reading: 12 })
})
