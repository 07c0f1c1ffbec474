import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { UdsError } from '../errors.ts'
import { ScriptedChannel } from '../testing/scripted-channel.ts'
import { UdsTester } from './uds-tester.ts'

function setUp() {
  const clock = new FakeClock()
  const channel = new ScriptedChannel()
  const tester = new UdsTester(channel, { clock, log: silentLogger })
  return { clock, channel, tester, ecu: tester.ecu(0x1234) }
}

const isClosed = (error: unknown) => error instanceof UdsError && error.code === 'UDS_CLOSED'

test('requests that wait for an ECU or a group when the tester closes are not sent any more', async () => {
  const { channel, clock, tester, ecu } = setUp()
  const asking = [
    ecu.requestRaw(fromHex('22f190')),
    ecu.requestRaw(fromHex('22f18c')),
    tester.group(0xe400).requestRaw(fromHex('22f190')),
    tester.ecu(0x1235).requestRaw(fromHex('22f190')),
  ].map((request) => assert.rejects(request, isClosed))
  await settle()
  tester[Symbol.dispose]()
  await settle()
  assert.deepEqual(channel.take(), ['1234 22f190'])
  assert.equal(clock.pending, 0)
  await Promise.all(asking)
})

test('a request that a busy ECU is to be asked again is not when the tester closes', async () => {
  const { channel, clock, tester, ecu } = setUp()
  channel.onSend = (target) => channel.say(target, '7f2221')
  const asking = assert.rejects(ecu.requestRaw(fromHex('22f190')), isClosed)
  await settle()
  tester[Symbol.dispose]()
  await asking
  assert.equal(clock.pending, 0)
  assert.deepEqual(channel.take(), ['1234 22f190'])
})

test('a request that is aborted before it is made is not sent, and none that listeners hear of', async () => {
  const { channel, ecu } = setUp()
  let heard = 0
  ecu.onExchange(() => heard++)
  await assert.rejects(ecu.requestRaw(fromHex('22f190'), AbortSignal.abort(new Error('enough'))), /enough/)
  assert.deepEqual([channel.take(), heard, ecu.lastRequestMs], [[], 0, Number.NEGATIVE_INFINITY])
})
