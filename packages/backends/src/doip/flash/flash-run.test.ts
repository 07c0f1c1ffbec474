import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject, type Json } from '@opensovd/base'
import type { ExecutionState } from '@opensovd/core'
import { ADDRESS, begin, ECU, flash, PARAMETERS, SOFTWARE } from '../testing/programming.ts'
import { type RunningBackend, runBackend } from '../testing/running-backend.ts'
import { context } from '../testing/simulated-backend.ts'
import { FLASH_OPERATION } from './flash-run.ts'

function arm(running: RunningBackend, request: string, effect: Parameters<typeof running.ecu.faults.arm>[0]['effect']) {
  running.ecu.faults.arm({ id: 'fault', request, skip: 0, times: 1, probability: 1, effect })
}

/** Each block takes its time. */
function slowTransfer({ ecu }: RunningBackend) {
  ecu.faults.arm({ id: 'slow', request: '36', skip: 0, probability: 1, effect: { type: 'delay', ms: 20 } })
}

function resultOf(state: ExecutionState) {
  assert.equal(state.status, 'failed')
  const { result } = state
  assert.ok(result !== undefined && isJsonObject(result))
  const { step, next, transferredBytes } = result
  return { step, next, transferredBytes, error: state.error }
}

test('an ECU is programmed: erased, written, verified, and restarted', async () => {
  await using running = await runBackend(ECU)
  slowTransfer(running)
  const { ask } = await begin(running, PARAMETERS)
  const progress = new Set<number>()
  let state = await ask()
  while (state.status === 'running') {
    progress.add(state.progress ?? -1)
    await running.clock.advance(20)
    state = await ask()
  }
  assert.deepEqual(state, {
    status: 'completed',
    result: { step: 'restart', transferredBytes: 4000, totalBytes: 4000, verified: true },
  })
  assert.deepEqual(running.ecu.memory.read(ADDRESS, 4000), SOFTWARE)
  assert.equal(running.ecu.server.state.current.session, 1)
  const numbers = [...progress]
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  )
  assert.ok(numbers.length > 3 && numbers.every((each) => each >= 0 && each < 100), String(numbers))
})

test('software that no step has verified is not said to be', async () => {
  const { verify: _, checksum: __, ...unverified } = ECU.flash
  await using running = await runBackend({ ...ECU, flash: unverified })
  const state = await flash(running)
  assert.deepEqual(state, {
    status: 'completed',
    result: { step: 'restart', transferredBytes: 4000, totalBytes: 4000, verified: false },
  })
})

test('the fingerprint is the given one, or else the date', async () => {
  await using running = await runBackend(ECU)
  await flash(running)
  assert.equal(Buffer.from(running.ecu.data.bytes('fingerprint')).toString('hex'), '2601010000')
  await flash(running, { ...PARAMETERS, fingerprint: '0102030405' })
  assert.equal(Buffer.from(running.ecu.data.bytes('fingerprint')).toString('hex'), '0102030405')
})

test('an ECU that vanishes in the middle is left with what to do next, and is programmed at the second trial', async () => {
  await using running = await runBackend(ECU)
  arm(running, '3605', { type: 'reboot', downMs: 3000, dropConnections: true })
  const { step, next, error, transferredBytes } = resultOf(await flash(running))
  assert.equal(step, 'transfer')
  assert.equal(transferredBytes, 4 * 0x100)
  assert.match(String(next), /^Wait until the ECU is connected again\. .* must be programmed again from the beginning/)
  assert.match(error, /^transfer: /)
  await running.clock.advance(10_000)
  assert.equal((await flash(running)).status, 'completed')
  assert.deepEqual(running.ecu.memory.read(ADDRESS, 4000), SOFTWARE)
})

test('an ECU that refuses before anything was erased has not changed', async () => {
  await using running = await runBackend(ECU)
  running.ecu.memory.erase(ADDRESS, 16)
  arm(running, '2e', { type: 'nrc', code: 0x72 })
  const { step, next } = resultOf(await flash(running))
  assert.equal(step, 'fingerprint')
  assert.match(String(next), /^Nothing was changed/)
  await running.clock.advance(100)
  assert.equal(running.ecu.server.state.current.session, 1)
})

test('software that does not verify is no success', async () => {
  await using running = await runBackend(ECU)
  arm(running, '31010202', { type: 'answer', bytes: '7101020201' })
  const { step, next, error } = resultOf(await flash(running))
  assert.equal(step, 'verify')
  assert.match(error, /the routine 'verify' did not succeed: it answered 0x01/)
  assert.match(String(next), /must be programmed again/)
})

test('a programming that is stopped ends its transfer in order', async () => {
  await using running = await runBackend(ECU)
  slowTransfer(running)
  const { id, operations, ask } = await begin(running, PARAMETERS)
  for (let state = await ask(); state.status === 'running' && (state.progress ?? 0) < 40; state = await ask()) {
    await running.clock.advance(20)
  }
  const stopping = operations.stop?.(FLASH_OPERATION, id, context())
  assert.ok(stopping)
  const stopped = await running.wait(stopping, 1)
  assert.deepEqual(await ask(), stopped)
  assert.ok(stopped?.status === 'stopped', JSON.stringify(stopped))
  const { result } = stopped
  assert.ok(result !== undefined && isJsonObject(result))
  assert.equal(result.step, 'transfer')
  assert.equal(result.next, 'The ECU has no complete software and must be programmed again from the beginning.')
  assert.equal(running.ecu.server.state.current.session, 1)
  assert.equal((await flash(running)).status, 'completed')
})

test('a programming may take longer than a session may be left alone', async () => {
  await using running = await runBackend(ECU, { sessionIdleMs: 2000 })
  running.ecu.faults.arm({ id: 'slow', request: '36', skip: 0, probability: 1, effect: { type: 'delay', ms: 250 } })
  const state = await flash(running)
  assert.equal(state.status, 'completed', JSON.stringify(state))
})

test('an ECU is programmed by one at a time', async () => {
  await using running = await runBackend(ECU)
  await begin(running, PARAMETERS)
  await assert.rejects(begin(running, PARAMETERS), { code: 'conflict', message: /is being programmed already/ })
})

test('nobody else changes an ECU that is being programmed, and what a lock ends is left to the programming', async () => {
  await using running = await runBackend(ECU)
  slowTransfer(running)
  const { ask } = await begin(running, PARAMETERS)
  for (let state = await ask(); state.status === 'running' && (state.progress ?? 0) < 40; state = await ask()) {
    await running.clock.advance(20)
  }
  const byClient = () => context()
  const byItself = { signal: new AbortController().signal }
  const [modes, data, uds] = [running.facet('modes'), running.facet('data'), running.facet('uds')]
  const disturbances: readonly (() => Promise<unknown> | undefined)[] = [
    () => modes.set('session', 'default', byClient()),
    () => modes.set('security', 'flashing', byClient()),
    () => data.write?.('fingerprint', '0102030405', byClient()),
    () => running.facet('lifecycle').request('force-restart', undefined, byClient()),
    () => running.facet('operations').start('consistent', undefined, byClient()),
    () => uds.disconnect(byClient()),
  ]
  for (const disturb of disturbances) {
    const refused = running.wait(disturb() ?? Promise.resolve(), 1)
    await assert.rejects(refused, { code: 'conflict', message: "'one' is being programmed" })
  }
  await modes.set('session', 'default', byItself)
  assert.equal(running.ecu.server.state.current.session, 2)
  assert.equal((await running.wait(data.read('fingerprint', byClient()), 1)).value, '2601010000')
  let state = await ask()
  while (state.status === 'running') {
    await running.clock.advance(100)
    state = await ask()
  }
  assert.equal(state.status, 'completed', JSON.stringify(state))
  await running.wait(modes.set('session', 'extended', byClient()))
})

test('closing the backend in the middle ends the programming', async () => {
  const running = await runBackend(ECU)
  await begin(running, PARAMETERS)
  await running.clock.advance(300)
  await running[Symbol.asyncDispose]()
})

const WRONG: readonly (readonly [what: string, parameters: Json | undefined])[] = [
  ['nothing', undefined],
  ['a text', 'x'],
  ['no data', { address: ADDRESS }],
  ['no Base64', { ...PARAMETERS, data: '***' }],
  ['no bytes', { ...PARAMETERS, data: '' }],
  ['no number', { ...PARAMETERS, address: '0x8000' }],
  ['a place before the memory', { ...PARAMETERS, address: ADDRESS - 1 }],
  ['more than the memory has', { ...PARAMETERS, address: ADDRESS + 0x4000 - 3999 }],
  ['something unknown', { ...PARAMETERS, adress: 1 }],
  ['a fingerprint that is too long', { ...PARAMETERS, fingerprint: '010203040506' }],
]
for (const [what, parameters] of WRONG) {
  test(`${what} as parameters is refused before anything is done`, async () => {
    await using running = await runBackend(ECU)
    const operations = running.facet('operations')
    const start = operations.start(FLASH_OPERATION, parameters, context())
    await assert.rejects(running.wait(start), { code: 'invalid-request' })
    await running.clock.advance(1000)
    assert.equal(running.ecu.server.state.current.session, 1)
  })
}
