import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { ExecutionState } from '@opensovd/core'
import type { EcuSimulator } from '@opensovd/ecu'
import { begin, ECU, flash, PARAMETERS } from '../testing/programming.ts'
import { type RunningBackend, runBackend } from '../testing/running-backend.ts'
import { componentOf, context } from '../testing/simulated-backend.ts'
import { FLASH_OPERATION } from './flash-run.ts'

const GROUP = 0xe400
const EXTENDED = { sessions: ['extended'] }
const ONE = {
  ...ECU,
  id: 'one',
  address: 0x1001,
  functionalAddresses: [GROUP],
  services: { reset: {}, clearDtcs: {}, communicationControl: EXTENDED, dtcSetting: EXTENDED },
  dtcs: [{ dtc: 'U0101-00', text: 'Lost communication' }],
  flash: { ...ECU.flash, quiet: { address: GROUP }, clearDtcs: true },
}
/** Can be kept quiet. */
const TWO = {
  id: 'two',
  address: 0x1002,
  functionalAddresses: [GROUP],
  sessions: [{ id: 'extended', session: 3 }],
  services: { reset: {}, communicationControl: EXTENDED, dtcSetting: EXTENDED },
  data: [{ id: 'gear', did: 0x0200, encoding: { type: 'uint', bits: 8 }, write: {} }],
}
/** Has only sessions. */
const THREE = { id: 'three', address: 0x1003, functionalAddresses: [GROUP], sessions: [{ id: 'extended', session: 3 }] }
/** Belongs to no group. */
const FOUR = { id: 'four', address: 0x1004, services: { communicationControl: {} } }

/** A backend for these ECUs; `heard` has each message to the group as an ECU got it, and when. */
async function setUp(ecus: readonly Readonly<Record<string, unknown>>[] = [ONE, TWO, THREE, FOUR]) {
  const clock = new FakeClock()
  const running = await runBackend({}, { ecus, clock })
  const { simulator } = running
  const heard: { message: string; atMs: number }[] = []
  const two = simulator.ecu('two')
  const receive = two.receive.bind(two)
  two.receive = (request, respond) => {
    const message = Buffer.from(request.data).toString('hex')
    if (request.functional) heard.push({ message, atMs: clock.monotonic() })
    receive(request, respond)
  }
  const setTo = (ecu: EcuSimulator) => [ecu.server.state.current.session, ecu.communication, ecu.dtcs.isRecording]
  return { running, clock, simulator, heard, two, state: (id: string) => setTo(simulator.ecu(id)) }
}

/** Session, controlType of CommunicationControl, and whether DTCs are stored. */
const QUIET = [3, 1, false]
const ITSELF = [1, 0, true]

function arm(ecu: EcuSimulator, request: string, effect: Parameters<typeof ecu.faults.arm>[0]['effect'], times = 1) {
  ecu.faults.arm({ id: `${request}${effect.type}`, request, skip: 0, times, probability: 1, effect })
}

/** Lets time go on until the transfer is under way, which takes 20 ms for each block. */
async function untilTransfer(running: RunningBackend) {
  arm(running.ecu, '36', { type: 'delay', ms: 20 }, 1000)
  const begun = await begin(running, PARAMETERS)
  let state = await begun.ask()
  for (; state.status === 'running' && (state.progress ?? 0) < 40; state = await begun.ask()) {
    await running.clock.advance(20)
  }
  assert.equal(state.status, 'running', JSON.stringify(state))
  return begun
}

async function untilEnd(running: RunningBackend, ask: () => Promise<ExecutionState>): Promise<ExecutionState> {
  for (;;) {
    const state = await ask()
    if (state.status !== 'running') return state
    await running.clock.advance(100)
  }
}

function resultOf(state: ExecutionState | undefined) {
  const result = state && 'result' in state ? state.result : undefined
  assert.ok(result !== undefined && isJsonObject(result), JSON.stringify(state))
  return result
}

test('other ECUs of the group are quiet while one is programmed, and themselves again afterwards', async () => {
  const { running, state, heard } = await setUp()
  await using _ = running
  const { ask } = await untilTransfer(running)
  assert.deepEqual(state('two'), QUIET)
  assert.deepEqual(state('three'), [3, 0, true])
  assert.deepEqual(state('four'), ITSELF)
  assert.equal(running.ecu.server.state.current.session, 2)
  const ended = await untilEnd(running, ask)
  assert.equal(ended.status, 'completed', JSON.stringify(ended))
  assert.equal(resultOf(ended).step, 'clearDtcs')
  for (const id of ['one', 'two', 'three', 'four']) assert.deepEqual(state(id), ITSELF, id)
  // ISO 14229-1: each sub-function with suppressPosRspMsgIndicationBit; 01 is normalCommunicationMessages.
  const messages = heard.map(({ message }) => message).filter((message) => message !== '3e80')
  assert.deepEqual(messages, ['1083', '8582', '288101', '288001', '8581', '1081'])
})

test('the group is kept quiet for longer than its ECUs would stay so, and is left alone afterwards', async () => {
  const { running, clock, state, heard } = await setUp([{ ...ONE, flash: { ...ONE.flash, maxBlockLength: 0x22 } }, TWO])
  await using _ = running
  arm(running.ecu, '36', { type: 'delay', ms: 250 }, 1000)
  const { ask } = await begin(running, PARAMETERS)
  await clock.advance(15_000)
  assert.equal((await ask()).status, 'running')
  assert.deepEqual(state('two'), QUIET)
  assert.equal((await untilEnd(running, ask)).status, 'completed')
  const pauses = heard.slice(1).map(({ atMs }, at) => atMs - (heard[at]?.atMs ?? 0))
  assert.ok(Math.max(...pauses) < 5000, String(pauses))
  const { length } = heard
  await clock.advance(20_000)
  assert.equal(heard.length, length)
})

test('the DTCs of the programmed ECU are cleared after it was programmed, and only then', async () => {
  const { running, clock } = await setUp()
  await using _ = running
  const dtc = 0xc10100
  const { ecu } = running
  ecu.setFailing(dtc, true)
  ecu.setFailing(dtc, false)
  assert.notEqual(ecu.dtcs.find(dtc)?.status, 0x50)
  arm(ecu, '3602', { type: 'nrc', code: 0x72 })
  assert.equal((await flash(running)).status, 'failed')
  assert.notEqual(ecu.dtcs.find(dtc)?.status, 0x50)
  await clock.advance(100)
  assert.equal((await flash(running)).status, 'completed')
  assert.equal(ecu.dtcs.find(dtc)?.status, 0x50)
})

test('other ECUs are themselves again after a block was refused', async () => {
  const { running, state } = await setUp()
  await using _ = running
  arm(running.ecu, '3603', { type: 'nrc', code: 0x72 })
  const failed = await flash(running)
  assert.equal(failed.status, 'failed')
  assert.match(String(resultOf(failed).error), /0x72 generalProgrammingFailure/)
  for (const id of ['one', 'two', 'three']) assert.deepEqual(state(id), ITSELF, id)
})

test('other ECUs are themselves again after a programming was stopped', async () => {
  const { running, state } = await setUp()
  await using _ = running
  const { id, operations } = await untilTransfer(running)
  const stopping = operations.stop?.(FLASH_OPERATION, id, context())
  assert.ok(stopping)
  const stopped = await running.wait(stopping, 1)
  assert.equal(stopped?.status, 'stopped')
  for (const each of ['one', 'two', 'three']) assert.deepEqual(state(each), ITSELF, each)
})

test('other ECUs are told as soon as the connection is there again', async () => {
  const { running, state, heard } = await setUp()
  await using _ = running
  arm(running.ecu, '3605', { type: 'reboot', downMs: 3000, dropConnections: true })
  assert.equal((await flash(running)).status, 'failed')
  assert.deepEqual(state('two'), ITSELF)
  assert.deepEqual(
    heard.slice(-3).map(({ message }) => message),
    ['288001', '8581', '1081'],
  )
})

test('a backend that is closed in the middle still tells the other ECUs', async () => {
  const { running, clock, state } = await setUp()
  await untilTransfer(running)
  const closing = running.backend[Symbol.asyncDispose]()
  await clock.advance(2000)
  await closing
  assert.deepEqual(state('two'), ITSELF)
  await running[Symbol.asyncDispose]()
})

test('an ECU that does not go back hides nothing of what failed before, and the others are told', async () => {
  const { running, state, two } = await setUp()
  await using _ = running
  arm(running.ecu, '3603', { type: 'nrc', code: 0x72 })
  arm(two, '2880', { type: 'nrc', code: 0x22 }, 1000)
  const failed = await flash(running)
  assert.equal(failed.status, 'failed')
  const { step, error, next } = resultOf(failed)
  assert.equal(step, 'transfer')
  assert.match(String(error), /ECU 0x1001 refused TransferData .*0x72 generalProgrammingFailure/)
  assert.match(String(next), /from the beginning\. Other ECUs could not all be told to communicate again/)
  for (const id of ['two', 'three']) assert.deepEqual(state(id), ITSELF, id)
})

test('an ECU that does not go back after a programming is named', async () => {
  const { running, two } = await setUp()
  await using _ = running
  arm(two, '8581', { type: 'nrc', code: 0x22 }, 1000)
  const { step, error, next } = resultOf(await flash(running))
  assert.equal(step, 'restore')
  assert.match(String(error), /ECU 0x1002 refused ControlDTCSetting .*0x22 conditionsNotCorrect/)
  assert.match(String(next), /^The ECU was programmed and has restarted/)
})

test('nothing is changed at an ECU when another one does not keep quiet', async () => {
  const { running, state, two } = await setUp()
  await using _ = running
  arm(two, '2881', { type: 'nrc', code: 0x22 })
  const failed = await flash(running)
  const { step, error, next } = resultOf(failed)
  assert.equal(step, 'quiet')
  assert.match(String(error), /ECU 0x1002 refused CommunicationControl .*0x22 conditionsNotCorrect/)
  assert.match(String(next), /^Nothing was changed in the ECU/)
  for (const id of ['one', 'two', 'three']) assert.deepEqual(state(id), ITSELF, id)
})

test('an ECU that is busy for a moment is asked again', async () => {
  const { running, two } = await setUp()
  await using _ = running
  arm(two, '8582', { type: 'nrc', code: 0x21 }, 2)
  arm(two, '1081', { type: 'nrc', code: 0x21 }, 2)
  assert.equal((await flash(running)).status, 'completed')
})

test('nobody changes an ECU that is kept quiet, and everybody can read from it', async () => {
  const { running, state } = await setUp()
  await using _ = running
  const { ask } = await untilTransfer(running)
  const { modes, data, lifecycle } = componentOf(running.backend, 'two').facets
  assert.ok(modes && data && lifecycle)
  const disturbances: readonly (() => Promise<unknown> | undefined)[] = [
    () => modes.set('session', 'default', context()),
    () => modes.set('commctrl', 'enableRxAndEnableTx', context()),
    () => data.write?.('gear', 1, context()),
    () => lifecycle.request('force-restart', undefined, context()),
  ]
  for (const disturb of disturbances) {
    await assert.rejects(running.wait(disturb() ?? Promise.resolve(), 1), {
      code: 'conflict',
      message: "'two' is kept quiet while 'one' is programmed",
    })
  }
  await modes.set('session', 'default', { signal: new AbortController().signal })
  assert.equal((await running.wait(data.read('gear', context()), 1)).value, 0)
  assert.deepEqual(state('two'), QUIET)
  assert.equal((await untilEnd(running, ask)).status, 'completed')
  await running.wait(data.write?.('gear', 1, context()) ?? Promise.resolve())
})

test('an ECU is not programmed while that would end the session of another client, or another programming', async () => {
  const { running, two } = await setUp([ONE, { ...TWO, ...ECU }])
  await using _ = running
  const { modes, operations } = componentOf(running.backend, 'two').facets
  assert.ok(modes && operations)
  const other = { ...context(), caller: { subject: 'somebody' } }
  await running.wait(modes.set('session', 'extended', other))
  await assert.rejects(begin(running, PARAMETERS), {
    code: 'conflict',
    message: "'two' is in the session extended of another client",
  })
  assert.equal(two.server.state.current.session, 3)
  await running.wait(modes.set('session', 'default', other))
  arm(two, '36', { type: 'delay', ms: 250 }, 1000)
  await running.wait(operations.start(FLASH_OPERATION, PARAMETERS, context()))
  await running.clock.advance(3000)
  assert.equal(two.server.state.current.session, 2)
  await assert.rejects(begin(running, PARAMETERS), { code: 'conflict', message: "'two' is being programmed" })
})
