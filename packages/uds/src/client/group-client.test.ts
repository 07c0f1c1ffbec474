import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { ScriptedChannel } from '../testing/scripted-channel.ts'
import type { GroupOutcome } from './group-client.ts'
import { UdsTester } from './uds-tester.ts'

const timing = { p2Ms: 50, p2StarMs: 5000, marginMs: 0, pendingLimitMs: 60_000 }

function setUp() {
  const clock = new FakeClock()
  const channel = new ScriptedChannel()
  const tester = new UdsTester(channel, { clock, log: silentLogger }, { timing })
  return { clock, channel, tester, group: tester.group(0xe400) }
}

function summary<T>(outcomes: readonly GroupOutcome<T>[]): string[] {
  return outcomes.map((outcome) => `${outcome.ecu} ${'error' in outcome ? outcome.error.code : 'ok'}`)
}

test('collects the answers of everybody for P2, in order of address', async () => {
  const { channel, group, clock, tester } = setUp()
  channel.onSend = () => {
    channel.say(2, '5003003201f4')
    channel.say(1, '5003003201f4')
    channel.say(3, '7f1022')
    channel.say(4, '5003ff')
    channel.say(5, '6e1234')
  }
  const asking = group.request('diagnosticSessionControl', { session: 3 })
  await clock.advance(50)
  const outcomes = await asking
  assert.deepEqual(channel.take(), ['e400 1003'])
  assert.deepEqual(summary(outcomes), ['1 ok', '2 ok', '3 UDS_NEGATIVE_RESPONSE', '4 UDS_UNEXPECTED_ANSWER'])
  channel.say(6, '5003003201f4')
  assert.equal(tester.droppedMessages, 2)
})

test('does not wait longer than until all expected ECUs have answered', async () => {
  const { channel, group } = setUp()
  channel.onSend = () => {
    for (const ecu of [9, 1, 2]) channel.say(ecu, '7e00')
  }
  const outcomes = await group.request('testerPresent', { zeroSubFunction: 0 }, { expected: [1, 2] })
  assert.deepEqual(summary(outcomes), ['1 ok', '2 ok'])
})

test('reports expected ECUs that do not answer', async () => {
  const { channel, group, clock } = setUp()
  channel.onSend = () => channel.say(1, '7e00')
  const asking = group.request('testerPresent', { zeroSubFunction: 0 }, { expected: [1, 2] })
  await clock.advance(50)
  assert.deepEqual(summary(await asking), ['1 ok', '2 UDS_TIMEOUT'])
})

test('waits P2* for those that say they work on it, and reports those that never finish', async () => {
  const { channel, group, clock } = setUp()
  channel.onSend = () => {
    channel.say(1, '7f1478')
    channel.say(2, '7f1478')
    channel.say(3, '54')
  }
  const asking = group.request('clearDiagnosticInformation', { groupOfDtc: 0xffffff })
  await clock.advance(3000)
  channel.say(1, '54')
  await clock.advance(2000)
  assert.deepEqual(summary(await asking), ['1 ok', '2 UDS_TIMEOUT', '3 ok'])
})

test('a group that says response pending for ever ends at the limit', async () => {
  const { channel, group, clock } = setUp()
  const asking = group.requestRaw(fromHex('14ffffff'))
  await settle()
  for (let elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 1000) {
    channel.say(1, '7f1478')
    await clock.advance(1000)
  }
  assert.deepEqual(summary(await asking), ['1 UDS_TIMEOUT'])
})

test('a suppressed request brings only refusals', async () => {
  const { channel, group, clock } = setUp()
  channel.onSend = () => channel.say(2, '7f2822')
  const telling = group.requestSuppressed('communicationControl', { controlType: 1, communicationType: 1 })
  await clock.advance(50)
  assert.deepEqual(summary(await telling), ['2 UDS_NEGATIVE_RESPONSE'])
  assert.deepEqual(channel.take(), ['e400 288101'])
})

test('waits for the requests under way and holds back later ones', async () => {
  const { channel, group, tester, clock } = setUp()
  const before = tester.ecu(1).requestRaw(fromHex('22f190'))
  await settle()
  const asking = group.requestRaw(fromHex('3e00'))
  await settle()
  const after = tester.ecu(2).requestRaw(fromHex('22f190'))
  await settle()
  assert.deepEqual(channel.take(), ['1 22f190'])
  channel.say(1, '62f19031')
  await before
  await settle()
  assert.deepEqual(channel.take(), ['e400 3e00'])
  await clock.advance(50)
  await asking
  await settle()
  assert.deepEqual(channel.take(), ['2 22f190'])
  channel.say(2, '62f19031')
  await after
})

test('tells the clients of single ECUs what they accepted', async () => {
  const { channel, group, tester, clock } = setUp()
  const ecu = tester.ecu(1)
  channel.onSend = () => channel.say(1, '5003003201f4')
  const asking = group.request('diagnosticSessionControl', { session: 3 })
  await clock.advance(50)
  await asking
  assert.equal(ecu.state.session, 3)
})

test('fails when the connection is lost, the request refused, or the caller aborts', async () => {
  const { channel, group } = setUp()
  const lost = assert.rejects(group.requestRaw(fromHex('3e00')), /cable/)
  await settle()
  channel.emit({ kind: 'lost', error: new Error('cable') })
  await lost
  const refused = assert.rejects(group.requestRaw(fromHex('3e00')), /unknown target/)
  await settle()
  channel.emit({ kind: 'refused', target: 0xe400, error: new Error('unknown target') })
  await refused
  const abort = new AbortController()
  const aborted = assert.rejects(group.requestRaw(fromHex('3e00'), {}, abort.signal), /enough/)
  await settle()
  abort.abort(new Error('enough'))
  await aborted
})
