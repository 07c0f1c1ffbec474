import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { NegativeResponseError, UdsError } from '../errors.ts'
import { ScriptedChannel } from '../testing/scripted-channel.ts'
import type { UdsSettings } from './options.ts'
import { UdsTester } from './uds-tester.ts'

const timing = { p2Ms: 50, p2StarMs: 5000, marginMs: 0, pendingLimitMs: 60_000 }

function setUp(settings: UdsSettings = {}) {
  const clock = new FakeClock()
  const channel = new ScriptedChannel()
  const tester = new UdsTester(channel, { clock, log: silentLogger }, { timing, ...settings })
  return { clock, channel, tester, ecu: tester.ecu(0x1234) }
}

const failsWith =
  (code: string, message = /./) =>
  (error: unknown) =>
    error instanceof UdsError && error.code === code && message.test(error.message)
const refusedWith = (nrc: number) => (error: unknown) => error instanceof NegativeResponseError && error.nrc === nrc

test('reads the answer of the ECU it asked', async () => {
  const { channel, ecu, clock } = setUp()
  channel.onSend = (target) => channel.say(target, '62f1903132')
  const { did, data } = await ecu.request('readDataByIdentifier', { dids: [0xf190] })
  assert.equal(did, 0xf190)
  assert.equal(toHex(data), '3132')
  assert.deepEqual(channel.take(), ['1234 22f190'])
  assert.equal(clock.pending, 0)
})

test('reports a refusal with its name and meaning', async () => {
  const { channel, ecu } = setUp()
  channel.onSend = (target) => channel.say(target, '7f2231')
  await assert.rejects(ecu.request('readDataByIdentifier', { dids: [0xf190] }), (error) => {
    assert(error instanceof NegativeResponseError)
    assert.deepEqual([error.code, error.sid, error.nrc], ['UDS_NEGATIVE_RESPONSE', 0x22, 0x31])
    assert.match(error.message, /^ECU 0x1234 refused ReadDataByIdentifier \(0x22\): 0x31 requestOutOfRange: /)
    return true
  })
})

test('waits P2 from when the network took the request', async () => {
  const { channel, ecu, clock } = setUp()
  const taken = Promise.withResolvers<void>()
  channel.acknowledge = () => taken.promise
  const asking = assert.rejects(
    ecu.request('readDataByIdentifier', { dids: [0xf190] }),
    failsWith('UDS_TIMEOUT', /ECU 0x1234, ReadDataByIdentifier \(0x22\): it did not answer within 50 ms/),
  )
  await clock.advance(1000)
  taken.resolve()
  await clock.advance(49)
  assert.equal(clock.pending, 1)
  await clock.advance(1)
  await asking
})

test('takes an answer that comes before the acknowledge, and no longer waits for that', async () => {
  const { channel, ecu } = setUp()
  channel.acknowledge = () => new Promise(() => {})
  channel.onSend = (target) => channel.say(target, '62f19031')
  await ecu.request('readDataByIdentifier', { dids: [0xf190] })
})

test('fails when the network refuses the request', async () => {
  const { channel, ecu } = setUp()
  channel.acknowledge = async () => {
    throw new Error('unknown target')
  }
  await assert.rejects(ecu.request('readDataByIdentifier', { dids: [1] }), /unknown target/)
})

test('fails when the network refuses the request after having taken it', async () => {
  const { channel, ecu } = setUp()
  const asking = assert.rejects(ecu.request('readDataByIdentifier', { dids: [1] }), /unreachable/)
  await settle()
  channel.emit({ kind: 'refused', target: 0x1235, error: new Error('not this one') })
  channel.emit({ kind: 'refused', target: 0x1234, error: new Error('unreachable') })
  await asking
})

test('waits P2* again after each response pending', async () => {
  const { channel, ecu, clock } = setUp()
  const asking = ecu.request('routineControl', { routineControlType: 1, routineId: 0xff00, data: new Uint8Array(0) })
  await settle()
  for (let repeat = 0; repeat < 5; repeat++) {
    channel.say(0x1234, '7f3178')
    await clock.advance(4999)
  }
  channel.say(0x1234, '7101ff0000')
  assert.equal((await asking).routineId, 0xff00)
})

test('gives up an ECU that falls silent after response pending', async () => {
  const { channel, ecu, clock } = setUp()
  channel.onSend = (target) => channel.say(target, '7f3178')
  const asking = assert.rejects(ecu.requestRaw(fromHex('3101ff00')), failsWith('UDS_TIMEOUT', /within 5000 ms/))
  await clock.advance(5000)
  await asking
})

test('gives up an ECU that says response pending for ever', async () => {
  const { channel, ecu, clock } = setUp()
  const asking = assert.rejects(
    ecu.requestRaw(fromHex('3101ff00')),
    failsWith('UDS_PENDING_TOO_LONG', /still works on it after 60000 ms/),
  )
  await settle()
  for (let elapsedMs = 0; elapsedMs <= 60_000; elapsedMs += 1000) {
    channel.say(0x1234, '7f3178')
    await clock.advance(1000)
  }
  await asking
  assert.equal(clock.pending, 0)
})

test('repeats a request that a busy ECU did not take', async () => {
  const { channel, ecu, clock } = setUp({ busyRepeats: 2, busyPauseMs: 100 })
  channel.onSend = (target) => channel.say(target, channel.sent.length < 3 ? '7f2221' : '62f19031')
  const asking = ecu.request('readDataByIdentifier', { dids: [0xf190] })
  await clock.advance(200)
  await asking
  assert.deepEqual(channel.take(), ['1234 22f190', '1234 22f190', '1234 22f190'])
})

test('gives a busy ECU up after the repeats', async () => {
  const { channel, ecu, clock } = setUp({ busyRepeats: 1, busyPauseMs: 100 })
  channel.onSend = (target) => channel.say(target, '7f2221')
  const asking = assert.rejects(ecu.request('readDataByIdentifier', { dids: [0xf190] }), refusedWith(0x21))
  await clock.advance(100)
  await asking
  assert.equal(channel.sent.length, 2)
})

test('drops answers of another ECU, to another request, and after the time', async () => {
  const { channel, ecu, tester, clock } = setUp()
  const asking = assert.rejects(ecu.request('readDataByIdentifier', { dids: [0xf190] }), failsWith('UDS_TIMEOUT'))
  await settle()
  channel.say(0x1235, '62f19031')
  channel.say(0x1234, '62f18c31', '7f2e31', '5003')
  await clock.advance(50)
  await asking
  channel.say(0x1234, '62f19031')
  assert.equal(tester.droppedMessages, 5)
})

test('asks one ECU one thing at a time, several ECUs at once', async () => {
  const { channel, ecu, tester } = setUp()
  const first = ecu.requestRaw(fromHex('22f190'))
  const second = ecu.requestRaw(fromHex('22f18c'))
  const other = tester.ecu(0x1235).requestRaw(fromHex('22f190'))
  await settle()
  assert.deepEqual(channel.take(), ['1234 22f190', '1235 22f190'])
  channel.say(0x1234, '62f19031')
  await settle()
  assert.deepEqual(channel.take(), ['1234 22f18c'])
  channel.say(0x1234, '62f18c31')
  channel.say(0x1235, '62f19032')
  assert.deepEqual(
    (await Promise.all([first, second, other])).map((answer) => answer && toHex(answer)),
    ['62f19031', '62f18c31', '62f19032'],
  )
})

test('does not send a request that was aborted while it waited', async () => {
  const { channel, ecu } = setUp()
  const first = ecu.requestRaw(fromHex('22f190'))
  const abort = new AbortController()
  const second = assert.rejects(ecu.requestRaw(fromHex('22f18c'), abort.signal), /enough/)
  await settle()
  abort.abort(new Error('enough'))
  await second
  channel.say(0x1234, '62f19031')
  await first
  await settle()
  assert.deepEqual(channel.take(), ['1234 22f190'])
})

test('an aborted request keeps its place until the answer has come', async () => {
  const { channel, ecu } = setUp()
  const abort = new AbortController()
  const first = assert.rejects(ecu.requestRaw(fromHex('2701'), abort.signal), /enough/)
  await settle()
  abort.abort(new Error('enough'))
  await first
  const second = ecu.requestRaw(fromHex('2701'))
  await settle()
  assert.deepEqual(channel.take(), ['1234 2701'])
  channel.say(0x1234, '67011111')
  await settle()
  assert.deepEqual(channel.take(), ['1234 2701'])
  channel.say(0x1234, '67012222')
  assert.equal(toHex((await second) ?? fromHex('')), '67012222')
})

test('refuses more waiting requests than allowed', async () => {
  const { ecu } = setUp({ maxWaiting: 1 })
  void ecu.requestRaw(fromHex('22f190')).catch(() => {})
  await settle()
  void ecu.requestRaw(fromHex('22f190')).catch(() => {})
  await assert.rejects(ecu.requestRaw(fromHex('22f190')), failsWith('UDS_OVERLOADED', /1 requests wait already/))
})

test('takes silence after a suppressed request for success', async () => {
  const { channel, ecu, clock } = setUp()
  const telling = ecu.requestSuppressed('controlDtcSetting', { settingType: 2, controlOption: new Uint8Array(0) })
  await clock.advance(50)
  await telling
  assert.deepEqual(channel.take(), ['1234 8582'])
})

test('reports the refusal of a suppressed request', async () => {
  const { channel, ecu } = setUp()
  channel.onSend = (target) => channel.say(target, '7f8522')
  const telling = ecu.requestSuppressed('controlDtcSetting', { settingType: 2, controlOption: new Uint8Array(0) })
  await assert.rejects(telling, refusedWith(0x22))
})

test('waits for the answer to a suppressed request that the ECU says it works on', async () => {
  const { channel, ecu, clock } = setUp()
  const telling = ecu.requestSuppressed('routineControl', {
    routineControlType: 1,
    routineId: 1,
    data: new Uint8Array(0),
  })
  await settle()
  channel.say(0x1234, '7f3178')
  await clock.advance(4000)
  channel.say(0x1234, '71010001')
  await telling
})

test('fails what is under way when the connection is lost, and forgets the session', async () => {
  const { channel, ecu } = setUp()
  channel.onSend = (target) => channel.say(target, '5003003201f4')
  await ecu.request('diagnosticSessionControl', { session: 3 })
  channel.onSend = () => {}
  const asking = assert.rejects(ecu.requestRaw(fromHex('22f190')), /cable/)
  await settle()
  channel.emit({ kind: 'lost', error: new Error('cable') })
  await asking
  assert.deepEqual(ecu.state, { session: 1, securityLevel: undefined, authenticated: false, timing: undefined })
})

test('keeps the times that the ECU promises for its session', async () => {
  const { channel, ecu, clock } = setUp()
  const states: number[] = []
  ecu.onState((state) => states.push(state.session))
  channel.onSend = (target) => channel.say(target, '5003012c0032')
  await ecu.request('diagnosticSessionControl', { session: 3 })
  assert.deepEqual(ecu.state, {
    session: 3,
    securityLevel: undefined,
    authenticated: false,
    timing: { p2Ms: 300, p2StarMs: 500 },
  })
  channel.onSend = () => {}
  const asking = assert.rejects(ecu.requestRaw(fromHex('22f190')), failsWith('UDS_TIMEOUT', /within 300 ms/))
  await clock.advance(300)
  await asking
  channel.onSend = (target) => channel.say(target, '5101')
  await ecu.request('ecuReset', { resetType: 1 })
  assert.deepEqual(states, [3, 1])
})

test('follows what is unlocked', async () => {
  const { channel, ecu } = setUp()
  const answers = ['67013657', '6702', '67030000', '5001003201f4']
  channel.onSend = (target) => channel.say(target, answers.shift() ?? '')
  await ecu.requestRaw(fromHex('2701'))
  assert.equal(ecu.state.securityLevel, undefined)
  await ecu.requestRaw(fromHex('2702c9a9'))
  assert.equal(ecu.state.securityLevel, 1)
  await ecu.requestRaw(fromHex('2703'))
  assert.equal(ecu.state.securityLevel, 3)
  await ecu.requestRaw(fromHex('1001'))
  assert.equal(ecu.state.securityLevel, undefined)
})

for (const [answer, problem] of [
  ['62f1', /ReadDataByIdentifier response: 2 byte\(s\) needed/],
  ['7f22', /a negative response of 2 byte\(s\), 3 expected/],
  ['7f223100', /a negative response of 4 byte\(s\), 3 expected/],
] as const) {
  test(`reports the damaged answer ${answer}`, async () => {
    const { channel, ecu } = setUp()
    channel.onSend = (target) => channel.say(target, answer)
    const asking = ecu.request('readDataByIdentifier', { dids: [0xf190] })
    await assert.rejects(asking, failsWith('UDS_UNEXPECTED_ANSWER', problem))
  })
}

test('sends tester present without queueing', async () => {
  const { channel, ecu } = setUp()
  const asking = ecu.requestRaw(fromHex('22f190'))
  await settle()
  await ecu.sendTesterPresent()
  assert.deepEqual(channel.take(), ['1234 22f190', '1234 3e80'])
  channel.say(0x1234, '7f3e12', '62f19031')
  await asking
})

test('closing fails what is under way and what comes', async () => {
  const { ecu, tester, clock } = setUp()
  const asking = assert.rejects(ecu.requestRaw(fromHex('22f190')), failsWith('UDS_CLOSED'))
  await settle()
  tester[Symbol.dispose]()
  tester[Symbol.dispose]()
  await asking
  await assert.rejects(ecu.requestRaw(fromHex('22f190')), failsWith('UDS_CLOSED'))
  assert.equal(clock.pending, 0)
})
