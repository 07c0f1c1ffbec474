import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { ScriptedChannel } from '../testing/scripted-channel.ts'
import { scriptedEcu } from '../testing/scripted-ecu.ts'
import { UdsTester } from './uds-tester.ts'

test('tells an idle ECU every two seconds that a tester is there', async () => {
  const { ecu, tester, channel, clock } = scriptedEcu(() => undefined)
  using _keeper = tester.keepTesterPresent(ecu)
  await clock.advance(4000)
  assert.deepEqual(channel.take(), ['1234 3e80', '1234 3e80', '1234 3e80'])
})

test('counts other requests, and stays quiet while one is under way', async () => {
  const { ecu, tester, channel, clock } = scriptedEcu((request) => (request === '22f190' ? '62f19031' : '7f3178'))
  using _keeper = tester.keepTesterPresent(ecu)
  await clock.advance(1500)
  await ecu.requestRaw(fromHex('22f190'))
  await clock.advance(1999)
  assert.deepEqual(channel.take(), ['1234 3e80', '1234 22f190'])
  const asking = ecu.requestRaw(fromHex('3101ff00'))
  await clock.advance(4500)
  assert.deepEqual(channel.take(), ['1234 3101ff00'])
  channel.say(0x1234, '7101ff00')
  await asking
  await clock.advance(2000)
  assert.deepEqual(channel.take(), ['1234 3e80'])
})

test('keeps a group alive by its functional address', async () => {
  const { tester, channel, clock } = scriptedEcu(() => undefined)
  using _keeper = tester.keepTesterPresent(tester.group(0xe400), 1000)
  await clock.advance(1000)
  assert.deepEqual(channel.take(), ['e400 3e80', 'e400 3e80'])
})

test('ends with its disposal, with the loss of the connection and with the tester', async () => {
  for (const end of ['disposal', 'loss', 'tester']) {
    const { ecu, tester, channel, clock } = scriptedEcu(() => undefined)
    const keeper = tester.keepTesterPresent(ecu)
    await clock.advance(0)
    if (end === 'disposal') keeper[Symbol.dispose]()
    if (end === 'loss') channel.emit({ kind: 'lost', error: new Error('cable') })
    if (end === 'tester') tester[Symbol.dispose]()
    channel.take()
    await clock.advance(10_000)
    assert.deepEqual(channel.take(), [], end)
    assert.equal(clock.pending, 0, end)
  }
})

test('goes on after the network refused one, and tells only the first of several refusals', async () => {
  const warned: string[] = []
  const log = { ...silentLogger, warn: (message: string) => void warned.push(message) }
  const [clock, channel] = [new FakeClock(), new ScriptedChannel()]
  const tester = new UdsTester(channel, { clock, log })
  using _keeper = tester.keepTesterPresent(tester.ecu(0x1234))
  await clock.advance(1000)
  channel.acknowledge = async () => {
    throw new Error('out of memory')
  }
  await clock.advance(4000)
  channel.acknowledge = async () => {}
  await clock.advance(2000)
  assert.equal(channel.take().length, 4)
  assert.deepEqual(warned, ['tester present was refused'])
})
