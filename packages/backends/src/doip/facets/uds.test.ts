import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runBackend } from '../testing/running-backend.ts'
import { context } from '../testing/simulated-backend.ts'

const ECU = {
  sessions: [{ id: 'extended', session: 3 }],
  security: {
    maxAttempts: 3,
    delayMs: 10_000,
    levels: [
      { id: 'workshop', level: 1, seedLength: 2, sessions: ['extended'], key: { type: 'xor', constant: '5a17' } },
    ],
  },
  data: [
    { id: 'speed', did: 0x0100, encoding: { type: 'uint', bits: 8 } },
    { id: 'lamp', did: 0x0101, encoding: { type: 'enum', bits: 8, values: { 0: 'off', 1: 'on' } }, control: {} },
  ],
  routines: [{ id: 'test', routineId: 0x0201, start: {} }],
  memory: [{ id: 'ram', address: 0x2000, size: 0x100, read: {}, write: {} }],
  simulation: { values: { speed: 0, lamp: 'off' } },
}
const MEMORY = [{ ecu: 'one', address: 0x2000, size: 0x20, isWritable: false }]

test('wrong keys are counted, and after too many of them the ECU makes testers wait', async () => {
  await using running = await runBackend(ECU)
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  const uds = running.facet('uds')
  const { requestSeed, sendKey } = uds
  assert.ok(requestSeed && sendKey)
  const trial = async (keyOf: (seed: Uint8Array) => Uint8Array) => {
    const { seed } = await running.wait(requestSeed(1, context()))
    return running.wait(sendKey(1, keyOf(seed), context()))
  }
  const wrong = () => Uint8Array.of(0, 0)
  const right = (seed: Uint8Array) => Uint8Array.of((seed[0] ?? 0) ^ 0x5a, (seed[1] ?? 0) ^ 0x17)
  assert.deepEqual(await trial(wrong), { isGranted: false, remainingAttempts: 2 })
  assert.equal(uds.securityLevels?.()[0]?.remainingAttempts, 2)
  assert.deepEqual(await trial(wrong), { isGranted: false, remainingAttempts: 1 })
  await assert.rejects(trial(wrong), { code: 'forbidden', message: /0x36 exceedNumberOfAttempts/ })
  await assert.rejects(trial(right), { code: 'forbidden', message: /0x37/, retryAfterSeconds: 10 })
  assert.equal(uds.securityLevels?.()[0]?.remainingAttempts, 0)
  await running.clock.advance(10_000)
  await running.wait(requestSeed(1, context()))
  assert.equal(uds.securityLevels?.()[0]?.remainingAttempts, 1, 'an ECU that gives a seed takes at least one key')
  assert.deepEqual(await trial(right), { isGranted: true, remainingAttempts: 3 })
  assert.equal(uds.securityLevels?.()[0]?.isUnlocked, true)
  assert.deepEqual((await running.wait(requestSeed(1, context()))).seed, new Uint8Array(0))
})

test('neither seeds nor keys are in the log', async () => {
  await using running = await runBackend(ECU)
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  const { requestSeed, sendKey } = running.facet('uds')
  const seed = await running.wait(requestSeed?.(1, context()) ?? Promise.reject(new Error('no seed')))
  assert.ok(sendKey)
  await running.wait(sendKey(1, Uint8Array.of(0xab, 0xcd), context()))
  const entries = await running.facet('logs').entries({ text: 'SecurityAccess' }, context())
  const all = JSON.stringify(entries)
  assert.equal(entries.length, 2)
  assert.ok(!all.includes(Buffer.from(seed.seed).toString('hex')))
  assert.ok(!all.includes('abcd'))
})

test('the log has requests and answers as hex digits', async () => {
  await using running = await runBackend(ECU)
  await running.wait(running.facet('data').read('speed', context()))
  await assert.rejects(running.wait(running.facet('modes').set('session', 'none', context())))
  const [entry] = (await running.facet('logs').entries({ limit: 1 }, context())) ?? []
  assert.equal(entry?.source, 'one')
  assert.deepEqual(entry?.data, { request: '220100', answer: '62010000', durationMs: 0 })
})

test('memory is read and written only where the configuration allows it', async () => {
  await using running = await runBackend(ECU, { memory: MEMORY })
  running.ecu.memory.write(0x2000, Uint8Array.of(1, 2, 3, 4))
  const { readMemory, writeMemory } = running.facet('uds')
  assert.ok(readMemory && writeMemory)
  const read = (address: number, size: number) => running.wait(readMemory({ address, size }, context()))
  assert.deepEqual(await read(0x2000, 4), Uint8Array.of(1, 2, 3, 4))
  assert.equal((await read(0x2000, 0x20)).length, 0x20)
  for (const [address, size] of [
    [0x1fff, 2],
    [0x2000, 0x21],
    [0x201f, 2],
    [0, 1],
  ] as const) {
    await assert.rejects(read(address, size), { code: 'forbidden' })
  }
  for (const size of [0, -1, 4001, 2 ** 32]) await assert.rejects(read(0x2000, size), { code: 'invalid-request' })
  await assert.rejects(writeMemory(0x2000, Uint8Array.of(9), context()), { code: 'forbidden' })
  assert.deepEqual(running.ecu.memory.read(0x2000, 1), Uint8Array.of(1))
})

test('a window that may be written is written', async () => {
  await using running = await runBackend(ECU, { memory: MEMORY.map((window) => ({ ...window, isWritable: true })) })
  const { writeMemory } = running.facet('uds')
  await running.wait(writeMemory?.(0x2010, Uint8Array.of(7, 8), context()) ?? Promise.resolve())
  assert.deepEqual(running.ecu.memory.read(0x2010, 2), Uint8Array.of(7, 8))
})

test('messages are passed through only where the configuration allows it', async () => {
  await using closed = await runBackend(ECU)
  assert.equal(closed.facet('uds').raw, undefined)
  await using open = await runBackend(ECU, { isRawAllowed: true })
  const { raw } = open.facet('uds')
  assert.ok(raw)
  const send = (...bytes: number[]) => open.wait(raw(Uint8Array.of(...bytes), context()))
  assert.deepEqual(await send(0x22, 0x01, 0x00), Uint8Array.of(0x62, 0x01, 0x00, 0x00))
  assert.deepEqual(await send(0x3e, 0x80), new Uint8Array(0))
  await assert.rejects(send(0xba), { code: 'bad-gateway', message: /0x11 serviceNotSupported/ })
})

test('inputs and outputs are controlled as far as they are described', async () => {
  await using running = await runBackend(ECU)
  const { ioControl } = running.facet('uds')
  assert.ok(ioControl)
  const control = (id: string, what: 'shortTermAdjustment' | 'returnControlToEcu', state?: Uint8Array) =>
    running.wait(ioControl(id, { control: what, ...(state && { state }) }, context()))
  const adjusted = await control('lamp', 'shortTermAdjustment', Uint8Array.of(1))
  assert.deepEqual(adjusted, { value: 'on', raw: Uint8Array.of(1) })
  assert.equal((await control('lamp', 'returnControlToEcu')).value, 'off')
  await assert.rejects(control('speed', 'returnControlToEcu'), { code: 'not-implemented' })
  await assert.rejects(control('none', 'returnControlToEcu'), { code: 'not-found' })
})

test('an interlock keeps things from being done while its condition is not met, or cannot be read', async () => {
  const interlocks = [{ kind: 'data', ecu: 'one', data: 'speed', equals: 0, guards: ['operations', 'io'] }] as const
  await using running = await runBackend(ECU, { interlocks })
  const start = () => running.wait(running.facet('operations').start('test', undefined, context()))
  assert.equal((await start()).state.status, 'completed')
  running.ecu.data.set('speed', 30)
  await assert.rejects(start(), { code: 'conflict', message: /speed of 'one' is 30, not 0/ })
  const { ioControl } = running.facet('uds')
  assert.ok(ioControl)
  const io = (control: 'freezeCurrentState' | 'returnControlToEcu') =>
    running.wait(ioControl('lamp', { control }, context()))
  await assert.rejects(io('freezeCurrentState'), { code: 'conflict' })
  await io('returnControlToEcu')
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  running.ecu.faults.arm({
    id: 'mute',
    request: '220100',
    skip: 0,
    probability: 1,
    effect: { type: 'nrc', code: 0x22 },
  })
  await assert.rejects(start(), { code: 'conflict', message: /cannot be read/ })
})

test('an interlock may want the vehicle to be ready', async () => {
  const interlocks = [{ kind: 'powerMode', udpPort: 13400 }] as const
  await using running = await runBackend(ECU, { interlocks })
  const started = await running.wait(running.facet('operations').start('test', undefined, context()))
  assert.equal(started.state.status, 'completed')
})
