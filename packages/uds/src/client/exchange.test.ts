import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { ScriptedChannel } from '../testing/scripted-channel.ts'
import { UdsTester } from './uds-tester.ts'

const timing = { p2Ms: 50, p2StarMs: 500, marginMs: 0, pendingLimitMs: 60_000 }

function setUp() {
  const clock = new FakeClock()
  const channel = new ScriptedChannel()
  const tester = new UdsTester(channel, { clock, log: silentLogger }, { timing })
  return { clock, channel, tester, ecu: tester.ecu(0x1234) }
}

test('what comes right behind the answer is dropped, and takes no time from the next request', async () => {
  const { channel, ecu, tester, clock } = setUp()
  channel.onSend = (target) => channel.say(target, '62f19031', '7f2278', '62f19032')
  assert.equal(toHex((await ecu.requestRaw(fromHex('22f190'))) ?? fromHex('')), '62f19031')
  assert.equal(tester.droppedMessages, 2)
  channel.onSend = () => {}
  const taken = Promise.withResolvers<void>()
  channel.acknowledge = () => taken.promise
  const next = ecu.requestRaw(fromHex('22f18c'))
  await clock.advance(600)
  taken.resolve()
  await settle()
  channel.say(0x1234, '62f18c33')
  assert.equal(toHex((await next) ?? fromHex('')), '62f18c33')
})

test('a request that the ECU works on does not fail for want of an acknowledgement', async () => {
  const { channel, ecu, clock } = setUp()
  const taken = Promise.withResolvers<void>()
  channel.acknowledge = () => taken.promise
  const asking = ecu.requestRaw(fromHex('3101ff00'))
  await settle()
  channel.say(0x1234, '7f3178')
  taken.reject(new Error('no acknowledgement in time'))
  await clock.advance(100)
  channel.say(0x1234, '7101ff00')
  assert.equal(toHex((await asking) ?? fromHex('')), '7101ff00')
})

test('a session that was entered with the last message of a connection is over with it', async () => {
  const { channel, ecu } = setUp()
  const asking = ecu.requestRaw(fromHex('1003'))
  await settle()
  channel.say(0x1234, '5003003201f4')
  queueMicrotask(() => channel.emit({ kind: 'lost', error: new Error('cable') }))
  await asking
  await settle()
  assert.equal(ecu.state.session, 1)
})
